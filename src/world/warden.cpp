#include "world/warden.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "world/process_tree.h"

namespace landfall {

namespace {

std::size_t const supervisors_max = 4096;
int const look_ms = 20;

/// Room for the descriptors of SupervisorEnds.
struct Ancillary {
  static constexpr std::size_t count = 5;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(count * sizeof(int))> bytes{};
};

// A forked child of a program with threads may make only system calls: a plain table, no heap.
class Keeper {
 public:
  Keeper(int socket, int signals) : socket_(socket), signals_(signals) {}
  [[noreturn]] void watch();

 private:
  void take_order();
  void fork_supervisor(SupervisorEnds const& ends);
  void reap();
  void kill_strays() const;
  bool knows(pid_t child) const {
    auto const* const end = supervisors_.data() + count_;
    return std::find(supervisors_.data(), end, child) != end;
  }

  int socket_;
  int signals_;
  bool orphaned_ = false;  ///< the program is gone
  bool childless_ = true;
  std::array<pid_t, supervisors_max> supervisors_{};
  std::size_t count_ = 0;
};

void Keeper::take_order() {
  char byte = 0;
  iovec data{&byte, 1};
  Ancillary ancillary;
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.bytes.data();
  message.msg_controllen = ancillary.bytes.size();
  ssize_t const count = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  cmsghdr const* const header = CMSG_FIRSTHDR(&message);
  if (count != 1 || header == nullptr || header->cmsg_len != CMSG_LEN(sizeof(SupervisorEnds))) {
    orphaned_ = orphaned_ || count <= 0;
    return;
  }
  SupervisorEnds ends;
  std::memcpy(&ends, CMSG_DATA(header), sizeof ends);
  fork_supervisor(ends);
  for (int const end : {ends.order, ends.channel, ends.input, ends.output, ends.errors})
    ::close(end);
}

void Keeper::fork_supervisor(SupervisorEnds const& ends) {
  bool const room = count_ < supervisors_.size();
  pid_t const supervisor = room ? ::_Fork() : -1;
  if (supervisor == 0) {
    ::close(socket_);
    ::close(signals_);
    supervise(ends);
  }
  if (supervisor > 0) {
    supervisors_[count_++] = supervisor;
    childless_ = false;
    return;
  }
  ChildReport const report{ChildReport::Kind::failed, ChildStep::process, room ? errno : EAGAIN};
  ::send(ends.channel, &report, sizeof report, MSG_NOSIGNAL);
}

void Keeper::reap() {
  signalfd_siginfo told{};
  while (::read(signals_, &told, sizeof told) > 0) {
  }
  while (true) {
    pid_t const gone = ::waitpid(-1, nullptr, WNOHANG);
    if (gone < 0 && errno == EINTR) continue;
    childless_ = gone < 0;
    if (gone <= 0) break;
    auto* const end = supervisors_.data() + count_;
    auto* const found = std::find(supervisors_.data(), end, gone);
    if (found != end) *found = supervisors_[--count_];
  }
  kill_strays();
}

/// A child that is no supervisor has lost its own.
void Keeper::kill_strays() const {
  std::array<pid_t, supervisors_max> children{};
  std::size_t const count = children_of(::getpid(), children);
  for (std::size_t i = 0; i < count; ++i)
    if (!knows(children[i])) ::kill(children[i], SIGKILL);
}

void Keeper::watch() {
  while (!orphaned_ || !childless_) {
    std::array<pollfd, 2> waits{{{signals_, POLLIN, 0}, {orphaned_ ? -1 : socket_, POLLIN, 0}}};
    ::poll(waits.data(), waits.size(), orphaned_ ? look_ms : -1);
    if (waits[0].revents != 0 || orphaned_) reap();
    if (!orphaned_ && waits[1].revents != 0) take_order();
  }
  ::_exit(0);
}

[[noreturn]] void keep(int socket) {
  // A terminal's Ctrl-C is for the program; the warden goes when the program is gone.
  ::setsid();
  ::prctl(PR_SET_NAME, "landfall-warden", 0, 0, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  // Not to hold what belongs to others open.
  ::dup2(socket, 3);
  ::syscall(SYS_close_range, 4U, ~0U, 0U);
  int const nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int const end : {0, 1, 2}) ::dup2(nothing, end);
  // None of the program's handlers runs here, and what ends the program by its name does not end
  // those that have to clean up after it.
  struct sigaction action{};
  for (int number = 1; number < SIGRTMAX; ++number) {
    bool const shrug = number == SIGINT || number == SIGTERM || number == SIGHUP ||
                       number == SIGPIPE || number == SIGQUIT;
    action.sa_handler = shrug ? SIG_IGN : SIG_DFL;
    ::sigaction(number, &action, nullptr);
  }
  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &children, nullptr);
  Keeper keeper(3, ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
  keeper.watch();
}

}  // namespace

Result<Warden> Warden::start() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return fail(ErrorKind::config, std::string("no socket: ") + std::strerror(errno));
  Descriptor ours(ends[0]);
  Descriptor const its(ends[1]);
  pid_t const pid = ::_Fork();
  if (pid < 0) return fail(ErrorKind::config, std::string("no process: ") + std::strerror(errno));
  if (pid == 0) keep(its.get());
  return Warden(pid, std::move(ours));
}

Warden::~Warden() {
  if (!socket_) return;
  socket_.reset();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

bool Warden::hand_over(SupervisorEnds const& ends) const {
  char byte = 0;
  iovec data{&byte, 1};
  Ancillary ancillary;
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.bytes.data();
  message.msg_controllen = ancillary.bytes.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof ends);
  std::memcpy(CMSG_DATA(header), &ends, sizeof ends);
  ssize_t count = 0;
  do count = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
  while (count < 0 && errno == EINTR);
  return count == 1;
}

}  // namespace landfall
