#include "watch/watch.h"

#include <fmt/core.h>

#include <algorithm>

#include "collect/path_refs.h"
#include "incident/report.h"

namespace landfall {
namespace {

/// While an alert pends, and after a release, the platform is asked again so soon.
constexpr Duration soon = 10s;

}  // namespace

Watch::Watch(World const& world, Store& store, Intent const& intent, Platforms platforms,
             WatchIntervals intervals, Log log)
    : world_(world),
      store_(store),
      intent_(intent),
      platforms_(std::move(platforms)),
      log_(std::move(log)),
      runner_(store),
      outbox_(world, store, intent) {
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
  for (Rhythm const& rhythm : rhythms_) world_.loop.cancel(rhythm.timer);
}

Result<> Watch::start() {
  TRY(store_.database().wait_for(sql::Database::Disk::now_and_then));
  TRY(store_.declare(intent_));
  releases_seen_ = TRY(releases());
  TRY(outbox_.work());
  begin(Beat::apps);
  begin(Beat::repositories);
  beat_at(Beat::probes, world_.now() + rhythm(Beat::probes).interval);
  return {};
}

void Watch::once(std::move_only_function<void(Result<>)> done) {
  if (Result<> const declared = store_.declare(intent_); !declared) return done(declared);
  single_ =
      std::make_unique<Collection>(world_, store_, intent_, platforms_, Collection::Options{});
  single_done_ = std::move(done);
  single_->start([this](Result<> result) {
    if (result) result = judge();
    if (!result) return std::exchange(single_done_, nullptr)(std::move(result));
    end_once();
  });
}

void Watch::end_once() {
  if (!single_done_) return;
  auto const idle = outbox_.is_idle();
  if (idle && !*idle) return;
  std::exchange(single_done_, nullptr)(idle ? Result<>() : std::unexpected(idle.error()));
}

void Watch::beat_at(Beat beat, Instant when) {
  Rhythm& mine = rhythm(beat);
  world_.loop.cancel(mine.timer);
  mine.timer = world_.loop.at(when, [this, beat] { begin(beat); });
}

void Watch::begin(Beat beat) {
  Rhythm& mine = rhythm(beat);
  beat_at(beat, world_.now() + mine.interval);
  if (mine.running) {
    ++state_.skipped;
    return;
  }
  mine.running = std::make_unique<Collection>(world_, store_, intent_, platforms_,
                                              Collection::Options{.about = mine.about});
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
  mine.asked_once = true;
  ++state_.rounds;
  if (!result) {
    state_.trouble = result.error().text;
    return log_("trouble: " + state_.trouble);
  }
  bool const all_asked = rhythm(Beat::apps).asked_once && rhythm(Beat::repositories).asked_once;
  if (all_asked) look();
  if (beat != Beat::apps) return;
  auto const known = releases();
  bool const is_new = known && *known != releases_seen_;
  if (known) releases_seen_ = *known;
  Rhythm const& apps = rhythm(Beat::apps);
  if (is_new || pending_) beat_at(Beat::apps, world_.now() + std::min(soon, apps.interval));
  if (state_.trouble.empty()) heartbeat();
}

void Watch::look() {
  Result<> const judged = judge();
  std::string const before = std::exchange(state_.trouble, judged ? "" : judged.error().text);
  if (!judged) return log_("trouble: " + state_.trouble);
  if (!before.empty()) log_("no trouble any more");
  state_.looked = world_.now();
}

Result<> Watch::judge() {
  Instant const now = world_.now();
  std::optional<Instant> next;
  auto const work = [&]() -> Result<> {
    TRY(derive_path_refs(store_, now));
    std::vector<Finding> const findings = TRY(runner_.run(now));
    TRY(keep_findings(store_, findings, now));
    TRY(follow_incidents(store_, intent_, now));
    std::vector<Silence> const silences = TRY(open_silences(store_, now));
    AlertSituation const situation{intent_, silences, now};
    AlertStep step = step_alerts(TRY(open_alerts(store_)), findings, situation);
    next = step.next;
    pending_ = std::any_of(step.alerts.begin(), step.alerts.end(), [](Alert const& alert) {
      return alert.state == AlertState::pending || (alert.clear_since && alert.is_open());
    });
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

Result<int> Watch::listen(int port) {
  return world_.server.listen(
      port, [this, alive = std::weak_ptr(alive_)](Request const& request, Respond respond) {
        if (!alive.lock()) return;
        respond(answer_watch(store_, state_, request, world_.now()));
      });
}

}  // namespace landfall
