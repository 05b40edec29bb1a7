// Dynos that run once: `heroku run`, and the release phase.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "sandbox/dynos.h"
#include "sandbox/heroku_events.h"
#include "sandbox/log.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

// https://devcenter.heroku.com/articles/release-phase#release-phase-limits
Duration const phase_time = 1h;
// https://devcenter.heroku.com/articles/one-off-dynos#one-off-dyno-timeout
Duration const one_off_time = 24h;
// How long Heroku waits is not told.
Duration const attach_time = 60s;
std::uint64_t const names = 9000;

std::string one_off_name(State& state, App const& app, std::string_view type) {
  while (true) {
    std::string name = fmt::format("{}.{}", type, 1000 + state.random.below(names));
    bool const taken = std::any_of(app.dynos.begin(), app.dynos.end(),
                                   [&](Dyno const& dyno) { return dyno.name == name; });
    if (!taken) return name;
  }
}

}  // namespace

void Dynos::run(App& app, std::string const& dyno_id) {
  Dyno* const dyno = dyno_of(&app, dyno_id);
  if (stopped_ || dyno == nullptr) return;
  if (!dyno->one_off->attached) return launch(app, *dyno);
  log(app, dyno->name, "Awaiting client");
  later(world_.now() + attach_time, [this, app_id = app.id, dyno_id] {
    Dyno const* const waiting = dyno_of(app_id, dyno_id);
    if (waiting == nullptr || waiting->one_off->secret.empty()) return;
    log(*app_of(app_id), waiting->name, "Error R13 (Attach error) -> Failed to attach to process");
    complete(app_of(app_id), {dyno_id, waiting->name}, {.code = 1});
  });
}

Result<std::string> Dynos::attach(std::string const& secret, Client client) {
  for (auto& [name, app] : state_.heroku.apps) {
    for (Dyno& dyno : app.dynos) {
      if (secret.empty() || !dyno.one_off || dyno.one_off->secret != secret) continue;
      if (stopped_) break;
      dyno.one_off->secret.clear();
      std::string id = dyno.id;
      clients_[id] = std::move(client);
      launch(app, dyno);
      return id;
    }
  }
  return fail(ErrorKind::refused, "no dyno waits under that name");
}

void Dynos::write(std::string const& dyno_id, std::string_view bytes) {
  auto const process = processes_.find(dyno_id);
  if (process != processes_.end()) world_.processes.write(process->second.id, bytes);
}

void Dynos::close_input(std::string const& dyno_id) {
  auto const process = processes_.find(dyno_id);
  if (process != processes_.end()) world_.processes.close_input(process->second.id);
}

std::size_t Dynos::unsent(std::string const& dyno_id) const {
  auto const process = processes_.find(dyno_id);
  return process == processes_.end() ? 0 : world_.processes.unsent(process->second.id);
}

bool Dynos::has_terminal(std::string const& dyno_id) const {
  auto const process = processes_.find(dyno_id);
  return process != processes_.end() && process->second.terminal;
}

void Dynos::hold_output(std::string const& dyno_id, bool hold) {
  auto const process = processes_.find(dyno_id);
  if (process != processes_.end()) world_.processes.hold_output(process->second.id, hold);
}

void Dynos::hang_up(std::string const& dyno_id) {
  clients_.erase(dyno_id);
  auto const process = processes_.find(dyno_id);
  if (process == processes_.end()) return end(dyno_id);
  App* const app = process->second.ending ? nullptr : app_of(process->second.app);
  if (app != nullptr) {
    log(*app, process->second.name, "Client connection closed. Sending SIGHUP to all processes");
  }
  finish(dyno_id, Signal::hang_up);
}

void Dynos::watch_end(App const& app, Dyno const& dyno) {
  Instant const ends =
      std::min(dyno.one_off->ends.value_or(Instant::max()), dyno.created_at + one_off_time);
  later(ends, [this, app_id = app.id, id = dyno.id] {
    if (dyno_of(app_id, id) != nullptr) end(id);
  });
}

/// The app, or the dyno in it, may be gone: then what waits for the end still hears of it.
void Dynos::complete(App* app, Ended const& ended, Exit exit) {
  Dyno const* const dyno = dyno_of(app, ended.id);
  if (app != nullptr) {
    log(*app, ended.name,
        fmt::format("State changed from {} to complete",
                    to_word(dyno == nullptr ? DynoState::up : dyno->state)));
    say(*app, ended.name, fmt::format("exited with status {}", exit.code));
    if (dyno != nullptr) tell_dyno(state_, *app, *dyno, "destroy", world_.now());
    std::erase_if(app->dynos, [&](Dyno const& one) { return one.id == ended.id; });
  }
  changed_();
  auto const client = clients_.extract(ended.id);
  auto phase = phases_.extract(ended.id);
  if (client) client.mapped().ended();
  if (!phase) return;
  Release* const release = app == nullptr ? nullptr : app->release(phase.mapped().release);
  if (release != nullptr && release->status == ReleaseStatus::pending) {
    finish_release(state_, *app, *release, exit.code == 0, world_.now());
  }
  phase.mapped().done();
}

void Dynos::run_release_phase(App& app, std::string const& release_id, Work done) {
  Release const* const release = app.release(release_id);
  Slug const* const slug = release == nullptr ? nullptr : app.slug_of(*release);
  if (stopped_ || slug == nullptr) return;
  Dyno dyno{.name = one_off_name(state_, app, "release"),
            .type = "release",
            .command = slug->process_types.at("release"),
            .release_id = release_id,
            .release_version = release->version,
            .one_off = OneOff{.ends = world_.now() + phase_time}};
  dyno.one_off->command = dyno.command;
  dyno.id = state_.random.uuid();
  auto const formation = app.formation.find("release");
  dyno.size = formation == app.formation.end() ? Formation{}.size : formation->second.size;
  dyno.created_at = world_.now();
  dyno.updated_at = world_.now();
  phases_[dyno.id] = {release_id, std::move(done)};
  launch(app, app.dynos.emplace_back(std::move(dyno)));
}

}  // namespace landfall::sandbox
