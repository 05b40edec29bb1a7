#include "watch/watch.h"

#include <fmt/core.h>

#include <algorithm>

#include "collect/path_refs.h"
#include "incident/report.h"

namespace landfall {
Watch::Watch(World const& world, Store& store, Intent const& intent, Platforms platforms,
             WatchIntervals intervals, Log log)
    : world_(world),
      store_(store),
      intent_(intent),
      platforms_(std::move(platforms)),
      log_(std::move(log)),
      runner_(store),
      leases_(store, fmt::format("landfall-{}", world.random.uuid().substr(0, 8)), intervals.lease),
      outbox_(world, store, intent, leases_),
      resend_(world, store, intent, leases_, log_) {
  state_.name = leases_.holder();
  state_.lease = leases_.period();
  using About = Collection::Options::About;
  rhythm(Beat::probes).interval = intervals.probes;
  rhythm(Beat::probes).about = About::probes;
  rhythm(Beat::apps).interval = intervals.apps;
  rhythm(Beat::apps).about = About::apps;
  rhythm(Beat::repositories).interval = intervals.repositories;
  rhythm(Beat::repositories).about = About::repositories;
  outbox_.on_end([this](std::string const& receiver, Delivery const& delivery) {
    bool const taken = delivery.end == Delivery::End::taken;
    ++(taken ? state_.notified : state_.failed);
    log_(fmt::format("notify {}: {}{}", receiver, taken ? "taken" : "failed",
                     delivery.text.empty() ? "" : ": " + delivery.text));
    // After the outbox has kept it.
    world_.loop.post([this, alive = std::weak_ptr(alive_)] {
      if (alive.lock()) end_once();
    });
  });
}

Watch::~Watch() {
  world_.loop.cancel(again_);
  world_.loop.cancel(turn_);
  for (Rhythm const& rhythm : rhythms_) world_.loop.cancel(rhythm.timer);
}

Result<> Watch::start() {
  TRY(store_.database().wait_for(sql::Database::Disk::now_and_then));
  TRY(store_.declare(intent_));
  releases_seen_ = TRY(releases());
  log_(fmt::format("this is {}, with leases of {}", leases_.holder(), human(leases_.period())));
  TRY(turn());
  TRY(outbox_.work());
  resend_.start();
  begin(Beat::apps);
  begin(Beat::repositories);
  beat_at(Beat::probes, world_.now() + rhythm(Beat::probes).interval);
  return {};
}

void Watch::once(std::move_only_function<void(Result<>)> done) {
  shares_ = false;
  if (Result<> const declared = store_.declare(intent_); !declared) return done(declared);
  single_ =
      std::make_unique<Collection>(world_, store_, intent_, platforms_, Collection::Options{});
  single_done_ = std::move(done);
  single_->start([this](Result<> result) {
    if (result) result = turn();
    if (result && state_.judges) result = judge();
    if (result && !state_.judges) log_("another watcher judges and tells");
    if (!result) return std::exchange(single_done_, nullptr)(std::move(result));
    end_once();
  });
}

void Watch::end_once() {
  if (!single_done_) return;
  auto const idle = outbox_.is_idle();
  if (idle && !*idle) return;
  Result<> const given = leases_.give_back(world_.now(), [](std::string const&) { return true; });
  if (!given) log_("leases: " + given.error().text);
  std::exchange(single_done_, nullptr)(idle ? Result<>() : std::unexpected(idle.error()));
}

void Watch::beat_at(Beat beat, Instant when) {
  Rhythm& mine = rhythm(beat);
  world_.loop.cancel(mine.timer);
  mine.due = when;
  mine.timer = world_.loop.at(when, [this, beat] { begin(beat); });
}

Collection::Options Watch::options(Collection::Options::About about) {
  // A pause in which others thought this watcher dead ends the round: its answers are old.
  std::string const alive = watcher_lease(leases_.holder());
  return {.about = about,
          .asks_app = [this](std::string const& app) { return leases_.has(app_lease(app)); },
          .asks_repository =
              [this](std::string const& repository) {
                return leases_.has(repository_lease(repository));
              },
          .permit = [this, alive,
                     fence = leases_.fence(alive)] { return leases_.check(alive, fence); }};
}

void Watch::begin(Beat beat) {
  Rhythm& mine = rhythm(beat);
  beat_at(beat, world_.now() + mine.interval);
  if (mine.running) {
    ++state_.skipped;
    return;
  }
  mine.paying = mine.owes;
  mine.running =
      std::make_unique<Collection>(world_, store_, intent_, platforms_, options(mine.about));
  mine.running->start([this, beat, alive = std::weak_ptr(alive_)](Result<> result) {
    // The collection is not to be destroyed from within its own call.
    world_.loop.post([this, beat, alive, result = std::move(result)] {
      if (alive.lock()) ended(beat, result);
    });
  });
}

void Watch::ended(Beat beat, Result<> const& result) {
  Rhythm& mine = rhythm(beat);
  mine.running.reset();
  if (ending_) return;
  ++state_.rounds;
  if (!result && result.error().code == "lease_lost") {
    log_("what was asked is not kept: " + result.error().text);
    return take_turn();
  }
  if (!result) return in_trouble(result.error());
  if (mine.paying) mine.owes = false;
  state_.asked = !owes();
  if (mine.owes) beat_at(beat, world_.now());
  if (state_.judges)
    look();
  else
    no_trouble();
  if (beat != Beat::apps) return;
  auto const known = releases();
  bool const is_new = known && *known != releases_seen_;
  if (known) releases_seen_ = *known;
  Rhythm const& apps = rhythm(Beat::apps);
  if (is_new || pends().value_or(false))
    beat_at(Beat::apps, world_.now() + std::min(soon, apps.interval));
  if (state_.trouble.empty() && leases_.has(heartbeat_lease)) heartbeat();
}

bool Watch::owes() const {
  return rhythms_[static_cast<std::size_t>(Beat::apps)].owes ||
         rhythms_[static_cast<std::size_t>(Beat::repositories)].owes;
}

void Watch::in_trouble(Error const& error) {
  if (state_.trouble == error.text) return;
  state_.trouble = error.text;
  log_("trouble: " + state_.trouble);
}

void Watch::no_trouble() {
  if (!std::exchange(state_.trouble, "").empty()) log_("no trouble any more");
}

void Watch::look() {
  if (!state_.judges || owes() || ending_) return;
  if (!all_known_) {
    auto const known = is_all_known();
    if (!known) return in_trouble(known.error());
    all_known_ = *known;
    if (!all_known_) return;
  }
  Result<> const judged = judge();
  if (!judged && judged.error().code == "lease_lost") {
    log_("nothing is judged: " + judged.error().text);
    return take_turn();
  }
  if (!judged) return in_trouble(judged.error());
  no_trouble();
  state_.looked = world_.now();
}

Result<> Watch::judge() {
  Instant const now = world_.now();
  std::optional<Instant> next;
  auto const work = [&]() -> Result<> {
    TRY(leases_.check(std::string(judgement_lease)));
    TRY(derive_path_refs(store_, now));
    std::vector<Finding> const findings = TRY(runner_.run(now));
    TRY(keep_findings(store_, findings, now));
    TRY(follow_incidents(store_, intent_, now));
    std::vector<Silence> const silences = TRY(open_silences(store_, now));
    AlertSituation const situation{intent_, silences, now};
    AlertStep step = step_alerts(TRY(open_alerts(store_)), findings, situation);
    next = step.next;
    for (AlertStep::Event const& event : step.events) {
      Alert const& alert = step.alerts[event.alert];
      log_(fmt::format("{} {} {} {}: {}", event.what, alert.severity, alert.target, alert.check,
                       event.text));
    }
    return keep_step(store_, std::move(step), situation);
  };
  TRY(store_.database().transaction(work));
  look_again(next);
  return outbox_.work();
}

void Watch::look_again(std::optional<Instant> when) {
  world_.loop.cancel(again_);
  if (!when) return;
  again_ = world_.loop.at(*when, [this] {
    if (state_.looked) look();
  });
}

void Watch::heartbeat() {
  if (!intent_.alerts.heartbeat) return;
  Request request{.url = *intent_.alerts.heartbeat, .timeout = 10s};
  request.headers.set("User-Agent", "landfall");
  world_.http.send(std::move(request),
                   [this, alive = std::weak_ptr(alive_)](Result<Response> const& answer) {
                     if (!alive.lock()) return;
                     Delivery const delivery = delivery_of(answer);
                     if (delivery.end != Delivery::End::taken) log_("heartbeat: " + delivery.text);
                   });
}

Result<std::int64_t> Watch::releases() {
  sql::Rows const rows = TRY(store_.database().query("SELECT count(*) AS n FROM release"));
  return rows.rows.front().integer("n");
}

Response Watch::answer(Request const& request) const {
  return answer_watch(store_, state_, request, world_.now());
}

Result<int> Watch::listen(int port) {
  return world_.server.listen(
      port, [this, alive = std::weak_ptr(alive_)](Request const& request, Respond respond) {
        if (!alive.lock()) return;
        respond(answer(request));
      });
}

}  // namespace landfall
