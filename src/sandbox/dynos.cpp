#include "sandbox/dynos.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sandbox/heroku_events.h"
#include "sandbox/log.h"

namespace landfall::sandbox {
namespace {

Duration const grace = 30s;
Duration const day = 24h;
std::uint64_t const day_minutes_more = 216;

/// web.2 before web.10.
bool comes_before(Dyno const& one, Dyno const& other) {
  if (one.type != other.type) return one.type < other.type;
  if (one.name.size() != other.name.size()) return one.name.size() < other.name.size();
  return one.name < other.name;
}

/// What the formation asks for, as dynos that are not there yet.
std::vector<Dyno> wanted_dynos(App const& app, Release const& current) {
  std::vector<Dyno> wanted;
  if (!current.slug) return wanted;
  for (auto const& [type, formation] : app.formation) {
    for (int number = 1; number <= formation.quantity; ++number) {
      Dyno dyno{.name = fmt::format("{}.{}", type, number),
                .type = type,
                .command = formation.command,
                .size = formation.size};
      dyno.release_id = current.id;
      dyno.release_version = current.version;
      wanted.push_back(std::move(dyno));
    }
  }
  return wanted;
}

/// The log calls a dyno that sleeps down.
char const* log_word(DynoState state) {
  return to_word(state == DynoState::idle ? DynoState::down : state);
}

std::optional<Dyno> take(std::vector<Dyno>& dynos, std::string_view name) {
  auto const found =
      std::find_if(dynos.begin(), dynos.end(), [&](Dyno const& dyno) { return dyno.name == name; });
  if (found == dynos.end()) return std::nullopt;
  Dyno dyno = std::move(*found);
  dynos.erase(found);
  return dyno;
}

}  // namespace

Dynos::Dynos(World world, State& state, std::string folder, Tell tell,
             std::function<void()> changed)
    : world_(world),
      state_(state),
      folder_(std::move(folder)),
      tell_(std::move(tell)),
      changed_(std::move(changed)) {
  world_.processes.prepare();
}

Dynos::~Dynos() {
  for (auto const& [dyno, process] : processes_) world_.processes.signal(process.id, Signal::kill);
}

App* Dynos::app_of(std::string const& id) {
  return state_.heroku.find(id);
}

Dyno* Dynos::dyno_of(App* app, std::string const& dyno_id) {
  if (app == nullptr) return nullptr;
  for (std::vector<Dyno>* const dynos : {&app->dynos, &app->outgoing}) {
    auto const found = std::find_if(dynos->begin(), dynos->end(),
                                    [&](Dyno const& dyno) { return dyno.id == dyno_id; });
    if (found != dynos->end()) return &*found;
  }
  return nullptr;
}

Dyno* Dynos::dyno_of(std::string const& app, std::string const& dyno_id) {
  return dyno_of(app_of(app), dyno_id);
}

void Dynos::say(App const& app, std::string_view dyno, std::string_view text) {
  tell_(fmt::format("{} {}: {}", app.name, dyno, text));
}

void Dynos::log(App& app, std::string_view dyno, std::string text) {
  add_log(app, {world_.now(), "heroku", std::string(dyno), std::move(text)});
  changed_();
}

void Dynos::move_to(App& app, Dyno& dyno, DynoState state) {
  if (dyno.state != state) {
    log(app, dyno.name,
        fmt::format("State changed from {} to {}", log_word(dyno.state), log_word(state)));
  }
  dyno.state = state;
  dyno.updated_at = world_.now();
  tell_dyno(state_, app, dyno, "update", world_.now());
}

void Dynos::later(Instant due, Work work) {
  world_.loop.at(due, [alive = std::weak_ptr(alive_), work = std::move(work)]() mutable {
    if (alive.lock()) work();
  });
}

/// With preboot a web dyno that serves goes on to do so while its successor boots.
bool Dynos::keeps_serving(App const& app, Dyno const& dyno) const {
  auto const web = app.formation.find("web");
  return app.features.contains("preboot") && app.outgoing.empty() && dyno.type == "web" &&
         dyno.state == DynoState::up && web != app.formation.end() && web->second.quantity > 0 &&
         size_named(dyno.size).preboots;
}

void Dynos::let_go(App& app, Dyno const& dyno) {
  Dyno gone = dyno;
  move_to(app, gone, DynoState::down);
  tell_dyno(state_, app, gone, "destroy", world_.now());
  end(dyno.id);
}

void Dynos::sync(App& app) {
  Release const* const current = app.current();
  if (stopped_ || current == nullptr) return;
  std::vector<Dyno> before = std::exchange(app.dynos, {});
  std::vector<Dyno> outgoing;
  std::vector<Dyno> fresh;
  std::vector<Dyno> replaced;
  for (Dyno& dyno : wanted_dynos(app, *current)) {
    std::optional<Dyno> old = take(before, dyno.name);
    if (old && old->release_id == current->id && old->size == dyno.size) {
      app.dynos.push_back(*std::move(old));
      continue;
    }
    if (old && old->release_id != current->id && keeps_serving(app, *old)) {
      outgoing.push_back(*std::move(old));
    } else if (old) {
      replaced.push_back(*std::move(old));
    }
    fresh.push_back(std::move(dyno));
  }
  for (Dyno& dyno : before) {
    if (dyno.one_off) {
      app.dynos.push_back(std::move(dyno));
    } else if (dyno.release_id != current->id && keeps_serving(app, dyno)) {
      outgoing.push_back(std::move(dyno));
    } else {
      let_go(app, dyno);
    }
  }
  for (Dyno& dyno : replaced) {
    log(app, dyno.name, "Restarting");
    move_to(app, dyno, DynoState::starting);
    end(dyno.id);
  }
  if (!outgoing.empty()) app.outgoing = std::move(outgoing);
  auto const web = app.formation.find("web");
  if (web == app.formation.end() || web->second.quantity == 0) end_preboot(app);
  for (Dyno& dyno : fresh) begin(app, std::move(dyno));
  changed_();
}

void Dynos::restart(App& app, std::string const& dyno_id) {
  Dyno* const old = dyno_of(&app, dyno_id);
  if (old == nullptr) return;
  if (old->one_off) return end(dyno_id);
  old->crashes = 0;
  replace(app, dyno_id, "Restarting");
}

void Dynos::replace(App& app, std::string const& dyno_id, std::string_view why) {
  Dyno* const old = dyno_of(&app, dyno_id);
  if (stopped_ || old == nullptr) return;
  if (!why.empty()) log(app, old->name, std::string(why));
  move_to(app, *old, DynoState::starting);
  Dyno dyno = *old;
  end(dyno_id);
  std::erase_if(app.dynos, [&](Dyno const& one) { return one.id == dyno_id; });
  begin(app, std::move(dyno));
}

void Dynos::wake(App& app) {
  std::vector<std::string> asleep;
  for (Dyno const& dyno : app.dynos) {
    if (dyno.state == DynoState::idle) asleep.push_back(dyno.id);
  }
  for (std::string const& id : asleep) replace(app, id, "Unidling");
}

void Dynos::begin(App& app, Dyno dyno) {
  dyno.id = state_.random.uuid();
  dyno.state = DynoState::starting;
  dyno.port = 0;
  dyno.created_at = world_.now();
  dyno.updated_at = world_.now();
  dyno.cycles_at =
      world_.now() + day + std::chrono::minutes(state_.random.below(day_minutes_more + 1));
  auto const place = std::find_if(app.dynos.begin(), app.dynos.end(),
                                  [&](Dyno const& other) { return comes_before(dyno, other); });
  Dyno& placed = *app.dynos.insert(place, std::move(dyno));
  say(app, placed.name, fmt::format("starting v{}", placed.release_version));
  tell_dyno(state_, app, placed, "create", world_.now());
  watch_day(app, placed);
  boot(app, placed);
}

void Dynos::kill(std::string const& dyno_id) {
  auto const process = processes_.find(dyno_id);
  if (process != processes_.end()) world_.processes.signal(process->second.id, Signal::kill);
}

void Dynos::end(std::string const& dyno_id) {
  auto const process = processes_.find(dyno_id);
  if (process != processes_.end()) {
    App* const app = process->second.ending ? nullptr : app_of(process->second.app);
    if (app != nullptr) log(*app, process->second.name, "Stopping all processes with SIGTERM");
    return finish(dyno_id, Signal::terminate);
  }
  for (auto& [name, app] : state_.heroku.apps) {
    Dyno const* const waiting = dyno_of(&app, dyno_id);
    if (waiting == nullptr || !waiting->one_off) continue;
    return complete(&app, {dyno_id, waiting->name}, {.code = 143});
  }
  // An attached dyno that the state no longer has may have a client that waits for it.
  complete(nullptr, {dyno_id, ""}, {.code = 143});
}

void Dynos::finish(std::string const& dyno_id, Signal signal) {
  Process& process = processes_.at(dyno_id);
  if (std::exchange(process.ending, true)) return;
  world_.processes.signal(process.id, signal);
  process.kill_timer = world_.loop.after(grace, [this, alive = std::weak_ptr(alive_), dyno_id] {
    if (!alive.lock()) return;
    auto const late = processes_.find(dyno_id);
    if (late == processes_.end()) return;
    if (App* const app = app_of(late->second.app)) {
      log(*app, late->second.name,
          "Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of "
          "SIGTERM");
      log(*app, late->second.name, "Stopping remaining processes with SIGKILL");
    }
    world_.processes.signal(late->second.id, Signal::kill);
  });
}

void Dynos::stop(bool hurry, Work done) {
  stopped_ = true;
  stopped_done_ = std::move(done);
  for (auto& [name, app] : state_.heroku.apps) {
    for (Dyno& dyno : app.dynos) dyno.state = DynoState::down;
  }
  std::vector<std::string> ids;
  for (auto const& [dyno, process] : processes_) ids.push_back(dyno);
  for (std::string const& id : ids) {
    end(id);
    if (hurry) world_.processes.signal(processes_.at(id).id, Signal::kill);
  }
  world_.loop.post([this, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) look_for_end();
  });
}

}  // namespace landfall::sandbox
