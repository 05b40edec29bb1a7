// Runs a program once and prints what the whole process took: "wall_ms cpu_ms peak_kb exit". A
// process of its own, because a child's peak begins with the size of the process that forked it.
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

namespace {

double milliseconds(timeval time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) * 1e-3;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: audit_measure PROGRAM [ARGUMENT...]\n");
    return 2;
  }
  auto const start = std::chrono::steady_clock::now();
  pid_t const child = fork();
  if (child == 0) {
    int const nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execvp(arguments[1], arguments + 1);
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) return 2;
  std::chrono::duration<double, std::milli> const wall = std::chrono::steady_clock::now() - start;
  fmt::print("{:.3f} {:.3f} {} {}\n", wall.count(),
             milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime), usage.ru_maxrss,
             WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
