#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <optional>

#include "world/child_pipes.h"
#include "world/confine.h"
#include "world/real_parts.h"
#include "world/spawn.h"
#include "world/warden.h"

namespace landfall {

namespace {

// A line that never ends is passed on in pieces.
std::size_t const line_max = 64 << 10;
std::size_t const chunk_bytes = 64 << 10;
// A pipe holds 64 KiB, or as much as 1 MiB.
std::size_t const chunks_max = 32;
std::size_t const errors_max = 4 << 10;
char const end_of_transmission = 4;  // Ctrl-D
int const end_ms = 10'000;

class RealProcesses : public Processes {
 public:
  explicit RealProcesses(RealLoop& loop) : loop_(loop) {}
  ~RealProcesses() override;
  Result<ProcessId> start(Command command, std::function<void(std::string_view)> on_output,
                          std::move_only_function<void(Exit)> on_exit) override;
  void signal(ProcessId process, Signal signal) override;
  void write(ProcessId process, std::string_view bytes) override;
  void close_input(ProcessId process) override;
  std::size_t unsent(ProcessId process) const override;
  void hold_output(ProcessId process, bool hold) override;
  bool bounds_writes() const override { return kernel_bounds_writes(); }
  void prepare() override { static_cast<void>(have_warden()); }

 private:
  struct Child {
    ProcessId id = 0;
    bool terminal = false;
    bool lines = true;
    Descriptor supervisor;
    Descriptor input;
    Descriptor output;
    Descriptor errors;
    WatchId supervisor_watch = 0;
    WatchId input_watch = 0;
    WatchId output_watch = 0;
    WatchId errors_watch = 0;
    std::string queued{};  ///< input that it has not taken yet
    bool input_ends = false;
    bool held = false;
    bool output_ended = false;
    std::string partial{};
    std::function<void(std::string_view)> on_output;
    std::move_only_function<void(Exit)> on_exit;
    Exit exit{};
  };
  using Shared = std::shared_ptr<Child>;

  Result<> have_warden();
  Result<Descriptor> supervised(Command const& command, ChildEnds const& ends);
  void watch(Shared const& child);
  void watch_output(Shared const& child);
  bool read_output(Child& child);
  bool read_errors(Child& child);
  void pass(Child& child, std::string_view bytes);
  void send_input(Shared const& child);
  void drop_input(Child& child);
  void hear(Shared const& child);
  void finish(Shared const& child);
  Shared living(ProcessId process) const;
  void forget(WatchId& watch) {
    if (watch != 0) loop_.unwatch(std::exchange(watch, 0));
  }

  RealLoop& loop_;
  std::optional<Warden> warden_;
  ProcessId last_ = 0;
  std::map<ProcessId, Shared> children_;
};

Exit exit_of(int status) {
  if (WIFEXITED(status)) return {.code = WEXITSTATUS(status)};
  return {.code = 128 + WTERMSIG(status), .signal = WTERMSIG(status)};
}

int number_of(Signal signal) {
  switch (signal) {
    case Signal::hang_up:
      return SIGHUP;
    case Signal::terminate:
      return SIGTERM;
    case Signal::kill:
      return SIGKILL;
  }
  unreachable_here("a signal");
}

/// Whether a read would not have to wait; also at the end.
bool is_readable(int descriptor) {
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, 0) == 1;
}

void pass_lines(std::string& partial, std::function<void(std::string_view)> const& to) {
  std::size_t begin = 0;
  while (true) {
    std::size_t const end = partial.find('\n', begin);
    bool const whole = end != std::string::npos;
    if (!whole && partial.size() - begin < line_max) break;
    std::size_t const length = std::min(whole ? end - begin : line_max, line_max);
    if (to) to(std::string_view(partial).substr(begin, length));
    begin += length;
    if (whole && begin == end) ++begin;
  }
  partial.erase(0, begin);
}

Result<> RealProcesses::have_warden() {
  if (warden_) return {};
  Warden warden = TRY(Warden::start());
  warden_.emplace(std::move(warden));
  return {};
}

Result<Descriptor> RealProcesses::supervised(Command const& command, ChildEnds const& ends) {
  TRY(have_warden());
  auto supervisor = spawn(command, ends, *warden_);
  if (supervisor || supervisor.error().code != "warden") return supervisor;
  // Somebody has killed it; its supervisors do without.
  warden_.reset();
  TRY(have_warden());
  return spawn(command, ends, *warden_);
}

Result<ProcessId> RealProcesses::start(Command command,
                                       std::function<void(std::string_view)> on_output,
                                       std::move_only_function<void(Exit)> on_exit) {
  ChildPipes pipes = TRY(open_pipes(command));
  Descriptor supervisor = TRY(supervised(command, pipes.ends(command.terminal)));
  auto child = std::make_shared<Child>();
  child->id = ++last_;
  child->terminal = command.terminal;
  child->lines = command.output == Command::Output::lines && !command.terminal;
  child->supervisor = std::move(supervisor);
  child->input = std::move(pipes.input);
  child->output = std::move(pipes.output);
  child->errors = std::move(pipes.errors);
  child->on_output = std::move(on_output);
  child->on_exit = std::move(on_exit);
  children_[child->id] = child;
  watch(child);
  return child->id;
}

void RealProcesses::watch(Shared const& child) {
  std::weak_ptr<Child> const weak = child;
  watch_output(child);
  if (child->errors) {
    child->errors_watch = loop_.watch(child->errors.get(), EPOLLIN, [this, weak](std::uint32_t) {
      Shared const alive = weak.lock();
      if (alive && !read_errors(*alive)) forget(alive->errors_watch);
    });
  }
  child->supervisor_watch =
      loop_.watch(child->supervisor.get(), EPOLLIN, [this, weak](std::uint32_t) {
        if (Shared const alive = weak.lock()) hear(alive);
      });
}

void RealProcesses::watch_output(Shared const& child) {
  std::weak_ptr<Child> const weak = child;
  child->output_watch = loop_.watch(child->output.get(), EPOLLIN, [this, weak](std::uint32_t) {
    Shared const alive = weak.lock();
    if (!alive || read_output(*alive)) return;
    alive->output_ended = true;
    forget(alive->output_watch);
  });
}

/// One read; false at the end, which is an error when it is a terminal's.
bool RealProcesses::read_output(Child& child) {
  char chunk[chunk_bytes];
  ssize_t const count = ::read(child.output.get(), chunk, sizeof chunk);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  // A callback may start and signal other children; this one is held by the caller.
  pass(child, std::string_view(chunk, static_cast<std::size_t>(count)));
  return count > 0;
}

void RealProcesses::pass(Child& child, std::string_view bytes) {
  if (!child.lines) {
    if (child.on_output && !bytes.empty()) child.on_output(bytes);
    return;
  }
  child.partial.append(bytes);
  std::string text = std::exchange(child.partial, {});
  pass_lines(text, child.on_output);
  child.partial = std::move(text);
}

bool RealProcesses::read_errors(Child& child) {
  char chunk[chunk_bytes];
  ssize_t const count = ::read(child.errors.get(), chunk, sizeof chunk);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  std::string& errors = child.exit.errors;
  errors.append(chunk, static_cast<std::size_t>(count));
  if (errors.size() > errors_max) errors.erase(0, errors.size() - errors_max);
  return count > 0;
}

RealProcesses::Shared RealProcesses::living(ProcessId process) const {
  auto const child = children_.find(process);
  return child == children_.end() ? nullptr : child->second;
}

void RealProcesses::write(ProcessId process, std::string_view bytes) {
  Shared const child = living(process);
  if (!child || !child->input || child->input_ends) return;
  child->queued += bytes;
  if (child->input_watch == 0) send_input(child);
}

void RealProcesses::close_input(ProcessId process) {
  Shared const child = living(process);
  if (!child || !child->input || child->input_ends) return;
  if (child->terminal) return write(process, {&end_of_transmission, 1});
  child->input_ends = true;
  if (child->input_watch == 0) send_input(child);
}

std::size_t RealProcesses::unsent(ProcessId process) const {
  Shared const child = living(process);
  return child ? child->queued.size() : 0;
}

void RealProcesses::send_input(Shared const& child) {
  std::size_t sent = 0;
  while (sent < child->queued.size()) {
    ssize_t const count =
        ::write(child->input.get(), child->queued.data() + sent, child->queued.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN) return drop_input(*child);
    if (count < 0) break;
    sent += static_cast<std::size_t>(count);
  }
  child->queued.erase(0, sent);
  if (child->queued.empty() && child->input_ends) return drop_input(*child);
  if (child->queued.empty()) return forget(child->input_watch);
  if (child->input_watch != 0) return;
  std::weak_ptr<Child> const weak = child;
  child->input_watch = loop_.watch(child->input.get(), EPOLLOUT, [this, weak](std::uint32_t) {
    if (Shared const alive = weak.lock()) send_input(alive);
  });
}

void RealProcesses::drop_input(Child& child) {
  forget(child.input_watch);
  child.input.reset();
  child.queued = {};
}

void RealProcesses::hold_output(ProcessId process, bool hold) {
  Shared const child = living(process);
  if (!child || child->held == hold) return;
  child->held = hold;
  if (hold) return forget(child->output_watch);
  if (!child->output_ended) watch_output(child);
}

/// The supervisor's last word, or its end: somebody killed it, and the child died with it.
void RealProcesses::hear(Shared const& child) {
  ChildReport report;
  ssize_t const count = ::recv(child->supervisor.get(), &report, sizeof report, MSG_DONTWAIT);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  bool const told = count == sizeof report && report.kind == ChildReport::Kind::ended;
  Exit exit = exit_of(told ? report.number : SIGKILL);
  exit.errors = std::move(child->exit.errors);
  child->exit = std::move(exit);
  finish(child);
}

void RealProcesses::finish(Shared const& child) {
  children_.erase(child->id);
  forget(child->supervisor_watch);
  child->supervisor.reset();
  drop_input(*child);
  forget(child->output_watch);
  forget(child->errors_watch);
  // What is in the pipes belongs to the child. A process that left the group may hold the other
  // end open for ever, so the end is not waited for, and what it still prints is not followed.
  for (std::size_t i = 0; i < chunks_max && !child->output_ended; ++i) {
    if (!is_readable(child->output.get()) || !read_output(*child)) break;
  }
  while (child->errors && is_readable(child->errors.get()) && read_errors(*child)) {
  }
  if (!child->partial.empty()) pass(*child, "\n");
  if (child->on_exit) std::exchange(child->on_exit, {})(std::move(child->exit));
}

void RealProcesses::signal(ProcessId process, Signal signal) {
  Shared const child = living(process);
  if (!child) return;
  ChildSignal const wanted{number_of(signal)};
  ::send(child->supervisor.get(), &wanted, sizeof wanted, MSG_NOSIGNAL | MSG_DONTWAIT);
}

RealProcesses::~RealProcesses() {
  for (auto const& [id, child] : children_) {
    forget(child->supervisor_watch);
    forget(child->input_watch);
    forget(child->output_watch);
    forget(child->errors_watch);
    ::shutdown(child->supervisor.get(), SHUT_WR);
  }
  // Each closes its end when nothing of its child is left.
  for (auto const& [id, child] : children_) {
    pollfd wait{.fd = child->supervisor.get(), .events = POLLIN, .revents = 0};
    ::poll(&wait, 1, end_ms);
  }
}

}  // namespace

std::unique_ptr<Processes> real_processes(RealLoop& loop) {
  return std::make_unique<RealProcesses>(loop);
}

}  // namespace landfall
