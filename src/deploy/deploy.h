// Deploys: a plan, gates, and a journalled state machine that a crash cannot make do a thing twice.
// DESIGN section 8.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "collect/client.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

/// In order; the last five are ends.
enum class DeployState {
  preflight,
  freeze,
  smoke,
  approval,
  source,
  build,
  release,
  dynos,
  health,
  rollback,
  verified,
  rolled_back,
  refused,
  failed,
  held
};
std::string_view to_word(DeployState state);
bool is_end(DeployState state);

struct DeployRequest {
  std::string target;
  std::string ref;  ///< branch, tag or commit
  std::string requester;
};

/// What `landfall deploy --plan` prints: nothing has been done yet.
struct DeployPlan {
  std::string commit;
  std::optional<std::string> running;  ///< the commit in force; nullopt on a first deploy
  bool first = false;
  std::vector<std::string> commits;  ///< titles from running (exclusive) to commit, newest first
  std::vector<std::string> gates;    ///< a sentence each
  std::vector<std::string> calls;    ///< the exact API calls, in order
  std::string hash;                  ///< what approvals bind to
};

/// A line for the person who watches.
struct DeployEvent {
  std::int64_t deploy = 0;
  DeployState state{};
  std::string outcome;  ///< started, done, failed, waiting; output: a line of the smoke command
  std::string text;
};

/// Writes the request into the store and returns its number; or, when an unfinished deploy of the
/// same target and ref exists, that one's number: a second start goes on with it.
Result<std::int64_t> request_deploy(Store& store, Intent const& intent,
                                    DeployRequest const& request, Random& random, Instant now);

/// Works on one deploy from where its journal stands until an end. Destroying it stops the work;
/// the journal stays good, and another Deployment of the same number goes on.
class Deployment {
 public:
  struct Options {
    std::string holder;  ///< names this process in the lock
    bool wait = false;   ///< wait for a lock that another holds
    std::function<void(DeployEvent const&)> tell = {};
  };
  Deployment(World world, Store& store, Intent const& intent, Platforms const& platforms,
             std::int64_t deploy, Options options);
  ~Deployment();
  void start(std::move_only_function<void(Result<DeployState>)> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Resolves the ref and computes the plan, asking but changing nothing.
void plan_deploy(World world, Store& store, Intent const& intent, Platforms const& platforms,
                 DeployRequest const& request,
                 std::move_only_function<void(Result<DeployPlan>)> done);

enum class ReviewAnswer { approved, rejected };

/// A reviewer's answer; or the requester's, who may always withdraw by rejecting. Refuses who is
/// not declared as a reviewer of the target, the requester (unless self_approval is declared), a
/// deploy that does not wait, and a plan that has changed.
Result<> review_deploy(Store& store, Intent const& intent, std::int64_t deploy,
                       std::string const& reviewer, ReviewAnswer answer, std::string const& comment,
                       Instant now);

/// Lets the commit of a rolled-back deploy be deployed again. Needs a person and a reason, and is
/// written into that deploy's journal.
Result<> lift_quarantine(Store& store, std::int64_t deploy, std::string const& person,
                         std::string const& reason, Instant now);

}  // namespace landfall
