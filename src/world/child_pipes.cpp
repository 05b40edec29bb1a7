#include "world/child_pipes.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/text.h"

namespace landfall {

namespace {

std::unexpected<Error> no(std::string const& what) {
  return fail(ErrorKind::config, "no " + what + ": " + std::strerror(errno));
}

/// `ours` does not block; the child's end does, as programs expect it.
Result<> open_pipe(Descriptor& read_end, Descriptor& write_end, bool we_read) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return no("pipe");
  read_end = Descriptor(ends[0]);
  write_end = Descriptor(ends[1]);
  ::fcntl(ends[we_read ? 0 : 1], F_SETFL, O_NONBLOCK);
  return {};
}

unsigned short size_of(Command const& command, std::string_view name, unsigned short fallback) {
  for (auto const& [key, value] : command.environment) {
    if (key != name) continue;
    std::int64_t const size = parse_integer(value).value_or(0);
    if (size > 0 && size <= 1000) return static_cast<unsigned short>(size);
  }
  return fallback;
}

Result<ChildPipes> open_terminal(Command const& command) {
  ChildPipes pipes;
  pipes.output = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!pipes.output || ::grantpt(pipes.output.get()) != 0 || ::unlockpt(pipes.output.get()) != 0)
    return no("terminal");
  std::array<char, 64> name{};
  if (::ptsname_r(pipes.output.get(), name.data(), name.size()) != 0) return no("terminal");
  pipes.child_output = Descriptor(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  pipes.input = Descriptor(::fcntl(pipes.output.get(), F_DUPFD_CLOEXEC, 0));
  if (!pipes.child_output || !pipes.input) return no("terminal");
  winsize const size{.ws_row = size_of(command, "LINES", 24),
                     .ws_col = size_of(command, "COLUMNS", 80),
                     .ws_xpixel = 0,
                     .ws_ypixel = 0};
  ::ioctl(pipes.output.get(), TIOCSWINSZ, &size);
  return pipes;
}

}  // namespace

ChildEnds ChildPipes::ends(bool terminal) const {
  if (terminal) return {child_output.get(), child_output.get(), child_output.get(), true};
  return {.input = child_input.get(),
          .output = child_output.get(),
          .errors = child_errors ? child_errors.get() : child_output.get()};
}

Result<ChildPipes> open_pipes(Command const& command) {
  if (command.terminal) return open_terminal(command);
  ChildPipes pipes;
  TRY(open_pipe(pipes.output, pipes.child_output, true));
  if (command.output == Command::Output::bytes)
    TRY(open_pipe(pipes.errors, pipes.child_errors, true));
  if (command.takes_input) TRY(open_pipe(pipes.child_input, pipes.input, false));
  return pipes;
}

}  // namespace landfall
