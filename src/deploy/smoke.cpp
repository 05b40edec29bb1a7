#include "deploy/smoke.h"

#include <fmt/core.h>

#include <deque>

#include "base/text.h"
#include "deploy/source.h"

namespace landfall {
namespace {

constexpr Duration patience = 10s;  // between SIGTERM and SIGKILL
constexpr std::size_t lines_kept = 5;
constexpr std::size_t line_max = 200;

}  // namespace

struct SmokeRun::State {
  explicit State(World outside) : world(outside) {}
  World world;
  Smoke smoke;
  std::string folder;
  std::function<void(std::string_view)> on_line;
  std::move_only_function<void(SmokeResult)> done;
  ProcessId process = 0;
  TimerId timer = 0;
  bool running = false;
  bool timed_out = false;
  Instant started{};
  std::deque<std::string> last_lines;

  void line(std::string_view text) {
    std::string const clean = printable(text.substr(0, line_max));
    last_lines.push_back(clean);
    if (last_lines.size() > lines_kept) last_lines.pop_front();
    if (on_line) on_line(clean);
  }

  std::string tail() const {
    std::vector<std::string> const lines(last_lines.begin(), last_lines.end());
    return lines.empty() ? "it printed nothing" : "it printed last: " + join(lines, " | ");
  }

  SmokeResult judge(Exit exit) const {
    std::string const took = human(world.now() - started);
    if (timed_out)
      return {false, fmt::format("`{}` was ended after {}: {}", smoke.command, human(smoke.timeout),
                                 tail())};
    if (exit.code != 0)
      return {false, fmt::format("`{}` failed with exit code {} after {}: {}", smoke.command,
                                 exit.code, took, tail())};
    return {true, fmt::format("`{}` succeeded in {}", smoke.command, took)};
  }

  void exited(Exit exit) {
    running = false;
    world.loop.cancel(timer);
    SmokeResult const result = judge(exit);
    auto tell = std::move(done);
    tell(result);
  }

  static void end_in_time(std::shared_ptr<State> const& state) {
    std::weak_ptr<State> const weak = state;
    state->timer = state->world.loop.after(state->smoke.timeout, [weak] {
      std::shared_ptr<State> const self = weak.lock();
      if (!self || !self->running) return;
      self->timed_out = true;
      self->world.processes.signal(self->process, Signal::terminate);
      self->timer = self->world.loop.after(patience, [weak] {
        std::shared_ptr<State> const late = weak.lock();
        if (late && late->running) late->world.processes.signal(late->process, Signal::kill);
      });
    });
  }
};

Result<std::unique_ptr<SmokeRun>> SmokeRun::start(World world, What const& what,
                                                  std::function<void(std::string_view)> on_line,
                                                  std::move_only_function<void(SmokeResult)> done) {
  auto state = std::make_shared<State>(world);
  state->smoke = what.smoke;
  state->on_line = std::move(on_line);
  state->done = std::move(done);
  state->started = world.now();
  auto run = std::make_unique<SmokeRun>(state);
  state->folder = TRY(world.files.temporary_folder("smoke"));
  TRY(lay_out(world.files, state->folder + "/source", what.entries));
  // A home of its own: the source's commands need not see the credentials of who runs landfall.
  TRY(world.files.make_folder(state->folder + "/home"));
  Command command{
      .arguments = {"sh", "-c", what.smoke.command},
      .directory = state->folder + "/source",
      .environment = {{"PATH", world.variable("PATH").value_or("/usr/local/bin:/usr/bin:/bin")},
                      {"HOME", state->folder + "/home"},
                      {"LANG", world.variable("LANG").value_or("C.UTF-8")},
                      {"LANDFALL_TARGET", what.target},
                      {"LANDFALL_COMMIT", what.commit}}};
  std::weak_ptr<State> const weak = state;
  state->process = TRY(world.processes.start(
      std::move(command),
      [weak](std::string_view line) {
        if (std::shared_ptr<State> const self = weak.lock()) self->line(line);
      },
      [weak](Exit exit) {
        if (std::shared_ptr<State> const self = weak.lock()) self->exited(exit);
      }));
  state->running = true;
  State::end_in_time(state);
  return run;
}

SmokeRun::~SmokeRun() {
  if (state_->running) {
    state_->world.loop.cancel(state_->timer);
    state_->world.processes.signal(state_->process, Signal::kill);
  }
  if (!state_->folder.empty()) {
    // A folder for temporary files that cannot be removed is no reason to fail anything.
    [[maybe_unused]] Result<> const removed = state_->world.files.remove(state_->folder);
  }
}

}  // namespace landfall
