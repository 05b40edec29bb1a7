#include <fmt/core.h>

#include "deploy/deployment_state.h"

namespace landfall {

Deployment::Deployment(World world, Store& store, Intent const& intent, Platforms const& platforms,
                       std::int64_t deploy, Options options)
    : state_(std::make_shared<State>(world, store, intent, platforms, deploy, std::move(options))) {
}

Deployment::~Deployment() = default;

void Deployment::start(std::move_only_function<void(Result<DeployState>)> done) {
  state_->done = std::move(done);
  state_->later(0ms, &State::begin);
}

Deployment::State::State(World outside, Store& facts, Intent const& declared,
                         Platforms const& platforms, std::int64_t number, Options chosen)
    : world(outside),
      store(facts),
      intent(declared),
      options(std::move(chosen)),
      deploy(number),
      client(std::make_shared<Client>(outside, facts, platforms)) {}

Deployment::State::~State() {
  world.loop.cancel(timer);
  world.loop.cancel(lease_timer);
}

void Deployment::State::later(Duration after, void (State::*what)()) {
  timer = world.loop.after(after, [weak = weak_from_this(), what] {
    if (std::shared_ptr<State> const self = weak.lock()) (self.get()->*what)();
  });
}

void Deployment::State::begin() {
  Result<DeployRow> read = read_deploy(store, deploy);
  if (!read) return stop(read.error());
  row = std::move(*read);
  if (is_end(row.state)) return finish(row.state);
  target = intent.target(row.target);
  if (target == nullptr)
    return stop(
        {ErrorKind::config,
         fmt::format("deploy {} is of {}, which is not declared any more", deploy, row.target)});
  life_started = world.now();
  seek_lock();
}

void Deployment::State::seek_lock() {
  Result<LockAnswer> answer = take_lock(store, row.target, deploy, options.holder, world.now());
  if (!answer) return stop(answer.error());
  if (answer->held) return on_lock_held(*answer->held);
  lease = std::move(answer->lease);
  if (answer->taken && options.tell)
    options.tell(
        {deploy, row.state, "started",
         fmt::format("took the lock over from {}, whose lease had ended", answer->taken->holder)});
  life_started = world.now();
  if (Result<> taken = take_up_work(); !taken) return stop(taken.error());
  keep_lease();
  go();
}

void Deployment::State::on_lock_held(LockSight const& held) {
  // The process that works on this very deploy may just have died: one lease's time shows whether
  // it still renews. Another deploy's lock is waited for only when told to.
  bool const same = held.deploy == deploy;
  bool const renewed = seen_lease_until && *seen_lease_until != held.lease_until;
  if (!options.wait && (!same || renewed))
    return stop(
        {ErrorKind::refused,
         fmt::format("{} is locked by {} for deploy {}, whose lease lasts until {}: wait for it "
                     "with --wait",
                     row.target, held.holder, held.deploy, iso8601(held.lease_until)),
         "locked"});
  if (!seen_lease_until) seen_lease_until = held.lease_until;
  if (!told_waiting && options.tell)
    options.tell({deploy, row.state, "waiting",
                  fmt::format("the lock is held by {} for deploy {}, whose lease lasts until {}",
                              held.holder, held.deploy, iso8601(held.lease_until))});
  told_waiting = true;
  later(1s, &State::seek_lock);
}

Result<> Deployment::State::take_up_work() {
  // Another process may have brought it further, or to its end, while this one waited for the lock.
  row = TRY(read_deploy(store, deploy));
  if (is_end(row.state)) return free_lock(store, *lease);
  seen.maintenance_is_ours = TRY(left_in_maintenance(store, row.target, deploy));
  build_started = TRY(first_entry_at(store, deploy, "build", "started"));
  rollback_started = TRY(first_entry_at(store, deploy, "rollback", "started"));
  failure = TRY(last_failure(store, deploy));
  seen.resumed = TRY(first_entry_at(store, deploy, to_word(row.state), "started")).has_value();
  TRY(read_formation_before());
  if (row.state >= DeployState::source) TRY(end_superseded());
  note("started", seen.resumed ? fmt::format("{} goes on with it", options.holder)
                               : fmt::format("{} begins", options.holder));
  return {};
}

void Deployment::State::keep_lease() {
  lease_timer = world.loop.after(lease_renewal, [weak = weak_from_this()] {
    std::shared_ptr<State> const self = weak.lock();
    if (!self || !self->done) return;
    Result<> renewed = renew_lock(self->store, *self->lease, self->world.now());
    if (!renewed) return self->stop(renewed.error());
    self->keep_lease();
  });
}

void Deployment::State::go(Duration after) {
  later(after, &State::advance);
}

Situation Deployment::State::situation() const {
  return {.intent = intent,
          .target = *target,
          .row = row,
          .seen = seen,
          .build_started = build_started,
          .rollback_started = rollback_started,
          .failure = failure,
          .life_started = life_started,
          .now = world.now()};
}

void Deployment::State::advance() {
  if (!done) return;
  if (is_end(row.state)) return finish(row.state);
  Move move = step(situation());
  if (move.after == 0ms) return perform(move);
  Duration const after = move.after;
  move.after = 0ms;
  timer = world.loop.after(after, [weak = weak_from_this(), move] {
    if (std::shared_ptr<State> const self = weak.lock(); self && self->done) self->perform(move);
  });
}

void Deployment::State::perform(Move const& move) {
  switch (move.act) {
    case Act::look:
      return do_look();
    case Act::fetch:
      return do_fetch();
    case Act::smoke:
      return do_smoke();
    case Act::read_approvals:
      return do_read_approvals();
    case Act::upload:
      return do_upload();
    case Act::find_build:
      return do_find_build();
    case Act::post_build:
      return do_post_build();
    case Act::ask_build:
      return do_ask_build();
    case Act::read_build_output:
      return do_read_build_output();
    case Act::ask_release:
      return do_ask_release();
    case Act::note_formation:
      return do_note_formation();
    case Act::ask_formation:
      return do_ask_formation();
    case Act::scale:
      return do_scale();
    case Act::ask_dynos:
      return do_ask_dynos();
    case Act::end_maintenance:
      return do_maintenance(false);
    case Act::ask_app:
      return do_ask_app();
    case Act::probe:
      return do_probe();
    case Act::find_rollback:
      return do_find_rollback();
    case Act::post_rollback:
      return do_post_rollback();
    case Act::start_maintenance:
      return do_maintenance(true);
    case Act::enter:
      return enter(move);
    case Act::end:
      return end(move);
  }
}

void Deployment::State::finish(Result<DeployState> result) {
  if (!done) return;
  world.loop.cancel(timer);
  world.loop.cancel(lease_timer);
  smoke_run.reset();
  auto tell_end = std::move(done);
  done = nullptr;
  tell_end(std::move(result));
}

void Deployment::State::ask(Ask question, Then then) {
  client->ask(std::move(question),
              [weak = weak_from_this(), then](std::int64_t evidence, Result<Answer> answer) {
                std::shared_ptr<State> const self = weak.lock();
                if (!self || !self->done) return;
                if (evidence != 0) self->seen.evidence = evidence;
                (self.get()->*then)(evidence, std::move(answer));
              });
}

void Deployment::State::fatal(std::string text) {
  seen.fatal = std::move(text);
  go();
}

void Deployment::State::trouble(std::string_view doing, Error const& error) {
  std::string const text = fmt::format("{}: {}", doing, error.text);
  // Once the platform works for us, a lost answer is no reason to give up: the step's own time
  // limit decides. Before, nothing is lost by refusing.
  if (error.kind == ErrorKind::network && row.state >= DeployState::build) {
    if (text != waiting_text && options.tell) options.tell({deploy, row.state, "waiting", text});
    waiting_text = text;
    return go(poll_interval);
  }
  seen.unsure = true;
  fatal(text);
}

std::string Deployment::State::app_path(std::string_view rest) const {
  return fmt::format("/apps/{}{}", row.app, rest);
}

bool maybe_done(Error const& error) {
  if (error.kind == ErrorKind::refused || error.kind == ErrorKind::missing) return false;
  bool const answered_no =
      error.code == "conflict" || error.code == "invalid" || error.code == "http";
  return !answered_no;
}

}  // namespace landfall
