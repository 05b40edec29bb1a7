// What rules about deploys look at: the places of a file that deploy, the steps around them, and
// the commands of these steps.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/rule.h"
#include "workflow/edit.h"
#include "workflow/shell.h"

namespace landfall {

/// A step, a command or a script's line that deploys, with all paths that lead there.
struct DeploySite {
  std::vector<Path const*> paths;  ///< at least one
  std::string targets;             ///< for a message: "shop-eu and shop-us", "a, b and 3 more"
  std::string target;              ///< the only one, "" where there are several

  Path const& path() const { return *paths.front(); }
  FoundDeploy const& deploy() const { return paths.front()->deploy; }
  Hop const& hop() const { return paths.front()->last(); }
  Job const& job() const { return *hop().job; }
};

/// A site of these paths, at least one, with its targets named.
DeploySite site_of(std::vector<Path const*> paths);

/// A step of this file that stands after a deploy of it, or before one in the same job.
struct AroundDeploy {
  Hop hop;
  Step const* step = nullptr;
  bool after = false;  ///< or the step that deploys itself
  DeploySite const* site = nullptr;
};

/// What several rules want of one file, read once. Filled by deploy_sites, steps_around and
/// commands_of.
class FileReadings {
 public:
  std::optional<std::vector<DeploySite>> sites;
  std::optional<std::vector<AroundDeploy>> around;
  std::map<std::pair<Job const*, Step const*>, ScriptCommands> commands;
};

/// The sites of a file by place. Those of a workflow that this one calls are left out: they are
/// judged with that one. Those of composite actions and scripts are not.
std::vector<DeploySite> const& deploy_sites(AuditedFile const& file);

/// A step among its neighbours, and where it is written.
struct SiteStep {
  Step const* step = nullptr;
  std::span<Step const> steps;       ///< of its job or its composite action
  yaml::Node const* list = nullptr;  ///< the sequence `steps`
  std::string file;
  yaml::Document const* document = nullptr;

  std::size_t index() const { return static_cast<std::size_t>(step - steps.data()); }
};

/// The step that does it: the path's own, or that of the composite action which the path's uses.
SiteStep site_step(AuditedFile const& file, Path const& path);

/// The jobs of this file on which a deploy of it hangs: those on the way, and all that must be over
/// before. In the order of the file.
std::vector<Job const*> jobs_on_paths(AuditedFile const& file);
/// The jobs of this file that run after one of these, themselves included.
std::vector<Job const*> jobs_after(Workflow const& workflow, std::span<Job const* const> jobs);

/// A step's script as the shell reader wants it: what is not known stands between marks.
struct MarkedScript {
  explicit MarkedScript(std::string_view script);
  std::string text;
  /// Where a byte of `text` stands in the script.
  std::size_t original(std::size_t offset) const;
};

/// The value of an input of a step, by its name in lower case; nullptr if it is not given.
yaml::Pair const* step_input(Step const& step, std::string_view name);
/// The same as a text, marked where it is not known.
std::optional<std::string> step_input_text(Step const& step, std::string_view name);
/// A variable of the step, its job or its workflow, marked where it is not known.
std::optional<std::string> step_variable(Hop const& hop, Step const& step, std::string_view name);

/// The commands of a step's `run`, scripts of the repository included, as far as the file alone
/// says what variables hold. None where it has no script, or one of another language.
std::vector<ShellCommand> const& commands_of(AuditedFile const& file, Hop const& hop,
                                             Step const& step);

/// Where a command stands: its line in the file, or in the script of the repository.
Place command_place(AuditedFile const& file, SiteStep const& step, ShellCommand const& command);

/// A label of `runs-on` with its place; those that a matrix gives, one for each of its values.
/// None of a job that names a self-hosted runner.
struct RunnerLabel {
  std::string name;  ///< in lower case
  yaml::Node const* node = nullptr;
};
std::vector<RunnerLabel> runner_labels(Job const& job);

/// `true` in any spelling that GitHub takes.
bool is_true(yaml::Node const* node);

/// A scalar as it becomes an action's input or a variable: GitHub reads YAML's `True` as `true`.
std::string input_text(yaml::Node const& node);

/// The edits of a fix. One that is refused refuses them all: half of a fix mends nothing.
class FixEdits {
 public:
  void add(std::string_view file, Result<TextEdit> const& edit);
  void add(std::string_view file, Result<std::vector<TextEdit>> const& edits);
  void into(AuditFinding& finding);

 private:
  std::vector<Edit> edits_;
  bool refused_ = false;
};

}  // namespace landfall
