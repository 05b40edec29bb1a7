// The simulated world's processes: each sees the world through a view of its own, so that all that
// it asked for can be taken away again.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "world/http_server.h"
#include "world/sim_files.h"
#include "world/sim_mail.h"
#include "world/sim_network.h"
#include "world/sim_world.h"

namespace landfall {

class SimProcesses;

/// What all processes share.
struct SimMachine {
  SimQueue& queue;
  SimNetwork& network;
  SimMail& mail;
  SimFiles& files;
  SimProcesses& processes;
  std::uint64_t seed;
};

/// The outside as one process sees it.
class SimView {
 public:
  SimView(SimMachine const& machine, Owner owner, Environment environment);
  World& world() { return world_; }

 private:
  class OwnLoop : public Loop {
   public:
    OwnLoop(SimQueue& queue, Owner owner) : queue_(queue), owner_(owner) {}
    Instant now() const override { return queue_.now(); }
    TimerId at(Instant due, Work work) override { return queue_.add(owner_, due, std::move(work)); }
    void cancel(TimerId timer) override { queue_.cancel(timer); }
    void post(Work work) override { queue_.add(owner_, queue_.now(), std::move(work)); }
    void run() override;
    void stop() override { stopped_ = true; }

   private:
    SimQueue& queue_;
    Owner owner_;
    bool stopped_ = false;
  };
  class OwnHttp : public Http {
   public:
    OwnHttp(SimNetwork& network, Owner owner) : network_(network), owner_(owner) {}
    void send(Request request, HttpDone done) override {
      network_.send(owner_, std::move(request), std::move(done));
    }

   private:
    SimNetwork& network_;
    Owner owner_;
  };
  class OwnMailer : public Mailer {
   public:
    OwnMailer(SimMail& mail, Owner owner) : mail_(mail), owner_(owner) {}
    void send(Mail mail, MailDone done) override {
      mail_.send(owner_, std::move(mail), std::move(done));
    }

   private:
    SimMail& mail_;
    Owner owner_;
  };
  class OwnStreams : public Streams {
   public:
    OwnStreams(SimNetwork& network, Owner owner) : network_(network), owner_(owner) {}
    Result<int> listen(int port, Accept accept, std::optional<TlsIdentity>) override {
      return network_.listen(port, {.owner = owner_, .accept = std::move(accept)});
    }
    void connect(int port, Duration timeout, Connected done) override {
      network_.connect(owner_, port, timeout, std::move(done));
    }

   private:
    SimNetwork& network_;
    Owner owner_;
  };
  /// Requests come as values from simulated clients and as bytes from streams.
  class OwnServer : public Server {
   public:
    OwnServer(SimNetwork& network, Owner owner, Loop& loop, Streams& streams)
        : network_(network), owner_(owner), bytes_(loop, streams) {}
    Result<int> listen(int port, Handler handler, std::size_t body_max,
                       std::optional<TlsIdentity> identity) override;

   private:
    SimNetwork& network_;
    Owner owner_;
    HttpServer bytes_;
  };
  class OwnWorkers : public Workers {
   public:
    OwnWorkers(SimQueue& queue, Owner owner) : queue_(queue), owner_(owner) {}
    void run(Work work, Work done) override;

   private:
    SimQueue& queue_;
    Owner owner_;
  };
  class OwnProcesses : public Processes {
   public:
    OwnProcesses(SimProcesses& processes, Owner owner) : processes_(processes), owner_(owner) {}
    Result<ProcessId> start(Command command, std::function<void(std::string_view)> on_output,
                            std::move_only_function<void(Exit)> on_exit) override;
    void signal(ProcessId process, Signal signal) override;
    void write(ProcessId process, std::string_view bytes) override;
    void close_input(ProcessId process) override;
    std::size_t unsent(ProcessId) const override { return 0; }
    void hold_output(ProcessId, bool) override {}
    bool bounds_writes() const override { return true; }
    void prepare() override {}

   private:
    SimProcesses& processes_;
    Owner owner_;
  };

  Environment environment_;
  std::string const program_ = "landfall";
  OwnLoop loop_;
  OwnHttp http_;
  OwnMailer mailer_;
  OwnStreams streams_;
  OwnServer server_;
  OwnProcesses children_;
  OwnWorkers workers_;
  Random random_;
  World world_;
};

/// What became of a child is told to whoever started it.
struct SimWatcher {
  Owner owner = 0;
  std::function<void(std::string_view)> on_output;
  std::move_only_function<void(Exit)> on_exit;
};

/// The programs of the simulated machine and the processes that run them.
class SimProcesses {
 public:
  explicit SimProcesses(SimMachine const& machine) : machine_(machine) {}
  void program(std::string text, std::function<void(SimProgram)> run);
  Result<ProcessId> start(Command command, SimWatcher watcher);
  void signal(ProcessId process, Signal signal);
  void write(ProcessId process, std::string_view bytes);
  void close_input(ProcessId process);
  /// A number for a new process; a child's is its ProcessId.
  Owner next_owner() { return ++last_; }
  /// Takes away all that the process asked for; its children end with it.
  void drop(Owner owner);
  /// Forgets ended processes. Not while work is being done: the work may be theirs.
  void bury() { dead_.clear(); }

 private:
  struct Child {
    Command command;
    std::shared_ptr<SimWatcher> watcher;
    std::unique_ptr<SimView> view;
    std::string partial{};  ///< output that no newline has ended yet
    std::string errors{};
    std::string unread{};  ///< input that came before the program asked for any
    bool input_ended = false;
    std::function<void(std::string_view)> on_input{};
    std::function<void()> on_input_end{};
    std::function<void()> on_terminate{};
  };
  SimProgram view_for(Owner child);
  Child* find(Owner child);
  void take_input(Owner child);
  void complain(Owner child, std::string_view text);
  void run(Owner child, std::function<void(SimProgram)> const& program);
  void print(Owner child, std::string_view text);
  void end(Owner child, Exit exit);

  SimMachine const& machine_;
  Owner last_ = 0;
  std::vector<std::pair<std::string, std::function<void(SimProgram)>>> programs_;
  std::map<Owner, std::unique_ptr<Child>> children_;
  std::vector<std::unique_ptr<Child>> dead_;
};

}  // namespace landfall
