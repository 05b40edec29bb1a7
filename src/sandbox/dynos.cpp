#include "sandbox/dynos.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/archive.h"
#include "base/text.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

Duration const boot_timeout = 60s;
Duration const poll_interval = 50ms;
Duration const grace = 30s;
Duration const first_restart = 1s;
Duration const cool_off = 20min;
Duration const cool_off_max = 5h;
Duration const stable = 10min;
int const port_tries = 20;
int const port_first = 20000;
int const port_count = 40000;

/// Heroku restarts a crashed dyno once at once, then after ever longer times.
Duration restart_delay(int crashes) {
  if (crashes <= 1) return first_restart;
  return std::min(cool_off_max, cool_off * (1 << std::min(crashes - 2, 10)));
}

bool port_is_taken(State const& state, int port) {
  for (auto const& [name, app] : state.heroku.apps) {
    for (Dyno const& dyno : app.dynos) {
      if (dyno.port == port) return true;
    }
  }
  return false;
}

int port_candidate(State& state) {
  int port = 0;
  while (port == 0 || port_is_taken(state, port)) {
    port = port_first + static_cast<int>(state.random.below(port_count));
  }
  return port;
}

/// What Heroku's lab feature runtime-dyno-metadata adds.
void add_metadata(Config& environment, App const& app, Release const& release,
                  std::string const& dyno_id) {
  if (!app.features.contains("runtime-dyno-metadata")) return;
  environment["HEROKU_APP_ID"] = app.id;
  environment["HEROKU_APP_NAME"] = app.name;
  environment["HEROKU_APP_DEFAULT_DOMAIN_NAME"] = app.host + ".localhost";
  environment["HEROKU_DYNO_ID"] = dyno_id;
  environment["HEROKU_RELEASE_CREATED_AT"] = iso8601(release.created_at);
  environment["HEROKU_RELEASE_VERSION"] = fmt::format("v{}", release.version);
  Slug const* const slug = app.slug_of(release);
  if (slug != nullptr) environment["HEROKU_SLUG_COMMIT"] = slug->commit;
  if (slug != nullptr) environment["HEROKU_SLUG_DESCRIPTION"] = release.description;
}

Result<> write_entries(Files& files, std::string const& folder, std::string_view archive) {
  TRY(files.make_folder(folder));
  for (ArchiveEntry const& entry : TRY(unpack(archive))) {
    std::string const path = folder + "/" + entry.path;
    switch (entry.kind) {
      case EntryKind::file:
        TRY(files.write(path, entry.content, entry.mode));
        break;
      case EntryKind::directory:
        TRY(files.make_folder(path));
        break;
      case EntryKind::symlink:
        TRY(files.link(path, entry.content));
        break;
    }
  }
  return {};
}

}  // namespace

Dynos::Dynos(World world, State& state, std::string folder, Tell tell)
    : world_(world), state_(state), folder_(std::move(folder)), tell_(std::move(tell)) {}

Dynos::~Dynos() {
  for (auto const& [dyno, process] : processes_) world_.processes.signal(process.id, Signal::kill);
}

App* Dynos::app_of(std::string const& name) {
  return state_.heroku.find(name);
}

Dyno* Dynos::dyno_of(std::string const& name, std::string const& dyno_id) {
  App* const app = app_of(name);
  if (app == nullptr) return nullptr;
  auto const found = std::find_if(app->dynos.begin(), app->dynos.end(),
                                  [&](Dyno const& dyno) { return dyno.id == dyno_id; });
  return found == app->dynos.end() ? nullptr : &*found;
}

void Dynos::say(std::string_view app, std::string_view dyno, std::string_view text) {
  tell_(fmt::format("{} {}: {}", app, dyno, text));
}

void Dynos::sync(App& app) {
  Release const* const current = app.current();
  if (stopped_ || current == nullptr) return;
  std::vector<Dyno> kept;
  std::vector<Dyno> wanted;
  std::copy_if(app.dynos.begin(), app.dynos.end(), std::back_inserter(kept),
               [](Dyno const& dyno) { return dyno.one_off.has_value(); });
  for (auto const& [type, formation] : app.formation) {
    for (int number = 1; current->slug && number <= formation.quantity; ++number) {
      std::string const name = fmt::format("{}.{}", type, number);
      auto const old = std::find_if(app.dynos.begin(), app.dynos.end(), [&](Dyno const& dyno) {
        return dyno.name == name && dyno.release_id == current->id;
      });
      if (old != app.dynos.end()) {
        kept.push_back(*old);
        continue;
      }
      Dyno dyno{.name = name, .type = type, .command = formation.command, .size = formation.size};
      dyno.release_id = current->id;
      dyno.release_version = current->version;
      wanted.push_back(std::move(dyno));
    }
  }
  std::vector<Dyno> const before = std::exchange(app.dynos, std::move(kept));
  for (Dyno const& dyno : before) {
    bool const stays = std::any_of(app.dynos.begin(), app.dynos.end(),
                                   [&](Dyno const& one) { return one.id == dyno.id; });
    if (!stays) end(dyno.id);
  }
  for (Dyno& dyno : wanted) begin(app, std::move(dyno));
}

void Dynos::restart(App& app, std::string const& dyno_id) {
  Dyno* const old = dyno_of(app.name, dyno_id);
  if (stopped_ || old == nullptr) return;
  Dyno dyno = *old;
  end(dyno_id);
  std::erase_if(app.dynos, [&](Dyno const& one) { return one.id == dyno_id; });
  begin(app, std::move(dyno));
}

void Dynos::run(App& app, std::string const& dyno_id) {
  Dyno* const dyno = dyno_of(app.name, dyno_id);
  if (dyno != nullptr) launch(app, *dyno);
}

void Dynos::begin(App& app, Dyno dyno) {
  dyno.id = state_.random.uuid();
  dyno.state = DynoState::starting;
  dyno.port = 0;
  dyno.created_at = world_.now();
  dyno.updated_at = world_.now();
  std::string const id = dyno.id;
  bool const serves = dyno.type == "web";
  auto const place = std::find_if(app.dynos.begin(), app.dynos.end(),
                                  [&](Dyno const& other) { return dyno.name < other.name; });
  Dyno& placed = *app.dynos.insert(place, std::move(dyno));
  say(app.name, placed.name, fmt::format("starting v{}", placed.release_version));
  if (serves) return choose_port(app.name, id, port_tries);
  launch(app, placed);
}

/// A port on which nothing answers yet: else another program's answer would pass for the dyno's.
void Dynos::choose_port(std::string const& app, std::string const& dyno_id, int tries) {
  Dyno* const dyno = dyno_of(app, dyno_id);
  if (dyno == nullptr) return;
  if (tries == 0) return crash(*app_of(app), *dyno, "found no free port");
  dyno->port = port_candidate(state_);
  Request probe{.method = "HEAD", .url = fmt::format("http://127.0.0.1:{}/", dyno->port)};
  probe.timeout = 1s;
  world_.http.send(std::move(probe), [this, alive = std::weak_ptr(alive_), app, dyno_id,
                                      tries](Result<Response> answer) {
    Dyno* const waiting = alive.lock() ? dyno_of(app, dyno_id) : nullptr;
    if (waiting == nullptr) return;
    if (answer || answer.error().code != "connect") return choose_port(app, dyno_id, tries - 1);
    launch(*app_of(app), *waiting);
  });
}

Result<Command> Dynos::prepare(App const& app, Release const& release, Launch const& launch) {
  Slug const* const slug = app.slug_of(release);
  if (slug == nullptr) return fail(ErrorKind::data, "no slug");
  std::string const folder = fmt::format("{}/{}/app", folder_, launch.id);
  TRY(write_entries(world_.files, folder, slug->archive));
  Config environment;
  environment["PATH"] = world_.variable("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  environment["LANG"] = "C.UTF-8";
  // Not Heroku's: servers that honour it stay off the machine's other addresses.
  environment["HOST"] = "127.0.0.1";
  for (auto const& [name, value] : release.config) environment[name] = value;
  environment["HOME"] = folder;
  environment["DYNO"] = launch.name;
  if (launch.port != 0) environment["PORT"] = std::to_string(launch.port);
  add_metadata(environment, app, release, launch.id);
  Command command{.arguments = {"sh", "-c", launch.command}, .directory = folder};
  for (auto& [name, value] : environment) command.environment.emplace_back(name, value);
  return command;
}

void Dynos::launch(App& app, Dyno& dyno) {
  if (stopped_) return;
  Release const* const release = app.release(dyno.release_id);
  require(release != nullptr, "a dyno of a release that is none");
  auto command = prepare(app, *release, {dyno.name, dyno.id, dyno.command, dyno.port});
  if (!command) return crash(app, dyno, command.error().text);
  auto const alive = std::weak_ptr(alive_);
  auto const on_output = [this, alive, app_name = app.name,
                          name = dyno.name](std::string_view line) {
    if (alive.lock()) say(app_name, fmt::format("app[{}]", name), printable(line));
  };
  auto process = world_.processes.start(*std::move(command), on_output,
                                        [this, alive, name = app.name, id = dyno.id](Exit exit) {
                                          if (alive.lock()) exited(name, id, exit);
                                        });
  if (!process) return crash(app, dyno, process.error().text);
  processes_[dyno.id] = {.id = *process, .folder = fmt::format("{}/{}", folder_, dyno.id)};
  if (dyno.type == "web") return poll(app.name, dyno.id, world_.now() + boot_timeout);
  dyno.state = DynoState::up;
  say(app.name, dyno.name, "up");
}

void Dynos::poll(std::string const& app, std::string const& dyno_id, Instant deadline) {
  Dyno* const dyno = dyno_of(app, dyno_id);
  if (dyno == nullptr || dyno->state != DynoState::starting) return;
  if (world_.now() >= deadline) {
    // The exit that follows finds the dyno crashed already.
    crash(*app_of(app), *dyno, "R10 boot timeout: did not bind to $PORT within 60 seconds");
    return end(dyno_id);
  }
  Request probe{.method = "HEAD", .url = fmt::format("http://127.0.0.1:{}/", dyno->port)};
  probe.timeout = 1s;
  world_.http.send(std::move(probe), [this, alive = std::weak_ptr(alive_), app, dyno_id,
                                      deadline](Result<Response> answer) {
    Dyno* const booting = alive.lock() ? dyno_of(app, dyno_id) : nullptr;
    if (booting == nullptr || booting->state != DynoState::starting) return;
    if (answer || answer.error().code != "connect") {
      booting->state = DynoState::up;
      booting->updated_at = world_.now();
      return say(app, booting->name, "up");
    }
    world_.loop.after(poll_interval, [this, alive, app, dyno_id, deadline] {
      if (alive.lock()) poll(app, dyno_id, deadline);
    });
  });
}

void Dynos::exited(std::string const& app, std::string const& dyno_id, Exit exit) {
  auto const process = processes_.find(dyno_id);
  bool const expected = process != processes_.end() && process->second.ending;
  forget(dyno_id);
  Dyno* const dyno = expected ? nullptr : dyno_of(app, dyno_id);
  if (dyno != nullptr && dyno->one_off) {
    say(app, dyno->name, fmt::format("exited with status {}", exit.code));
    std::erase_if(app_of(app)->dynos, [&](Dyno const& one) { return one.id == dyno_id; });
  } else if (dyno != nullptr && dyno->state != DynoState::crashed) {
    crash(*app_of(app), *dyno, fmt::format("exited with status {}", exit.code));
  }
}

void Dynos::crash(App& app, Dyno& dyno, std::string_view why) {
  bool const was_stable = dyno.state == DynoState::up && world_.now() - dyno.updated_at >= stable;
  dyno.crashes = was_stable ? 1 : dyno.crashes + 1;
  dyno.state = DynoState::crashed;
  dyno.updated_at = world_.now();
  dyno.port = 0;
  say(app.name, dyno.name, fmt::format("crashed: {}", printable(why)));
  auto const alive = std::weak_ptr(alive_);
  world_.loop.after(restart_delay(dyno.crashes), [this, alive, name = app.name, id = dyno.id] {
    Dyno const* const crashed = alive.lock() ? dyno_of(name, id) : nullptr;
    if (crashed != nullptr) restart(*app_of(name), id);
  });
}

void Dynos::end(std::string const& dyno_id) {
  auto const found = processes_.find(dyno_id);
  if (found == processes_.end() || found->second.ending) return;
  Process& process = found->second;
  process.ending = true;
  world_.processes.signal(process.id, Signal::terminate);
  auto const alive = std::weak_ptr(alive_);
  process.kill_timer = world_.loop.after(grace, [this, alive, id = process.id] {
    if (alive.lock()) world_.processes.signal(id, Signal::kill);
  });
}

/// A process is gone: its folder goes too.
void Dynos::forget(std::string const& dyno_id) {
  auto const process = processes_.find(dyno_id);
  if (process == processes_.end()) return;
  if (process->second.kill_timer != 0) world_.loop.cancel(process->second.kill_timer);
  if (auto const removed = world_.files.remove(process->second.folder); !removed) {
    tell_(removed.error().text);
  }
  processes_.erase(process);
  if (stopped_ && processes_.empty() && stopped_done_) std::exchange(stopped_done_, {})();
}

void Dynos::run_release_phase(App& app, std::string const& release_id, Work done) {
  Release* const release = app.release(release_id);
  Slug const* const slug = release == nullptr ? nullptr : app.slug_of(*release);
  if (stopped_ || slug == nullptr) return;
  std::string const id = state_.random.uuid();
  auto command = prepare(app, *release, {"release.1", id, slug->process_types.at("release"), 0});
  auto const alive = std::weak_ptr(alive_);
  auto const on_output = [this, alive, name = app.name, release_id](std::string_view line) {
    Release* const running = alive.lock() ? app_of(name)->release(release_id) : nullptr;
    if (running != nullptr) running->output += std::string(line) + "\n";
  };
  auto finish = [this, alive, name = app.name, release_id, id,
                 done = std::move(done)](Exit exit) mutable {
    if (!alive.lock()) return;
    forget(id);
    App& owner = *app_of(name);
    finish_release(state_, owner, *owner.release(release_id), exit.code == 0, world_.now());
    say(name, "release.1", fmt::format("exited with status {}", exit.code));
    done();
  };
  auto process = command ? world_.processes.start(*std::move(command), on_output, std::move(finish))
                         : Result<ProcessId>(std::unexpected(command.error()));
  if (process) {
    processes_[id] = {.id = *process, .folder = fmt::format("{}/{}", folder_, id)};
    return;
  }
  release->output += printable(process.error().text) + "\n";
  finish_release(state_, app, *release, false, world_.now());
}

void Dynos::stop(bool hurry, Work done) {
  stopped_ = true;
  stopped_done_ = std::move(done);
  std::vector<std::string> ids;
  for (auto const& [dyno, process] : processes_) ids.push_back(dyno);
  for (std::string const& id : ids) {
    end(id);
    if (hurry) world_.processes.signal(processes_.at(id).id, Signal::kill);
  }
  if (!ids.empty()) return;
  auto const alive = std::weak_ptr(alive_);
  world_.loop.post([this, alive] {
    if (alive.lock() && stopped_done_) std::exchange(stopped_done_, {})();
  });
}

}  // namespace landfall::sandbox
