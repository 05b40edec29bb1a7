#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/output.h"
#include "world/dyno_exec.h"
#include "world/world.h"

namespace landfall {
namespace {

Environment environment_of_process() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view const text(*entry);
    auto const equals = text.find('=');
    if (equals != std::string_view::npos)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

/// A pipe that was closed by its reader (`landfall tables | head`) is no error of ours.
void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    ssize_t const written = ::write(descriptor, text.data(), text.size());
    if (written < 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

Output terminal_output(Environment const& environment) {
  Output output;
  output.out = [](std::string_view text) { write_all(STDOUT_FILENO, text); };
  output.err = [](std::string_view text) { write_all(STDERR_FILENO, text); };
  auto const no_color = environment.find("NO_COLOR");
  bool const forbidden = no_color != environment.end() && !no_color->second.empty();
  output.color = !forbidden && ::isatty(STDOUT_FILENO) == 1;
  output.progress = ::isatty(STDERR_FILENO) == 1;
  // Lines that go to a file or a pipe stay whole, so that they can be searched.
  if (::isatty(STDOUT_FILENO) != 1) output.width = 100'000;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60)
    output.width = size.ws_col < 140 ? size.ws_col : 140;
  return output;
}

int run(std::vector<std::string> const& words) {
  Environment environment = environment_of_process();
  Output const output = terminal_output(environment);
  auto const real = RealWorld::start(std::move(environment));
  if (!real) {
    output.err("landfall: " + real.error().text + "\n");
    return 2;
  }
  RealWorld& world = **real;
  return run_command(
      world.world(), output, words, [&](Instant now) { world.set_clock(now); },
      [&](Work work) { world.on_interrupt(std::move(work)); });
}

}  // namespace
}  // namespace landfall

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "dyno-exec") == 0) return landfall::dyno_exec(argc, argv);
  return landfall::run({argv + 1, argv + argc});
}
