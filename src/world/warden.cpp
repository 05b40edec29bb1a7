#include "world/warden.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

namespace landfall {

namespace {

std::size_t const groups_max = 4096;

/// A forked child of a program with threads may make only system calls: a plain table, no heap.
class Table {
 public:
  void apply(int message) {
    int* const end = groups_.data() + count_;
    int* const found = std::find(groups_.data(), end, message < 0 ? -message : message);
    if (message > 0 && found == end && count_ < groups_.size()) groups_[count_++] = message;
    if (message < 0 && found != end) *found = groups_[--count_];
  }
  void kill_all() const {
    for (std::size_t i = 0; i < count_; ++i) ::kill(-groups_[i], SIGKILL);
  }

 private:
  std::array<int, groups_max> groups_{};
  std::size_t count_ = 0;
};

[[noreturn]] void keep_watch(int pipe) {
  // A terminal's Ctrl-C is for the program; the warden goes when the program is gone.
  ::setsid();
  ::prctl(PR_SET_NAME, "landfall-warden", 0, 0, 0);
  ::dup2(pipe, 0);
  ::syscall(SYS_close_range, 1U, ~0U, 0U);
  Table table;
  while (true) {
    int message = 0;
    // Messages are whole: a pipe does not split a write this small.
    ssize_t const count = ::read(0, &message, sizeof message);
    if (count < 0 && errno == EINTR) continue;
    if (count != sizeof message) break;
    table.apply(message);
  }
  table.kill_all();
  ::_exit(0);
}

void tell(int pipe, int message) {
  while (::write(pipe, &message, sizeof message) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<Warden> Warden::start() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return fail(ErrorKind::config, std::string("no pipe: ") + std::strerror(errno));
  Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  int const pid = ::fork();
  if (pid < 0) return fail(ErrorKind::config, std::string("no process: ") + std::strerror(errno));
  if (pid == 0) keep_watch(read_end.get());
  return Warden(pid, std::move(write_end));
}

Warden::~Warden() {
  if (!pipe_) return;
  pipe_.reset();
  ::waitpid(pid_, nullptr, 0);
}

void Warden::guard(int group) {
  tell(pipe_.get(), group);
}
void Warden::release(int group) {
  tell(pipe_.get(), -group);
}

}  // namespace landfall
