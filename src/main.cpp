#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/git_hook.h"
#include "cli/output.h"
#include "world/world.h"

namespace landfall {
namespace {

/// True unless the text could not be written. A pipe that was closed by its reader (`landfall
/// tables | head`) is no error of ours.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    ssize_t const written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno == EPIPE;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// `lost` becomes true when something that was to be said could not be written.
Output terminal_output(Environment const& environment, bool& lost) {
  Output output;
  output.out = [&lost](std::string_view text) { lost = !write_all(STDOUT_FILENO, text) || lost; };
  output.err = [](std::string_view text) { write_all(STDERR_FILENO, text); };
  auto const no_color = environment.find("NO_COLOR");
  bool const forbidden = no_color != environment.end() && !no_color->second.empty();
  auto const terminal = environment.find("TERM");
  bool const dumb = terminal != environment.end() && terminal->second == "dumb";
  output.color = !forbidden && !dumb && ::isatty(STDOUT_FILENO) == 1;
  output.progress = !dumb && ::isatty(STDERR_FILENO) == 1;
  // Lines that go to a file or a pipe stay whole, so that they can be searched.
  if (::isatty(STDOUT_FILENO) != 1) output.width = 100'000;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
    output.width = size.ws_col < 140 ? size.ws_col : 140;
  return output;
}

int run(std::vector<std::string> const& words) {
  Environment environment = RealWorld::environment();
  bool lost = false;
  Output const output = terminal_output(environment, lost);
  auto const real = RealWorld::start(std::move(environment));
  if (!real) {
    output.err("landfall: " + real.error().text + "\n");
    return 2;
  }
  RealWorld& world = **real;
  int const code =
      run_command(world.world(), output, words,
                  {.set_clock = [&](Instant now) { world.set_clock(now); },
                   .on_interrupt = [&](Work work) { world.on_interrupt(std::move(work)); },
                   .on_hangup = [&](Work work) { world.on_hangup(std::move(work)); },
                   .tell_manager = [&](std::string_view state) { world.tell_manager(state); }});
  if (!lost) return code;
  output.err("landfall: the output could not be written: is the disk full?\n");
  return code == 0 || code == 1 ? 3 : code;
}

/// Up to so many bytes of stdin; fewer at its end only.
std::string read_input(std::size_t bytes) {
  std::string text(bytes, '\0');
  std::size_t got = 0;
  while (got < bytes) {
    ssize_t const count = ::read(STDIN_FILENO, text.data() + got, bytes - got);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  text.resize(got);
  return text;
}

int run_hook(std::string const& name) {
  auto const real = RealWorld::start(RealWorld::environment());
  if (!real) return 1;
  HookPipes const pipes{read_input, [](std::string_view text) { write_all(STDOUT_FILENO, text); },
                        [](std::string_view text) { write_all(STDERR_FILENO, text); }};
  return git_hook((*real)->world(), name, pipes);
}

}  // namespace
}  // namespace landfall

int main(int argc, char** argv) {
  bool const is_hook = argc == 3 && std::string_view(argv[1]) == "git-hook";
  if (is_hook) return landfall::run_hook(argv[2]);
  return landfall::run({argv + 1, argv + argc});
}
