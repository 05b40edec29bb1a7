// The deploy-path graph of a workflow: by which event, through which jobs and gates, does which
// commit reach which target, and can it at all.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/yaml.h"
#include "workflow/deploy_step.h"
#include "workflow/library.h"
#include "workflow/model.h"

namespace landfall {

enum class RefKind { any, branch, tag };
std::string_view ref_kind_name(RefKind kind);  ///< "any", "branch", "tag"

/// Can a path be taken: yes if everything before it succeeds; only if what it depends on (a
/// variable, the event's content) says so; or never.
enum class Reach { possible, undecided, impossible };

/// Where something stands, for people and for patches.
struct Place {
  std::string file;
  yaml::Mark begin;
  yaml::Mark end;
};

/// Why a path is impossible, or what it depends on.
struct Reason {
  enum class Kind {
    job_condition,     ///< the job's own `if` is false
    step_condition,    ///< the step's own `if` is false
    need_skipped,      ///< a job that it needs directly is skipped
    ancestor_skipped,  ///< the jobs it needs run, but one of theirs is skipped: implied success()
    no_ref,            ///< the event's filters let nothing through
    depends,           ///< undecided: the text names what it depends on
  };
  Kind kind = Kind::depends;
  std::string text;
  Place place;
  std::string job;  ///< the skipped job, of need_skipped and ancestor_skipped
};

/// A job on the way: the entry's own, then those of called workflows. Pointers live as long as the
/// library and the entry's document.
struct Hop {
  std::string_view file;
  Workflow const* workflow = nullptr;
  Job const* job = nullptr;
  std::string environment;  ///< as people read it; empty: none
  bool environment_known = false;
  std::string concurrency;  ///< the group's name of this job, empty if none
};

/// A way from an event to a target.
struct Path {
  Event const* event = nullptr;
  std::vector<Hop> hops;       ///< at least one; the last holds the step
  Step const* step = nullptr;  ///< of the last hop's job
  Place place;                 ///< of what deploys: the step, its command, or the script's line
  FoundDeploy deploy;          ///< what the step does; its texts are still interpolated
  std::string target;          ///< a name, or the expression's text when it cannot be resolved
  bool target_known = false;
  RefKind ref_kind = RefKind::any;
  std::vector<std::string> filter;  ///< patterns that the ref must match, in order; empty: all
  /// Choices of the event's inputs on which the path depends, each a set of values that lead here.
  std::vector<std::pair<std::string, std::vector<std::string>>> inputs;
  Reach reach = Reach::possible;
  std::vector<Reason> reasons;
  /// Jobs whose failure does not stop it: `always()`, `!cancelled()`... Ids of the last hop's
  /// needs.
  std::vector<std::string> ships_over;
  bool environment_empty = false;  ///< its job's environment is named by what this event lacks
  bool health_check = false;       ///< something after it asks for an answer

  Hop const& last() const { return hops.back(); }
  /// The environment that gates it: the last named one on the way; empty: none.
  std::string const& environment() const;
};

struct WalkLimits {
  std::size_t work = 100'000;  ///< steps and lines looked at
  std::size_t paths = 2'000;   ///< of one file
};

/// A call of what cannot be followed, and by its name deploys: a script that is not in the
/// repository or in a language that is not read, a target that its Makefile lacks.
struct UnreadCall {
  Place place;       ///< of the step's command or `uses`
  std::string call;  ///< "make deploy"
};

struct FilePaths {
  std::vector<Path> paths;
  std::vector<UnreadCall> unread;  ///< one a step, by place
  bool too_much = false;           ///< a limit was reached: there may be more
};

/// A workflow and where it was read from.
struct WorkflowSource {
  std::string_view file;  ///< its path from the repository's root
  std::string_view text;  ///< of the whole file
  Workflow const& workflow;
};

/// Does any step or called workflow look as if it could deploy: where none does, there is nothing
/// to walk. Cheap.
bool may_deploy(Workflow const& workflow);

/// All paths that begin in this workflow, by place. `workflow_call` counts as an event.
FilePaths deploy_paths(WorkflowSource const& source, Library& library, WalkLimits limits = {});

}  // namespace landfall
