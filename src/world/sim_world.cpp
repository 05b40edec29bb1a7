#include "world/sim_world.h"

#include "world/sim_processes.h"

namespace landfall {

namespace {

class Simulation : public SimWorld {
 public:
  Simulation(Instant start, std::uint64_t seed, Environment environment)
      : environment_(std::move(environment)),
        files_(real_files()),
        queue_(std::make_unique<SimQueue>(start)),
        network_(std::make_unique<SimNetwork>(*queue_, seed)),
        mail_(*queue_),
        processes_(machine_),
        machine_{*queue_, *network_, mail_, files_, processes_, seed} {}

  ~Simulation() override;

  World process(std::string const& name) override { return named(name).view->world(); }

  void kill(std::string const& name) override {
    auto const found = named_.find(name);
    if (found != named_.end()) processes_.drop(found->second.owner);
  }

  void program(std::string text, std::function<void(SimProgram)> run) override {
    processes_.program(std::move(text), std::move(run));
  }

  void mail_server(std::string host, MailServer server) override {
    mail_.serve(std::move(host), std::move(server));
  }

  bool run_until(std::function<bool()> done, std::uint64_t events_max) override {
    for (std::uint64_t events = 0; !done(); ++events) {
      if (events == events_max || !step()) return false;
    }
    return true;
  }

  std::uint64_t events() const override { return queue_->events(); }

  void network_faults(Duration latency_max, double drop_chance) override {
    network_->faults(latency_max, drop_chance);
  }

 private:
  struct Named {
    Owner owner = 0;
    std::unique_ptr<SimView> view;
  };

  Named& named(std::string const& name) {
    Named& process = named_[name];
    if (!process.view) {
      process.owner = processes_.next_owner();
      process.view = std::make_unique<SimView>(machine_, process.owner, environment_);
    }
    return process;
  }

  bool step() {
    if (!queue_->busy()) processes_.bury();
    return queue_->step();
  }

  Environment environment_;
  SimFiles files_;
  std::unique_ptr<SimQueue> queue_;
  std::unique_ptr<SimNetwork> network_;
  SimMail mail_;
  SimProcesses processes_;
  SimMachine machine_;
  std::map<std::string, Named> named_;
};

// All work is forgotten while everything that it may reach for as it dies is still there.
Simulation::~Simulation() {
  for (auto const& [name, process] : named_) processes_.drop(process.owner);
  processes_.drop(0);
}

}  // namespace

std::unique_ptr<SimWorld> SimWorld::create(Instant start, std::uint64_t seed,
                                           Environment environment) {
  return std::make_unique<Simulation>(start, seed, std::move(environment));
}

}  // namespace landfall
