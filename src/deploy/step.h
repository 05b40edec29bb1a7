// The deploy's state machine: pure. It is given the journalled row and what was observed, and says
// what to do next; deployment.cpp does it. Whatever is not in the row may be lost in a crash at any
// time: then it is observed again, and `step` comes to the same decision.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "deploy/answers.h"
#include "deploy/gates.h"
#include "deploy/journal.h"
#include "deploy/look.h"

namespace landfall {

inline constexpr Duration poll_interval = 2s;
inline constexpr Duration approval_interval = 1s;
/// Between the two lookups after which a build or rollback is certainly not there: a request that
/// was on its way when its sender died has arrived by then.
inline constexpr Duration find_interval = 10s;
inline constexpr Duration rollback_timeout = 10min;
/// So often a rollback is posted, each after it was looked for and certainly not there.
inline constexpr int rollback_posts_max = 5;
/// A formation that the platform does not take at once: after a release its process types may lag.
inline constexpr int scale_tries_max = 5;
/// Heroku restarts a crashed dyno once at once: seen crashed so often in a row it stays down.
inline constexpr int crashes_max = 3;
inline constexpr int tries_max = 3;
/// A deploy that is gone on with after a long pause gets so long at least to see how things stand.
inline constexpr Duration life_min = 5min;

/// What was seen in this life of the process.
struct Seen {
  std::string fatal;          ///< the step cannot succeed, and why
  bool unsure = false;        ///< with it: what the platform does now is not known
  std::int64_t evidence = 0;  ///< of the last observation: cited when the step ends
  bool resumed = false;       ///< an earlier life was in this step

  std::optional<Look> look;
  bool maintenance_is_ours = false;  ///< a failed first deploy left it on, as agreed
  bool has_source = false;           ///< the source to deploy is unpacked in memory
  bool smoke_passed = false;
  std::string smoke_text;
  std::optional<ApprovalSight> approval;
  bool has_source_url = false;  ///< the source was uploaded
  bool posted = false;          ///< build or rollback may have been posted, its answer is lost
  int absent = 0;               ///< so often it was looked for and not found
  std::optional<BuildSeen> build;
  std::string build_output;  ///< last lines of a failed build
  std::optional<ReleaseSeen> release;
  std::optional<std::vector<FormationSeen>> formation;
  bool scaled = false;
  bool maintenance_ended = false;
  std::optional<std::vector<DynoSeen>> dynos;
  int crashed = 0;  ///< polls in a row that saw a crashed dyno of our release
  std::string web_url;
  int healthy = 0;  ///< answers that counted, in a row
  bool probed = false;
  std::string probe_text;  ///< what the last answers were
  bool confirmed = false;  ///< the dynos were asked once more after the last answer
  std::optional<std::vector<ReleaseSeen>> releases;
  bool maintenance_on = false;
  int rollback_posts = 0;       ///< so often the rollback was posted in this life
  std::string rollback_answer;  ///< what the platform last answered instead of doing it
  /// What ran before anything was changed, as journalled; nullopt: not looked at yet.
  std::optional<std::vector<FormationSeen>> formation_before;
};

struct Situation {
  Intent const& intent;
  Target const& target;
  DeployRow const& row;
  Seen const& seen;
  std::optional<Instant> build_started;  ///< from the journal
  std::optional<Instant> rollback_started;
  std::string failure;     ///< why it is being rolled back
  Instant life_started{};  ///< when this process began to work on the deploy
  Instant now;
};

enum class Act {
  look,
  fetch,
  smoke,
  read_approvals,
  upload,
  find_build,
  post_build,
  ask_build,
  read_build_output,
  ask_release,
  note_formation,
  ask_formation,
  scale,
  ask_dynos,
  end_maintenance,
  ask_app,
  probe,
  find_rollback,
  post_rollback,
  start_maintenance,
  enter,  ///< the step is done: go on with `state`
  end     ///< the deploy is over with `state`
};

struct Move {
  Act act{};
  DeployState state{};  ///< for enter and end
  std::string text{};   ///< for enter and end: what was seen or done in the step that is over
  bool failed = false;  ///< for enter: the step that is over failed
  Duration after{0};    ///< wait so long before
};

Move step(Situation const& at);

/// Are at least the declared dynos of every process type up on this release; an idle web dyno (eco)
/// counts, the router wakes it.
bool dynos_ready(Target const& target, std::vector<DynoSeen> const& dynos, std::int64_t version);
/// "web 1 of 1 up on v8, worker 0 of 2 up on v8"
std::string dynos_sentence(Target const& target, std::vector<DynoSeen> const& dynos,
                           std::int64_t version);
/// Process types whose quantity is below the declared minimum.
std::vector<FormationSeen> to_scale(Target const& target,
                                    std::vector<FormationSeen> const& formation);
/// Process types that run fewer dynos than before the deploy or than declared, with what they need.
std::vector<FormationSeen> to_restore(Target const& target,
                                      std::vector<FormationSeen> const& before,
                                      std::vector<FormationSeen> const& formation);
/// Our own release of the older code: newer than ours, and described as Heroku describes rollbacks.
ReleaseSeen const* our_rollback(DeployRow const& row, std::vector<ReleaseSeen> const& releases);
/// Does an answer name this commit: in full or by a prefix of at least 7 characters.
bool names_commit(std::string_view named, std::string_view commit);

}  // namespace landfall
