// The processes behind the formation: started, watched, restarted and ended as Heroku does it.
// https://devcenter.heroku.com/articles/dyno-restarts, .../dyno-shutdown-behavior, .../preboot
//
// What a dyno is stands in the state; what is here is only what a saved state cannot keep: the
// processes, and what waits for them. Callbacks name apps and dynos by their ids and look them up
// when they come: either may be gone by then.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/dynos_command.h"
#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

class Dynos {
 public:
  using Tell = std::function<void(std::string_view)>;

  /// Keeps unpacked slugs below `folder`. `tell` hears one line for each thing that happens,
  /// `changed` of each change of the state (logs, dynos) that no request made.
  Dynos(World world, State& state, std::string folder, Tell tell, std::function<void()> changed);
  /// Kills what still runs.
  ~Dynos();
  Dynos(Dynos const&) = delete;
  Dynos& operator=(Dynos const&) = delete;

  /// Makes the app's dynos fit its formation and the release in force: a dyno of an older release
  /// is replaced, as Heroku does it: the new one starts when the old one is told to end. With
  /// preboot old web dynos go on to serve until three minutes after all the new ones are up.
  void sync(App& app);
  /// A fresh dyno of the same name in its place; a one-off dyno only ends.
  void restart(App& app, std::string const& dyno_id);
  /// Starts the dynos that sleep.
  void wake(App& app);
  /// Starts a one-off dyno that a request has put into the app; an attached one when its client
  /// comes.
  void run(App& app, std::string const& dyno_id);
  /// Who is at the other end of an attached dyno.
  struct Client {
    std::function<void()> started;
    std::function<void(std::string_view)> output;
    std::function<void()> ended;
  };
  /// The client of an attached dyno has come: the dyno starts. Its id; refused if none waits under
  /// that secret.
  Result<std::string> attach(std::string const& secret, Client client);
  /// The client's input; bytes that the process has not taken yet; whether its output has to wait.
  void write(std::string const& dyno_id, std::string_view bytes);
  void close_input(std::string const& dyno_id);
  std::size_t unsent(std::string const& dyno_id) const;
  bool has_terminal(std::string const& dyno_id) const;
  void hold_output(std::string const& dyno_id, bool hold);
  /// The client is gone: so is what it ran.
  void hang_up(std::string const& dyno_id);
  /// Ends a dyno's process: SIGTERM, and SIGKILL after 30 s.
  void end(std::string const& dyno_id);
  /// SIGKILL from outside: to Heroku it is a crash like any other.
  void kill(std::string const& dyno_id);
  /// Runs the release phase in a dyno of its own and ends the release by its exit code; `done` is
  /// called afterwards.
  void run_release_phase(App& app, std::string const& release_id, Work done);
  /// Ends all and starts none any more; `done` is called when the last process is gone.
  void stop(bool hurry, Work done);

 private:
  struct Process {
    ProcessId id = 0;
    std::string app;  ///< id
    std::string name;
    bool one_off = false;
    bool terminal = false;
    bool ending = false;
    TimerId kill_timer = 0;
  };
  struct Ended {
    std::string id;
    std::string name;
  };
  struct Phase {
    std::string release;
    Work done;
  };

  // dynos.cpp
  void begin(App& app, Dyno dyno);
  void replace(App& app, std::string const& dyno_id, std::string_view why);
  bool keeps_serving(App const& app, Dyno const& dyno) const;
  void let_go(App& app, Dyno const& dyno);
  App* app_of(std::string const& id);
  Dyno* dyno_of(App* app, std::string const& dyno_id);
  Dyno* dyno_of(std::string const& app, std::string const& dyno_id);
  void finish(std::string const& dyno_id, Signal signal);
  void say(App const& app, std::string_view dyno, std::string_view text);
  void log(App& app, std::string_view dyno, std::string text);
  void move_to(App& app, Dyno& dyno, DynoState state);
  void later(Instant due, Work work);

  // dynos_boot.cpp: from a place in the formation to a process that serves, and its end
  void boot(App& app, Dyno& dyno);
  void choose_port(std::string const& app, std::string const& dyno_id, int tries);
  void launch(App& app, Dyno& dyno);
  void start(App& app, Dyno& dyno, SlugFolder const& slug);
  void discard(std::string const& dyno_id);
  void look_for_end();
  void poll(std::string const& app, std::string const& dyno_id, Instant deadline);
  void miss_boot(App& app, Dyno& dyno);
  void serves(App& app, Dyno& dyno);
  void printed(std::string const& app, std::string const& dyno_id, std::string_view line);
  void exited(std::string const& app, std::string const& dyno_id, Exit exit);
  void crash(App& app, Dyno& dyno, std::string_view why);
  void forget(std::string const& dyno_id);

  // dynos_clock.cpp: what happens to dynos because time goes by
  void watch_day(App const& app, Dyno const& dyno);
  void watch_sleep(App const& app, Dyno const& dyno);
  void fall_asleep(App& app);
  void watch_preboot(App& app);
  void end_preboot(App& app);

  // dynos_run.cpp
  void complete(App* app, Ended const& dyno, Exit exit);
  void watch_end(App const& app, Dyno const& dyno);

  World world_;
  State& state_;
  std::string folder_;
  Tell tell_;
  std::function<void()> changed_;
  std::map<std::string, Process> processes_;  ///< by the dyno's id
  std::map<std::string, Client> clients_;     ///< by the dyno's id
  std::map<std::string, Phase> phases_;       ///< by the dyno's id
  int disk_works_ = 0;                        ///< folders that are being written or removed
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  bool warned_ = false;
  bool stopped_ = false;
  Work stopped_done_;
};

}  // namespace landfall::sandbox
