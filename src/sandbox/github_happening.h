// Whatever happens in a repository is told from here: to its webhooks, and to the workflows whose
// file names the event.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

struct Happening {
  std::string event;        ///< "push"
  std::string action{};     ///< "opened"; empty: the event has none
  std::string actor{};      ///< a login
  bool by_actions = false;  ///< with a run's GITHUB_TOKEN: starts nothing but the documented two
  /// What its webhook says besides action, repository, organization and sender.
  Json payload = Json::object();

  // For workflows.
  std::string ref{};          ///< GITHUB_REF; empty: the default branch
  std::string sha{};          ///< the commit whose files count; empty: the default branch's head
  std::string branch{};       ///< what filters on branches look at, where that is not the ref
  std::string head_branch{};  ///< what the run shows, where that is not the ref's own name
  std::optional<std::vector<std::string>> files{};  ///< changed paths; none: not known
  std::string title{};                              ///< of the run; empty: the workflow's name
  std::string workflow{};  ///< of workflow_run: the name of the one that ran
  std::vector<std::int64_t> pulls{};
  std::string schedule{};  ///< of schedule: the cron line
  std::int64_t only = 0;   ///< of schedule: the id of its workflow; 0: all that want it
  int chain = 0;           ///< how many workflow_runs stand before it
};

/// A repository's hooks hear of it, and active workflows that want it start.
void happened(State& state, Repository& repository, Happening happening, Instant now);

/// Queues a delivery for a hook; the wiring sends it.
HookDelivery& queue_delivery(State& state, Hook& hook, std::string event, std::string action,
                             Json const& payload, Instant now);

/// A dispatch of this workflow, whose inputs have been checked.
Run& start_dispatched(State& state, Repository& repository, Workflow const& workflow,
                      Happening const& happening, std::map<std::string, std::string> inputs,
                      Instant now);

/// The file of a workflow in a commit; none: it is not there.
std::optional<std::string> workflow_text(Repository const& repository, std::string_view sha,
                                         std::string_view path);

}  // namespace landfall::sandbox
