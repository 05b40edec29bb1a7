#include "world/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "world/child_order.h"
#include "world/confine.h"
#include "world/process_tree.h"

namespace landfall {

namespace {

int const look_ms = 20;
int const looks_max = 500;

void default_signals() {
  // The C library keeps two signals to itself and refuses to touch them, but whoever started this
  // program may have left them ignored: ask the kernel, whose form of "default" is all zeros.
  std::array<unsigned long, 4> const action{};
  for (int number = 1; number <= 64; ++number)
    ::syscall(SYS_rt_sigaction, number, action.data(), nullptr, sizeof(unsigned long));
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool take_ends(SupervisorEnds const& ends, bool terminal) {
  // They may themselves be among the three; duplicates of them come first.
  int const input = ::fcntl(ends.input, F_DUPFD, 3);
  int const output = ::fcntl(ends.output, F_DUPFD, 3);
  int const errors = ::fcntl(ends.errors, F_DUPFD, 3);
  if (input < 0 || output < 0 || errors < 0 || ::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 ||
      ::dup2(errors, 2) < 0)
    return false;
  return !terminal || ::ioctl(0, TIOCSCTTY, 0) == 0;
}

/// Tells why the child did not become its program.
[[noreturn]] void give_up(int failing, ChildStep step) {
  ChildReport const report{ChildReport::Kind::failed, step, errno};
  [[maybe_unused]] ssize_t const written = ::write(failing, &report, sizeof report);
  ::_exit(127);
}

[[noreturn]] void become(ChildOrder& order, SupervisorEnds const& ends, int failing, int parent) {
  if (::setsid() < 0) give_up(failing, ChildStep::session);
  if (!take_ends(ends, order.terminal != 0)) give_up(failing, ChildStep::input);
  // Nothing else stays open, but what tells of a failure until there can be none any more.
  int const last = ::fcntl(failing, F_DUPFD_CLOEXEC, 3);
  if (last < 0 || (last != 3 && ::dup3(last, 3, O_CLOEXEC) != 3))
    give_up(failing, ChildStep::input);
  ::syscall(SYS_close_range, 4U, ~0U, 0U);
  if (order.directory != 0 && ::chdir(order.text(order.directory)) != 0)
    give_up(3, ChildStep::directory);
  default_signals();
  errno = confine(order, parent);
  if (errno != 0) give_up(3, ChildStep::confine);
  ::execve(order.text(order.program), order.argument_list(), order.environment_list());
  give_up(3, ChildStep::program);
}

class Supervisor {
 public:
  Supervisor(int channel, int signals) : channel_(channel), signals_(signals) {}

  void start(ChildOrder* order, SupervisorEnds const& ends);
  [[noreturn]] void watch();

 private:
  void report(ChildReport const& report) const {
    ::send(channel_, &report, sizeof report, MSG_NOSIGNAL);
  }
  [[noreturn]] void fail_start(ChildStep step, int number) const;
  void reap();
  void hear();
  void kill_all();

  int channel_;
  int signals_;
  pid_t child_ = -1;
  bool over_ = false;       ///< the child has ended
  bool abandoned_ = false;  ///< nobody is at the other end any more
  bool childless_ = false;
  int status_ = SIGKILL;
};

void Supervisor::fail_start(ChildStep step, int number) const {
  report({ChildReport::Kind::failed, step, number});
  ::_exit(1);
}

void Supervisor::start(ChildOrder* order, SupervisorEnds const& ends) {
  int failing[2];
  if (order == nullptr || ::pipe2(failing, O_CLOEXEC) != 0) fail_start(ChildStep::process, errno);
  pid_t const self = ::getpid();
  child_ = ::_Fork();
  if (child_ < 0) fail_start(ChildStep::process, errno);
  if (child_ == 0) become(*order, ends, failing[1], self);
  for (int const end : {failing[1], ends.input, ends.output, ends.errors, ends.order}) ::close(end);
  ChildReport failed;
  ssize_t count = 0;
  do count = ::read(failing[0], &failed, sizeof failed);
  while (count < 0 && errno == EINTR);
  ::close(failing[0]);
  if (count == sizeof failed) fail_start(failed.step, failed.number);
  report({ChildReport::Kind::started, ChildStep::none, 0});
}

void Supervisor::reap() {
  signalfd_siginfo told{};
  while (::read(signals_, &told, sizeof told) > 0) {
  }
  while (true) {
    int status = 0;
    pid_t const gone = ::waitpid(-1, &status, WNOHANG);
    if (gone < 0 && errno == EINTR) continue;
    childless_ = gone < 0;
    if (gone <= 0) return;
    if (gone != child_) continue;
    over_ = true;
    status_ = status;
  }
}

void Supervisor::hear() {
  ChildSignal wanted;
  ssize_t const count = ::recv(channel_, &wanted, sizeof wanted, MSG_DONTWAIT);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count == sizeof wanted) return signal_descendants(wanted.number);
  abandoned_ = true;
}

/// What a dying process leaves behind becomes ours, and dies in the next round.
void Supervisor::kill_all() {
  for (int look = 0; look < looks_max && !childless_; ++look) {
    signal_descendants(SIGKILL);
    reap();
    pollfd wait{signals_, POLLIN, 0};
    if (!childless_) ::poll(&wait, 1, look_ms);
  }
}

void Supervisor::watch() {
  while (!over_ && !abandoned_) {
    std::array<pollfd, 2> waits{{{channel_, POLLIN, 0}, {signals_, POLLIN, 0}}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) abandoned_ = true;
    if (waits[1].revents != 0) reap();
    if (waits[0].revents != 0 && !over_) hear();
  }
  kill_all();
  report({ChildReport::Kind::ended, ChildStep::none, status_});
  ::_exit(0);
}

}  // namespace

void supervise(SupervisorEnds const& ends) {
  // A terminal's Ctrl-C is for the program, not for its supervisors.
  ::setsid();
  ::prctl(PR_SET_NAME, "landfall-ward", 0, 0, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &children, nullptr);
  int const signals = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  Supervisor supervisor(ends.channel, signals);
  supervisor.start(map_order(ends.order), ends);
  supervisor.watch();
}

}  // namespace landfall
