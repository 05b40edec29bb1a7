#include "world/spawn.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "world/child_order.h"

namespace landfall {

namespace {

int const start_ms = 30'000;

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

std::unexpected<Error> failure(ChildReport const& report, Command const& command) {
  bool const directory = report.step == ChildStep::directory;
  std::string const& subject = directory ? command.directory : command.arguments[0];
  ErrorKind const kind = report.number == ENOENT || report.number == ENOTDIR ? ErrorKind::missing
                         : report.number == EACCES || report.number == EPERM ? ErrorKind::refused
                                                                             : ErrorKind::config;
  return fail(kind,
              fmt::format("{}: {}: {}", printable(subject),
                          directory ? "cannot work in that folder" : "cannot be started",
                          std::strerror(report.number)),
              kind == ErrorKind::missing ? "missing" : "");
}

/// The supervisor's first message: it comes when the program has taken over, or never will.
Result<> await_start(int channel, Command const& command) {
  pollfd wait{.fd = channel, .events = POLLIN, .revents = 0};
  int ready = 0;
  do ready = ::poll(&wait, 1, start_ms);
  while (ready < 0 && errno == EINTR);
  ChildReport report;
  ssize_t const count = ready == 1 ? ::recv(channel, &report, sizeof report, 0) : -1;
  if (count != sizeof report) {
    return fail(ErrorKind::config, printable(command.arguments[0]) + ": its supervisor is gone",
                "warden");
  }
  if (report.kind == ChildReport::Kind::failed) return failure(report, command);
  return {};
}

}  // namespace

Result<Descriptor> spawn(Command const& command, ChildEnds const& ends, Warden const& warden) {
  if (command.arguments.empty()) return fail(ErrorKind::usage, "a command needs a program");
  std::string const program = find_program(command);
  if (program.empty()) {
    return fail(ErrorKind::missing, printable(command.arguments[0]) + ": no such program in PATH",
                "missing");
  }
  Descriptor const order = TRY(write_order(command, program));
  Descriptor const nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  int pair[2];
  if (!nothing || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return fail(ErrorKind::config, std::string("no socket: ") + std::strerror(errno));
  Descriptor channel(pair[0]);
  {
    Descriptor const its(pair[1]);
    SupervisorEnds const handed{.order = order.get(),
                                .channel = its.get(),
                                .input = ends.input < 0 ? nothing.get() : ends.input,
                                .output = ends.output,
                                .errors = ends.errors};
    if (!warden.hand_over(handed)) {
      return fail(ErrorKind::config, printable(command.arguments[0]) + ": no warden", "warden");
    }
  }
  TRY(await_start(channel.get(), command));
  return channel;
}

}  // namespace landfall
