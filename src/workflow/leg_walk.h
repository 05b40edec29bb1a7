// One leg of a job's matrix, walked step by step as a runner would, to see what deploys.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflow/graph.h"
#include "workflow/names.h"
#include "workflow/script_cache.h"
#include "workflow/shell.h"

namespace landfall {

/// Where in a job something happens: in which step, and which of its commands.
struct StepSpot {
  int step = 0;
  std::size_t command = 0;
  auto operator<=>(StepSpot const&) const = default;
};

/// A deploy that a leg comes to.
struct SpottedDeploy {
  FoundDeploy deploy;
  StepSpot spot;
  Step const* step = nullptr;
  Place place;
  Runs runs = Runs::yes;
  std::vector<Reason> reasons;
};

struct LegResult {
  std::vector<SpottedDeploy> deploys;
  std::vector<UnreadCall> unread;
  std::vector<StepSpot> asks;  ///< commands and actions that ask for an answer
  std::size_t work = 0;        ///< how much there was to look at
};

/// A step's script as it was read, and for what it reads the same again.
struct ReadScript {
  std::string text;
  std::string directory;
  std::vector<std::pair<std::string, std::optional<std::string>>> variables;
  ScriptCommands commands;  ///< none: nothing in it is worth reading
};
using ReadScripts = std::map<Step const*, std::vector<ReadScript>>;

/// Where a job's steps stand.
struct LegScene {
  std::string_view file;
  std::string_view text;
  Workflow const& workflow;
  Job const& job;
  Library& library;
  ReadScripts& scripts;  ///< of earlier walks over the same workflows
};

/// A line of a step's script, counting from 0, as a place in the file; the whole scalar where its
/// lines are not lines of the file.
Place line_place(std::string_view file, std::string_view text, yaml::Node const& script,
                 std::size_t line);

/// Where a command of a script of the repository stands, in that script's text.
Place script_place(ShellCommand const& command, std::string_view text);

/// Does any step, or what it calls, look as if it could deploy. Cheap.
bool may_deploy(Job const& job);

/// Walks the steps. The names have entered the job and the leg.
LegResult walk_leg(LegScene const& scene, WayNames& names);

/// The values of `with:` that a call is made with, and defaults of what it leaves out, by names in
/// lower case. `declared` is the `inputs` mapping of the called workflow or action.
std::map<std::string, Value> call_inputs(yaml::Node const* with, yaml::Node const* declared,
                                         Names& names);

/// A text with its expressions replaced. A lone name that is empty here (`${{ inputs.app }}` on an
/// event without inputs) stays the expression that it was: it names nothing.
std::string interpolate_names(std::string_view text, Names& names);

/// Undecided or impossible, and why, from an `if`. `place` is where the condition stands.
struct Judgement {
  Runs runs = Runs::yes;
  std::vector<Reason> reasons;
};
Judgement judge_condition(yaml::Node const& node, std::string_view file, Reason::Kind kind,
                          WayNames& names);

}  // namespace landfall
