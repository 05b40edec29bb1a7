// posix_spawn cannot set a parent-death signal or no_new_privs, and a helper program in between
// would have to be found. This does what posix_spawn does inside: clone with shared memory and a
// stack of its own, the parent asleep until the exec. Between the two only system calls may be
// made.
#include "world/spawn.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "base/text.h"
#include "world/dyno_exec.h"

namespace landfall {

namespace {

std::size_t const stack_bytes = 64 << 10;

enum class Step { none, session, confine, input, directory, program };

/// All that the child needs, and what it says when it fails. Lives on the sleeping parent's stack.
struct Plan {
  char const* program = nullptr;
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  char const* directory = nullptr;  ///< null: the parent's
  ChildEnds ends{};
  int parent = 0;
  Step failed = Step::none;
  int number = 0;
};

int give_up(Plan& plan, Step step, int number) {
  plan.failed = step;
  plan.number = number;
  return 127;
}

void default_signals() {
  // The C library keeps two signals to itself and refuses to touch them, but whoever started this
  // program may have left them ignored: ask the kernel, whose form of "default" is all zeros.
  std::array<unsigned long, 4> const action{};
  for (int number = 1; number <= 64; ++number)
    ::syscall(SYS_rt_sigaction, number, action.data(), nullptr, sizeof(unsigned long));
}

// These two run in the child, in the parent's memory.
__attribute__((no_sanitize("address", "undefined"))) bool take_ends(ChildEnds const& ends) {
  int const nothing = ::open("/dev/null", O_RDONLY);
  // They may themselves be among the three; duplicates of them come first, then the rest is closed.
  int const input = ::fcntl(ends.input < 0 ? nothing : ends.input, F_DUPFD, 3);
  int const output = ::fcntl(ends.output, F_DUPFD, 3);
  int const errors = ::fcntl(ends.errors, F_DUPFD, 3);
  if (input < 0 || output < 0 || errors < 0 || ::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 ||
      ::dup2(errors, 2) < 0)
    return false;
  return !ends.terminal || ::ioctl(0, TIOCSCTTY, 0) == 0;
}

__attribute__((no_sanitize("address", "undefined"))) int become(void* opaque) {
  Plan& plan = *static_cast<Plan*>(opaque);
  if (::setsid() < 0) return give_up(plan, Step::session, errno);
  int const confined = confine_child(plan.parent);
  if (confined != 0) return give_up(plan, Step::confine, confined);
  if (!take_ends(plan.ends)) return give_up(plan, Step::input, errno);
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  if (plan.directory != nullptr && ::chdir(plan.directory) != 0)
    return give_up(plan, Step::directory, errno);
  default_signals();
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(plan.program, plan.arguments, plan.environment);
  return give_up(plan, Step::program, errno);
}

bool is_program(std::string const& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

/// The program's path as the shell would find it in the child's own PATH.
std::string find_program(Command const& command) {
  std::string const& name = command.arguments[0];
  if (name.find('/') != std::string::npos) return name;
  std::string folders = "/usr/local/bin:/usr/bin:/bin";
  for (auto const& [key, value] : command.environment)
    if (key == "PATH") folders = value;
  for (std::string const& folder : split(folders, ':')) {
    std::string const path = folder.empty() ? name : fmt::format("{}/{}", folder, name);
    bool const relative = !path.starts_with('/') && !command.directory.empty();
    if (is_program(relative ? fmt::format("{}/{}", command.directory, path) : path)) return path;
  }
  return {};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::unexpected<Error> failure(Plan const& plan, Command const& command) {
  bool const directory = plan.failed == Step::directory;
  std::string const& subject = directory ? command.directory : command.arguments[0];
  ErrorKind const kind = plan.number == ENOENT || plan.number == ENOTDIR ? ErrorKind::missing
                         : plan.number == EACCES || plan.number == EPERM ? ErrorKind::refused
                                                                         : ErrorKind::config;
  return fail(kind,
              fmt::format("{}: {}: {}", printable(subject),
                          directory ? "cannot work in that folder" : "cannot be started",
                          std::strerror(plan.number)),
              kind == ErrorKind::missing ? "missing" : "");
}

Result<Spawned> clone_child(Plan& plan, Command const& command) {
  std::vector<char> stack(stack_bytes);
  // No handler of ours may run in the child, where it would see the parent's memory.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  int process = -1;
  int const pid = ::clone(become, stack.data() + stack_bytes,
                          CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &plan, &process);
  int const number = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) {
    plan.number = number;
    return failure(plan, command);
  }
  Spawned spawned{pid, Descriptor(process)};
  if (plan.failed == Step::none) return spawned;
  ::waitpid(pid, nullptr, 0);
  return failure(plan, command);
}

}  // namespace

Result<Spawned> spawn(Command const& command, ChildEnds const& ends) {
  if (command.arguments.empty()) return fail(ErrorKind::usage, "a command needs a program");
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment;
  environment.reserve(command.environment.size());
  for (auto const& [name, value] : command.environment)
    environment.push_back(fmt::format("{}={}", name, value));
  std::string const program = find_program(command);
  if (program.empty()) {
    return fail(ErrorKind::missing, printable(command.arguments[0]) + ": no such program in PATH",
                "missing");
  }
  std::vector<char*> const argument_pointers = pointers(arguments);
  std::vector<char*> const environment_pointers = pointers(environment);
  Plan plan{.program = program.c_str(),
            .arguments = argument_pointers.data(),
            .environment = environment_pointers.data(),
            .directory = command.directory.empty() ? nullptr : command.directory.c_str(),
            .ends = ends,
            .parent = ::getpid()};
  return clone_child(plan, command);
}

}  // namespace landfall
