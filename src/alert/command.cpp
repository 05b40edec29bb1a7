// A program of the user's: the message is its input as JSON, and some of it its environment.
#include <fmt/core.h>

#include "alert/notifier.h"
#include "base/text.h"

namespace landfall {
namespace {

constexpr Duration patience = 1min;

class CommandNotifier : public Notifier {
 public:
  CommandNotifier(World const& world, Receiver receiver)
      : world_(world), receiver_(std::move(receiver)) {}
  ~CommandNotifier() override {
    world_.loop.cancel(timer_);
    if (process_ != 0) world_.processes.signal(process_, Signal::kill);
  }

  void send(Message const& message, Delivered done) override {
    Command command{.arguments = receiver_.command, .directory = "", .takes_input = true};
    for (auto const& [name, value] : world_.environment)
      command.environment.emplace_back(name, value);
    command.environment.emplace_back("LANDFALL_KIND",
                                     message.test ? "test" : to_word(message.kind));
    command.environment.emplace_back("LANDFALL_KEY", message.key);
    command.environment.emplace_back("LANDFALL_SEVERITY", message.severity);
    command.environment.emplace_back("LANDFALL_TARGET", message.target);
    command.environment.emplace_back("LANDFALL_TITLE", printable(message.title));
    auto const last = std::make_shared<std::string>();
    done_ = std::move(done);
    auto const started = world_.processes.start(
        std::move(command), [last](std::string_view line) { *last = line; },
        [this, alive = std::weak_ptr(alive_), last](Exit exit) {
          if (alive.lock()) ended(exit, *last);
        });
    if (!started) {
      world_.loop.post([this, alive = std::weak_ptr(alive_), text = started.error().text] {
        if (alive.lock()) std::exchange(done_, nullptr)({Delivery::End::again, text});
      });
      return;
    }
    process_ = *started;
    world_.processes.write(process_, to_json(message).dump() + "\n");
    world_.processes.close_input(process_);
    timer_ =
        world_.loop.after(patience, [this] { world_.processes.signal(process_, Signal::kill); });
  }

 private:
  void ended(Exit const& exit, std::string const& last) {
    world_.loop.cancel(timer_);
    process_ = 0;
    std::exchange(done_,
                  nullptr)({exit.code == 0 ? Delivery::End::taken : Delivery::End::again,
                            fmt::format("exit code {}{}{}", exit.code, last.empty() ? "" : ": ",
                                        shortened(printable(last), 200))});
  }

  World world_;
  Receiver receiver_;
  Delivered done_;
  ProcessId process_ = 0;
  TimerId timer_ = 0;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::unique_ptr<Notifier> make_command(World const& world, Receiver const& receiver) {
  return std::make_unique<CommandNotifier>(world, receiver);
}

}  // namespace landfall
