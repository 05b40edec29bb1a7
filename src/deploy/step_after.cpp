#include "deploy/step_after.h"

#include <fmt/core.h>

#include <algorithm>

namespace landfall {
namespace {

Move enter(DeployState state, std::string text) {
  return {.act = Act::enter, .state = state, .text = std::move(text)};
}
Move end(DeployState state, std::string text) {
  return {.act = Act::end, .state = state, .text = std::move(text)};
}
Move act(Act what, Duration after = 0ms) {
  return {.act = what, .after = after};
}

Move go_back(std::string why) {
  return {
      .act = Act::enter, .state = DeployState::rollback, .text = std::move(why), .failed = true};
}

bool out_of_time(Situation const& at) {
  Duration const timeout = at.target.deploy.timeout;
  return at.build_started && at.now >= *at.build_started + timeout &&
         at.now >= at.life_started + std::min(timeout, life_min);
}

std::string in_time(Situation const& at) {
  return human(at.target.deploy.timeout);
}

/// A release after ours that we did not make: whatever it changed was not decided here.
Move superseded(Situation const& at, std::int64_t version) {
  return end(DeployState::held,
             fmt::format("v{} followed v{} before that was verified: look at what it changed, then "
                         "deploy again",
                         version, at.row.release.value_or(0)));
}

/// What runs now is noted before anything changes: a rollback has to bring it back.
Move start_build(Situation const& at) {
  bool const can_go_back = !at.row.first.value_or(false);
  return act(can_go_back && !at.seen.formation_before ? Act::note_formation : Act::post_build);
}

/// A build whose answer was lost, or that an earlier life may have posted.
Move search_build(Situation const& at) {
  if (at.seen.absent == 0) return act(Act::find_build);
  if (at.seen.absent == 1) return act(Act::find_build, find_interval);
  // Certainly absent. The upload of an earlier life is unknown by now, so it is made again.
  if (!at.seen.has_source_url)
    return enter(DeployState::source,
                 "no build of this deploy is there: the source is uploaded again");
  return start_build(at);
}

/// The newest release that dynos run, if it is newer than ours.
std::optional<std::int64_t> newer_than_ours(std::vector<DynoSeen> const& dynos, std::int64_t ours) {
  std::int64_t newest = ours;
  for (DynoSeen const& dyno : dynos) newest = std::max(newest, dyno.version);
  return newest > ours ? std::optional<std::int64_t>(newest) : std::nullopt;
}

Move go_back_to(Situation const& at, ReleaseSeen const& before) {
  if (!before.carries_code || !before.eligible)
    return end(DeployState::held,
               fmt::format("{}; v{} cannot be gone back to: {}", at.failure, before.version,
                           before.carries_code ? "Heroku calls it not eligible for rollback"
                                               : "it carries no code"));
  bool const maybe_posted = at.seen.posted || at.seen.resumed;
  if (maybe_posted && at.seen.absent < 2)
    return act(Act::find_rollback, find_interval * std::max(1, at.seen.rollback_posts));
  if (at.seen.rollback_posts >= rollback_posts_max)
    return rollback_stopped(at, fmt::format("it was posted {} times and came of none: {}",
                                            rollback_posts_max, at.seen.rollback_answer));
  return act(Act::post_rollback);
}

Move not_restored(Situation const& at, ReleaseSeen const& release, std::string_view why) {
  return end(DeployState::held,
             fmt::format("ROLLED BACK to v{} (as v{}), but {}: production is not healthy; it was "
                         "rolled back because: {}",
                         at.row.before_release.value_or(0), release.version, why, at.failure));
}

std::string what_is_missing(Situation const& at, ReleaseSeen const& release) {
  Seen const& seen = at.seen;
  if (!seen.dynos) return "its dynos could not be observed";
  if (!dynos_ready(at.target, *seen.dynos, release.version))
    return dynos_sentence(at.target, *seen.dynos, release.version);
  return seen.probe_text.empty() ? "no answer from outside was seen" : seen.probe_text;
}

/// The older code is in force, which alone helps nobody: the bad release may have taken its dynos
/// away. So it gets them back, and health is proven as after a deploy.
Move restore(Situation const& at, ReleaseSeen const& release) {
  Seen const& seen = at.seen;
  if (at.rollback_started && at.now >= *at.rollback_started + rollback_timeout + life_min &&
      at.now >= at.life_started + life_min)
    return not_restored(at, release, what_is_missing(at, release));
  if (!seen.formation) return act(Act::ask_formation);
  std::vector<FormationSeen> const before =
      seen.formation_before.value_or(std::vector<FormationSeen>{});
  if (!seen.scaled && !to_restore(at.target, before, *seen.formation).empty())
    return act(Act::scale);
  if (!seen.dynos) return act(Act::ask_dynos);
  if (std::optional<std::int64_t> const newer = newer_than_ours(*seen.dynos, release.version))
    return not_restored(at, release, fmt::format("v{} followed it, not by landfall", *newer));
  if (!dynos_ready(at.target, *seen.dynos, release.version))
    return act(Act::ask_dynos, poll_interval);
  if (seen.web_url.empty() && !at.target.origin) return act(Act::ask_app);
  if (seen.healthy < at.target.health.times)
    return act(Act::probe, seen.probed ? at.target.health.interval : 0ms);
  if (!seen.confirmed) return act(Act::ask_dynos);
  return end(DeployState::rolled_back,
             fmt::format("{}; v{} is in force: {}; {}; {}", at.failure, release.version,
                         release.description,
                         dynos_sentence(at.target, *seen.dynos, release.version), seen.probe_text));
}

Move rolled_back_by(Situation const& at, ReleaseSeen const& release) {
  if (release.status == "failed" || release.status == "expired")
    return rollback_stopped(at, fmt::format("the release v{} {}", release.version, release.status));
  if (release.status == "succeeded" && release.current) return restore(at, release);
  ReleaseSeen const* current = current_release(*at.seen.releases);
  if (current != nullptr && current->version > release.version)
    return superseded(at, current->version);
  return act(Act::find_rollback, poll_interval);
}

}  // namespace

Move step_build(Situation const& at) {
  Seen const& seen = at.seen;
  bool const late = out_of_time(at);
  if (!at.row.build_id) {
    if (late && seen.absent >= 2)
      return end(DeployState::failed,
                 fmt::format("no build could be started in {}; nothing was released", in_time(at)));
    if (late)
      return end(DeployState::held,
                 fmt::format("after {} it could not be found out whether a build was "
                             "started",
                             in_time(at)));
    if (seen.posted || seen.resumed) return search_build(at);
    return start_build(at);
  }
  if (!seen.build) return act(Act::ask_build);
  if (seen.build->status == "failed") {
    if (seen.build_output.empty()) return act(Act::read_build_output);
    return end(DeployState::failed, fmt::format("build {} failed: {}; nothing was released",
                                                *at.row.build_id, seen.build_output));
  }
  if (seen.build->status == "succeeded" && seen.build->release_id)
    return enter(DeployState::release, fmt::format("build {} succeeded", *at.row.build_id));
  if (late)
    return end(DeployState::held, fmt::format("build {} is {} after {}: it may still release",
                                              *at.row.build_id, seen.build->status, in_time(at)));
  return act(Act::ask_build, poll_interval);
}

Move step_release(Situation const& at) {
  Seen const& seen = at.seen;
  if (!seen.build || !seen.build->release_id)
    return out_of_time(at) ? end(DeployState::held, "the build's release could not be observed")
                           : act(Act::ask_build, seen.build ? poll_interval : 0ms);
  if (!seen.release) return act(Act::ask_release);
  ReleaseSeen const& release = *seen.release;
  if (release.status == "failed" || release.status == "expired")
    return end(DeployState::failed,
               fmt::format("the release phase of v{} failed: {} stays in force", release.version,
                           at.row.before_release ? fmt::format("v{}", *at.row.before_release)
                                                 : std::string("what was there before")));
  if (release.status == "succeeded" && release.current)
    return enter(DeployState::dynos, fmt::format("v{} succeeded and is in force", release.version));
  if (out_of_time(at))
    return end(
        DeployState::held,
        release.status == "succeeded"
            ? fmt::format("v{} succeeded but is not in force after {}: another release followed",
                          release.version, in_time(at))
            : fmt::format("the release phase of v{} is {} after {}: it may still succeed",
                          release.version, release.status, in_time(at)));
  return act(Act::ask_release, poll_interval);
}

Move step_dynos(Situation const& at) {
  Seen const& seen = at.seen;
  std::int64_t const ours = at.row.release.value_or(0);
  if (out_of_time(at))
    return go_back(seen.dynos ? fmt::format("not enough dynos after {}: {}", in_time(at),
                                            dynos_sentence(at.target, *seen.dynos, ours))
                              : fmt::format("the dynos could not be observed in {}", in_time(at)));
  if (!seen.formation) return act(Act::ask_formation);
  if (!seen.scaled && !to_scale(at.target, *seen.formation).empty()) return act(Act::scale);
  if (!seen.dynos) return act(Act::ask_dynos);
  if (std::optional<std::int64_t> const newer = newer_than_ours(*seen.dynos, ours))
    return superseded(at, *newer);
  if (seen.crashed >= crashes_max)
    return go_back(fmt::format("dynos crash: {}", dynos_sentence(at.target, *seen.dynos, ours)));
  if (!dynos_ready(at.target, *seen.dynos, ours)) return act(Act::ask_dynos, poll_interval);
  if (seen.maintenance_is_ours && !seen.maintenance_ended) return act(Act::end_maintenance);
  return enter(DeployState::health, dynos_sentence(at.target, *seen.dynos, ours));
}

Move step_health(Situation const& at) {
  Seen const& seen = at.seen;
  std::int64_t const ours = at.row.release.value_or(0);
  if (out_of_time(at))
    return go_back(fmt::format("not healthy after {}: {}", in_time(at),
                               seen.probe_text.empty() ? "no answer was seen" : seen.probe_text));
  if (seen.web_url.empty() && !at.target.origin) return act(Act::ask_app);
  if (seen.healthy < at.target.health.times)
    return act(Act::probe, seen.probed ? at.target.health.interval : 0ms);
  // The outside has answered; the platform is the second witness, and it is asked last, so that a
  // release that came in between cannot be called verified.
  if (!seen.confirmed) return act(Act::ask_dynos);
  if (std::optional<std::int64_t> const newer = newer_than_ours(*seen.dynos, ours))
    return superseded(at, *newer);
  if (!dynos_ready(at.target, *seen.dynos, ours)) return act(Act::ask_dynos, poll_interval);
  return end(DeployState::verified,
             fmt::format("commit {} runs as v{}: {}; {}", at.row.commit.value_or("").substr(0, 7),
                         ours, dynos_sentence(at.target, *seen.dynos, ours), seen.probe_text));
}

Move step_rollback(Situation const& at) {
  Seen const& seen = at.seen;
  bool const late = at.rollback_started && at.now >= *at.rollback_started + rollback_timeout &&
                    at.now >= at.life_started + life_min;
  if (at.row.first.value_or(false)) {
    if (!seen.maintenance_on && late)
      return end(DeployState::held, at.failure + "; maintenance mode could not be turned on");
    if (!seen.maintenance_on) return act(Act::start_maintenance);
    return end(DeployState::rolled_back,
               at.failure + "; as agreed for a first deploy, maintenance mode is on");
  }
  ReleaseSeen const* ours = seen.releases ? our_rollback(at.row, *seen.releases) : nullptr;
  bool const in_force = ours != nullptr && ours->status == "succeeded" && ours->current;
  if (late && !in_force)
    return rollback_stopped(
        at, fmt::format("it was not in force after {}{}{}", human(rollback_timeout),
                        seen.rollback_answer.empty() ? "" : ": ", seen.rollback_answer));
  if (!seen.releases) return act(Act::find_rollback);
  if (ours != nullptr) return rolled_back_by(at, *ours);
  ReleaseSeen const* current = current_release(*seen.releases);
  if (current != nullptr && current->version > at.row.release.value_or(0))
    return superseded(at, current->version);
  ReleaseSeen const* before = find_release(*seen.releases, at.row.before_release.value_or(0));
  if (before == nullptr)
    return end(DeployState::held, at.failure + "; the release to go back to is not there any more");
  return go_back_to(at, *before);
}

Move rollback_stopped(Situation const& at, std::string_view why) {
  if (at.row.first.value_or(false))
    return end(DeployState::held,
               fmt::format("{}; maintenance mode could not be turned on: {}", at.failure, why));
  ReleaseSeen const* ours = at.seen.releases ? our_rollback(at.row, *at.seen.releases) : nullptr;
  if (ours != nullptr && ours->current && ours->status == "succeeded")
    return not_restored(at, *ours, why);
  return end(DeployState::held, fmt::format("ROLLBACK FAILED: {}; v{} is live and bad: {}", why,
                                            at.row.release.value_or(0), at.failure));
}

ReleaseSeen const* our_rollback(DeployRow const& row, std::vector<ReleaseSeen> const& releases) {
  std::string const words = fmt::format("Rollback to v{}", row.before_release.value_or(0));
  for (ReleaseSeen const& release : releases)
    if (release.version > row.release.value_or(0) && release.description == words) return &release;
  return nullptr;
}

}  // namespace landfall
