#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <optional>

#include "world/real_parts.h"
#include "world/spawn.h"
#include "world/warden.h"

namespace landfall {

namespace {

// A line that never ends is passed on in pieces.
std::size_t const line_max = 64 << 10;
Duration const group_interval = 2ms;
int const group_attempts = 2000;

class RealProcesses : public Processes {
 public:
  explicit RealProcesses(RealLoop& loop) : loop_(loop) {}
  ~RealProcesses() override;
  Result<ProcessId> start(Command command, std::function<void(std::string_view)> on_output,
                          std::move_only_function<void(Exit)> on_exit) override;
  void signal(ProcessId process, Signal signal) override;

 private:
  struct Child {
    int pid = 0;
    Descriptor process;
    Descriptor output;
    WatchId process_watch = 0;
    WatchId output_watch = 0;
    TimerId timer = 0;
    std::string partial{};
    std::function<void(std::string_view)> on_output;
    std::move_only_function<void(Exit)> on_exit;
    bool exited = false;
    Exit exit{};
    int attempts = 0;
  };
  using Shared = std::shared_ptr<Child>;

  Result<> prepare();
  void watch(Shared const& child);
  bool read_output(Shared const& child);
  void leader_exited(Shared const& child);
  void end_group(Shared const& child);
  void finish(Shared const& child);

  RealLoop& loop_;
  std::optional<Warden> warden_;
  std::map<int, Shared> children_;
};

Exit exit_of(siginfo_t const& info) {
  if (info.si_code == CLD_EXITED) return {.code = info.si_status};
  return {.code = 128 + info.si_status, .signal = info.si_status};
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

Result<> RealProcesses::prepare() {
  if (warden_) return {};
  // What a dying child leaves behind becomes ours, so that we can see it go.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  Warden warden = TRY(Warden::start());
  warden_.emplace(std::move(warden));
  return {};
}

Result<ProcessId> RealProcesses::start(Command command,
                                       std::function<void(std::string_view)> on_output,
                                       std::move_only_function<void(Exit)> on_exit) {
  TRY(prepare());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(ErrorKind::config, std::string("no pipe: ") + std::strerror(errno));
  auto child = std::make_shared<Child>();
  child->output = Descriptor(ends[0]);
  Descriptor const write_end(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  Spawned spawned = TRY(spawn(command, write_end.get()));
  warden_->guard(spawned.pid);
  child->pid = spawned.pid;
  child->process = std::move(spawned.process);
  child->on_output = std::move(on_output);
  child->on_exit = std::move(on_exit);
  children_[child->pid] = child;
  watch(child);
  return child->pid;
}

void RealProcesses::watch(Shared const& child) {
  std::weak_ptr<Child> const weak = child;
  child->output_watch = loop_.watch(child->output.get(), EPOLLIN, [this, weak](std::uint32_t) {
    Shared const alive = weak.lock();
    if (!alive || read_output(alive)) return;
    loop_.unwatch(std::exchange(alive->output_watch, 0));
  });
  child->process_watch = loop_.watch(child->process.get(), EPOLLIN, [this, weak](std::uint32_t) {
    if (Shared const alive = weak.lock()) leader_exited(alive);
  });
}

/// One read; false at the end.
bool RealProcesses::read_output(Shared const& child) {
  char chunk[64 << 10];
  ssize_t const count = ::read(child->output.get(), chunk, sizeof chunk);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  child->partial.append(chunk, static_cast<std::size_t>(count));
  // A callback may start and signal other children; this one is held by the caller.
  std::string text = std::exchange(child->partial, {});
  pass_lines(text, child->on_output);
  child->partial = std::move(text);
  return count > 0;
}

void RealProcesses::leader_exited(Shared const& child) {
  siginfo_t info{};
  // Left unreaped: while it is there, its number is that of its group and of nothing else.
  if (::waitid(P_PID, static_cast<id_t>(child->pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    // Somebody else took it. Not to be mistaken for success.
    info.si_pid = child->pid;
    info.si_code = CLD_EXITED;
    info.si_status = 255;
  }
  if (info.si_pid == 0) return;
  loop_.unwatch(std::exchange(child->process_watch, 0));
  child->exited = true;
  child->exit = exit_of(info);
  end_group(child);
}

// Nothing of a group survives its leader. The rest dies by SIGKILL, becomes our child if it was
// not, and is reaped here; the group is gone when no signal can reach it any more.
void RealProcesses::end_group(Shared const& child) {
  ::kill(-child->pid, SIGKILL);
  int reaped = 0;
  do reaped = ::waitpid(-child->pid, nullptr, WNOHANG);
  while (reaped > 0 || (reaped < 0 && errno == EINTR));
  bool const gone = ::kill(-child->pid, 0) != 0 && errno == ESRCH;
  if (gone || ++child->attempts == group_attempts) return finish(child);
  child->timer = loop_.after(group_interval, [this, child] { end_group(child); });
}

void RealProcesses::finish(Shared const& child) {
  warden_->release(child->pid);
  children_.erase(child->pid);
  if (child->output_watch != 0) {
    loop_.unwatch(std::exchange(child->output_watch, 0));
    // What is in the pipe belongs to the child. A process that left the group may hold the other
    // end open for ever, so the end is not waited for.
    char chunk[64 << 10];
    ssize_t count = 0;
    while ((count = ::read(child->output.get(), chunk, sizeof chunk)) > 0 ||
           (count < 0 && errno == EINTR)) {
      if (count < 0) continue;
      child->partial.append(chunk, static_cast<std::size_t>(count));
      pass_lines(child->partial, child->on_output);
    }
  }
  if (!child->partial.empty()) child->partial += '\n';
  pass_lines(child->partial, child->on_output);
  if (child->on_exit) std::exchange(child->on_exit, {})(child->exit);
}

void RealProcesses::signal(ProcessId process, Signal signal) {
  auto const child = children_.find(static_cast<int>(process));
  if (child == children_.end() || child->second->exited) return;
  ::kill(-child->second->pid, signal == Signal::kill ? SIGKILL : SIGTERM);
}

RealProcesses::~RealProcesses() {
  for (auto const& [pid, child] : children_) {
    if (child->process_watch != 0) loop_.unwatch(child->process_watch);
    if (child->output_watch != 0) loop_.unwatch(child->output_watch);
    loop_.cancel(child->timer);
    ::kill(-pid, SIGKILL);
    while (::waitpid(-pid, nullptr, 0) > 0) {
    }
  }
}

}  // namespace

std::unique_ptr<Processes> real_processes(RealLoop& loop) {
  return std::make_unique<RealProcesses>(loop);
}

}  // namespace landfall
