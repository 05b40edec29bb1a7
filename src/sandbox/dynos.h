// The processes behind the formation: started, watched, restarted and ended.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

class Dynos {
 public:
  using Tell = std::function<void(std::string_view)>;

  /// Keeps unpacked slugs below `folder`. `tell` hears one line for each thing that happens.
  Dynos(World world, State& state, std::string folder, Tell tell);
  /// Kills what still runs.
  ~Dynos();
  Dynos(Dynos const&) = delete;
  Dynos& operator=(Dynos const&) = delete;

  /// Makes the app's dynos fit its formation and the release in force: a dyno of an older release
  /// is replaced, as Heroku does it: the new one starts when the old one is told to end.
  void sync(App& app);
  void restart(App& app, std::string const& dyno_id);
  /// Starts a one-off dyno that a request has put into the app.
  void run(App& app, std::string const& dyno_id);
  /// Ends a dyno's process: SIGTERM, and SIGKILL after 30 s.
  void end(std::string const& dyno_id);
  /// Runs the release phase in a dyno of its own and ends the release by its exit code; `done` is
  /// called afterwards.
  void run_release_phase(App& app, std::string const& release_id, Work done);
  /// Ends all and starts none any more; `done` is called when the last process is gone.
  void stop(bool hurry, Work done);

 private:
  struct Process {
    ProcessId id = 0;
    std::string folder;
    bool ending = false;
    TimerId kill_timer = 0;
  };
  struct Launch {
    std::string name;
    std::string id;
    std::string command;
    int port = 0;
  };

  void begin(App& app, Dyno dyno);
  void choose_port(std::string const& app, std::string const& dyno_id, int tries);
  void launch(App& app, Dyno& dyno);
  Result<Command> prepare(App const& app, Release const& release, Launch const& launch);
  void poll(std::string const& app, std::string const& dyno_id, Instant deadline);
  void exited(std::string const& app, std::string const& dyno_id, Exit exit);
  void crash(App& app, Dyno& dyno, std::string_view why);
  void forget(std::string const& dyno_id);
  App* app_of(std::string const& name);
  Dyno* dyno_of(std::string const& app, std::string const& dyno_id);
  void say(std::string_view app, std::string_view dyno, std::string_view text);

  World world_;
  State& state_;
  std::string folder_;
  Tell tell_;
  std::map<std::string, Process> processes_;  ///< by the dyno's id
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  bool stopped_ = false;
  Work stopped_done_;
};

}  // namespace landfall::sandbox
