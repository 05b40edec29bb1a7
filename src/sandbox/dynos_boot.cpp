// From a place in the formation to a process that serves, and how that ends.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sandbox/dynos.h"
#include "sandbox/log.h"

namespace landfall::sandbox {
namespace {

Duration const boot_timeout = 60s;
Duration const poll_interval = 50ms;
Duration const connect_time = 1s;
Duration const first_restart = 1s;
Duration const cool_off = 20min;
Duration const cool_off_max = 5h;
Duration const stable = 10min;
int const port_tries = 20;
// Below those that Linux gives to clients (net.ipv4.ip_local_port_range, from 32768 on): a port that
// a connection had is kept from whoever would listen on it for a minute after its end.
int const port_first = 20000;
int const port_count = 12000;

/// Heroku restarts a crashed dyno once at once, then after ever longer times.
Duration restart_delay(int crashes) {
  if (crashes <= 1) return first_restart;
  return std::min(cool_off_max, cool_off * (1 << std::min(crashes - 2, 10)));
}

bool port_is_taken(State const& state, int port) {
  auto const has_it = [port](Dyno const& dyno) { return dyno.port == port; };
  return std::any_of(state.heroku.apps.begin(), state.heroku.apps.end(), [&](auto const& entry) {
    App const& app = entry.second;
    return std::any_of(app.dynos.begin(), app.dynos.end(), has_it) ||
           std::any_of(app.outgoing.begin(), app.outgoing.end(), has_it);
  });
}

int port_candidate(State& state) {
  int port = 0;
  while (port == 0 || port_is_taken(state, port)) {
    port = port_first + static_cast<int>(state.random.below(port_count));
  }
  return port;
}

using Connected = Result<std::unique_ptr<Stream>>;

bool nothing_listens(Connected const& stream) {
  return !stream && stream.error().code == "refused";
}

}  // namespace

void Dynos::boot(App& app, Dyno& dyno) {
  if (dyno.type == "web") return choose_port(app.id, std::string(dyno.id), port_tries);
  launch(app, dyno);
}

/// A port on which nothing answers yet: else another program's answer would pass for the dyno's.
void Dynos::choose_port(std::string const& app, std::string const& dyno_id, int tries) {
  Dyno* const dyno = dyno_of(app, dyno_id);
  if (stopped_ || dyno == nullptr) return;
  if (tries == 0) return crash(*app_of(app), *dyno, "found no free port");
  dyno->port = port_candidate(state_);
  world_.streams.connect(
      dyno->port, connect_time,
      [this, alive = std::weak_ptr(alive_), app, dyno_id, tries](Connected const& stream) {
        Dyno* const waiting = alive.lock() ? dyno_of(app, dyno_id) : nullptr;
        if (waiting == nullptr) return;
        if (!nothing_listens(stream)) return choose_port(app, dyno_id, tries - 1);
        launch(*app_of(app), *waiting);
      });
}

void Dynos::launch(App& app, Dyno& dyno) {
  if (stopped_) return;
  Release const* const release = app.release(dyno.release_id);
  Slug const* const slug = release == nullptr ? nullptr : app.slug_of(*release);
  if (slug == nullptr) return crash(app, dyno, "no slug");
  ++disk_works_;
  world_.workers.ask<Result<SlugFolder>>(
      [files = &world_.files, path = fmt::format("{}/{}/app", folder_, dyno.id),
       archive = slug->archive] { return write_slug(*files, path, archive); },
      [this, alive = std::weak_ptr(alive_), app_id = app.id,
       id = dyno.id](Result<SlugFolder> written) {
        if (!alive.lock()) return;
        --disk_works_;
        Dyno* const waiting = dyno_of(app_id, id);
        if (waiting != nullptr && !stopped_ && written) {
          return start(*app_of(app_id), *waiting, *written);
        }
        discard(id);
        if (waiting != nullptr && !written) crash(*app_of(app_id), *waiting, written.error().text);
      });
}

/// Removes a dyno's folder; with the last one a stop is over.
void Dynos::discard(std::string const& dyno_id) {
  ++disk_works_;
  world_.workers.ask<Result<>>(
      [files = &world_.files, path = fmt::format("{}/{}", folder_, dyno_id)] {
        return files->remove(path);
      },
      [this, alive = std::weak_ptr(alive_)](Result<> removed) {
        if (!alive.lock()) return;
        --disk_works_;
        if (!removed) tell_(removed.error().text);
        look_for_end();
      });
}

void Dynos::look_for_end() {
  if (!stopped_ || !stopped_done_ || !processes_.empty() || disk_works_ > 0) return;
  std::exchange(stopped_done_, {})();
}

void Dynos::start(App& app, Dyno& dyno, SlugFolder const& slug) {
  auto const alive = std::weak_ptr(alive_);
  auto const launch_it = [&](Command command) {
    return world_.processes.start(
        std::move(command),
        [this, alive, app_id = app.id, id = dyno.id](std::string_view line) {
          if (alive.lock()) printed(app_id, id, line);
        },
        [this, alive, app_id = app.id, id = dyno.id](Exit exit) {
          if (alive.lock()) exited(app_id, id, exit);
        });
  };
  Command command = dyno_command(world_, state_, app, dyno, slug);
  if (command.confinement && !world_.processes.bounds_writes() && !std::exchange(warned_, true)) {
    tell_("this kernel has no Landlock: dynos can write wherever you can");
  }
  auto process = launch_it(command);
  // Heroku's dynos have bash; a machine may not.
  if (!process && process.error().code == "missing") {
    command.arguments[0] = "sh";
    process = launch_it(command);
  }
  log(app, dyno.name, starting_text(dyno));
  if (!process) {
    discard(dyno.id);
    return crash(app, dyno, process.error().text);
  }
  processes_[dyno.id] = {*process, app.id, dyno.name, dyno.one_off.has_value(),
                         dyno.one_off && dyno.one_off->terminal};
  auto const client = clients_.find(dyno.id);
  if (client != clients_.end()) client->second.started();
  if (dyno.type == "web" && !dyno.one_off) {
    return poll(app.id, std::string(dyno.id), world_.now() + boot_timeout);
  }
  serves(app, dyno);
}

/// A dyno is up when something listens on its port: what it answers does not matter.
void Dynos::poll(std::string const& app, std::string const& dyno_id, Instant deadline) {
  Dyno* const dyno = dyno_of(app, dyno_id);
  if (dyno == nullptr || dyno->state != DynoState::starting) return;
  if (world_.now() >= deadline) return miss_boot(*app_of(app), *dyno);
  world_.streams.connect(
      dyno->port, connect_time,
      [this, alive = std::weak_ptr(alive_), app, dyno_id, deadline](Connected const& stream) {
        Dyno* const booting = alive.lock() ? dyno_of(app, dyno_id) : nullptr;
        if (booting == nullptr || booting->state != DynoState::starting) return;
        if (stream) return serves(*app_of(app), *booting);
        later(world_.now() + poll_interval,
              [this, app, dyno_id, deadline] { poll(app, dyno_id, deadline); });
      });
}

/// The exit that follows makes it a crash.
void Dynos::miss_boot(App& app, Dyno& dyno) {
  log(app, dyno.name,
      "Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of "
      "launch");
  log(app, dyno.name, "Stopping process with SIGKILL");
  say(app, dyno.name, "R10 boot timeout: did not bind to $PORT within 60 seconds");
  auto const process = processes_.find(dyno.id);
  if (process != processes_.end()) world_.processes.signal(process->second.id, Signal::kill);
}

void Dynos::serves(App& app, Dyno& dyno) {
  move_to(app, dyno, DynoState::up);
  say(app, dyno.name, "up");
  if (dyno.one_off) return watch_end(app, dyno);
  if (dyno.type != "web") return;
  watch_sleep(app, dyno);
  watch_preboot(app);
}

void Dynos::printed(std::string const& app_id, std::string const& dyno_id, std::string_view line) {
  auto const process = processes_.find(dyno_id);
  App* const app = process == processes_.end() ? nullptr : app_of(app_id);
  if (app == nullptr) return;
  auto const client = clients_.find(dyno_id);
  if (client != clients_.end()) return client->second.output(line);
  std::string const& name = process->second.name;
  auto const phase = phases_.find(dyno_id);
  Release* const release = phase == phases_.end() ? nullptr : app->release(phase->second.release);
  if (release != nullptr) release->output += std::string(line) + "\n";
  add_log(*app, {world_.now(), "app", name, std::string(line)});
  say(*app, fmt::format("app[{}]", name), printable(line));
  changed_();
}

void Dynos::exited(std::string const& app_id, std::string const& dyno_id, Exit exit) {
  auto const found = processes_.find(dyno_id);
  if (found == processes_.end()) return;
  Process const process = found->second;
  App* const app = app_of(app_id);
  if (app != nullptr) {
    log(*app, process.name, fmt::format("Process exited with status {}", exit.code));
  }
  forget(dyno_id);
  if (process.one_off) return complete(app, {dyno_id, process.name}, exit);
  Dyno* const dyno = dyno_of(app, dyno_id);
  if (dyno == nullptr || process.ending) return;
  crash(*app, *dyno, fmt::format("exited with status {}", exit.code));
}

void Dynos::crash(App& app, Dyno& dyno, std::string_view why) {
  say(app, dyno.name, fmt::format("crashed: {}", printable(why)));
  if (dyno.one_off) return complete(&app, {dyno.id, dyno.name}, {.code = 1});
  bool const was_stable = dyno.state == DynoState::up && world_.now() - dyno.updated_at >= stable;
  dyno.crashes = was_stable ? 1 : dyno.crashes + 1;
  move_to(app, dyno, DynoState::crashed);
  dyno.port = 0;
  std::string const id = dyno.id;
  // A dyno that only preboot still keeps is not started again.
  if (std::erase_if(app.outgoing, [&](Dyno const& one) { return one.id == id; }) > 0) return;
  later(world_.now() + restart_delay(dyno.crashes), [this, app_id = app.id, id] {
    Dyno const* const crashed = dyno_of(app_id, id);
    if (crashed != nullptr && crashed->state == DynoState::crashed) {
      replace(*app_of(app_id), id, "");
    }
  });
}

/// A process is gone: its folder goes too.
void Dynos::forget(std::string const& dyno_id) {
  auto const process = processes_.find(dyno_id);
  if (process == processes_.end()) return;
  if (process->second.kill_timer != 0) world_.loop.cancel(process->second.kill_timer);
  processes_.erase(process);
  discard(dyno_id);
}

}  // namespace landfall::sandbox
