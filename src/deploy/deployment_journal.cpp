#include <fmt/core.h>

#include "deploy/deployment_state.h"

namespace landfall {
namespace {

std::string about_to(DeployState state, DeployRow const& row, Target const& target) {
  switch (state) {
    case DeployState::preflight:
      return "looking at the app, its releases and its gate";
    case DeployState::freeze:
      return "looking for a freeze window";
    case DeployState::smoke:
      return target.deploy.smoke ? "running `" + target.deploy.smoke->command + "`"
                                 : "no smoke command";
    case DeployState::approval:
      return "asking for approval";
    case DeployState::source:
      return "uploading the source of " + row.commit.value_or("");
    case DeployState::build:
      return "building on " + row.app;
    case DeployState::release:
      return "waiting for the release";
    case DeployState::dynos:
      return "waiting for the dynos";
    case DeployState::health:
      return "asking from outside";
    case DeployState::rollback:
      return row.first.value_or(false) ? "turning maintenance mode on"
                                       : "going back to the release before";
    case DeployState::verified:
    case DeployState::rolled_back:
    case DeployState::refused:
    case DeployState::failed:
    case DeployState::held:
      break;
  }
  return {};
}

/// Did the step in which the deploy ended do what it was there for.
bool step_succeeded(DeployState state) {
  return state == DeployState::verified || state == DeployState::rolled_back;
}

}  // namespace

bool Deployment::State::write(std::vector<Entry> const& journal) {
  Result<> written = store.database().transaction([&]() -> Result<> {
    TRY(check_lock(store, *lease));
    TRY(write_deploy(store, row));
    for (Entry const& entry : journal) TRY(append_entry(store, entry, world.now()));
    return {};
  });
  if (!written) {
    stop(written.error());
    return false;
  }
  if (!options.tell) return true;
  for (Entry const& entry : journal) {
    DeployState const about = deploy_state_from(entry.step).value_or(row.state);
    options.tell({deploy, about, entry.outcome, entry.detail});
    if (!done) return false;  // the watcher ended it
  }
  return true;
}

bool Deployment::State::note(std::string outcome, std::string detail, std::int64_t evidence) {
  return write(
      {{deploy, std::string(to_word(row.state)), std::move(outcome), std::move(detail), evidence}});
}

void Deployment::State::enter(Move const& move) {
  std::string const left(to_word(row.state));
  std::string const outcome = move.failed ? "failed" : "done";
  if (move.failed) failure = move.text;
  row.state = move.state;
  bool const written = write(
      {{deploy, left, outcome, move.text, seen.evidence},
       {deploy, std::string(to_word(row.state)), "started", about_to(row.state, row, *target)}});
  if (!written) return;
  if (row.state == DeployState::source)
    if (Result<> ended = end_superseded(); !ended) return stop(ended.error());
  if (row.state == DeployState::build && !build_started) build_started = world.now();
  if (row.state == DeployState::rollback && !rollback_started) rollback_started = world.now();
  // What the step before looked at is not what this one has to see.
  seen.fatal.clear();
  seen.unsure = false;
  seen.evidence = 0;
  seen.resumed = false;
  seen.posted = false;
  seen.absent = 0;
  seen.formation.reset();
  seen.scaled = false;
  seen.dynos.reset();
  seen.crashed = 0;
  seen.healthy = 0;
  seen.probed = false;
  seen.confirmed = false;
  seen.probe_text.clear();
  tries = 0;
  waiting_text.clear();
  go();
}

void Deployment::State::end(Move const& move) {
  std::string const left(to_word(row.state));
  // Nothing was built: the release that runs the commit already is the one that was verified.
  if (row.state == DeployState::preflight && move.state == DeployState::verified)
    row.release = current_release(seen.look->releases)->version;
  row.state = move.state;
  row.reason = move.text;
  row.ended_at = world.now();
  std::string const word(to_word(row.state));
  bool const written = write(
      {{deploy, left, step_succeeded(row.state) ? "done" : "failed", move.text, seen.evidence},
       {deploy, word, "done",
        fmt::format("deploy {} of {} to {}: {}", deploy, row.ref, row.target, word),
        seen.evidence}});
  if (!written) return;
  if (Result<> freed = free_lock(store, *lease); !freed) return stop(freed.error());
  finish(row.state);
}

Result<> Deployment::State::end_superseded() {
  // Called when all gates are passed: a deploy that is refused takes nobody's place.
  // Only deploys that have changed nothing can be left behind: request_deploy refuses a new one
  // while another works on the platform.
  Result<std::vector<DeployRow>> others = unfinished_deploys(store, row.target);
  if (!others) return std::unexpected(std::move(others).error());
  for (DeployRow& other : *others) {
    if (other.id == deploy || other.state >= DeployState::source) continue;
    std::string const left(to_word(other.state));
    other.state = DeployState::refused;
    other.reason = fmt::format("deploy {} took its place", deploy);
    other.ended_at = world.now();
    Result<> written = store.database().transaction([&]() -> Result<> {
      TRY(check_lock(store, *lease));
      TRY(write_deploy(store, other));
      return append_entry(store, {other.id, left, "failed", other.reason}, world.now());
    });
    if (!written) return written;
  }
  return {};
}

}  // namespace landfall
