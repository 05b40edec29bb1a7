#include <fmt/core.h>

#include <utility>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/example_world.h"
#include "sandbox/sandbox.h"

namespace landfall {
namespace {

struct WorldFile {
  std::string made;  ///< a folder that was made for it; empty: it was there
  std::string path;
  std::string folder;
  std::string text;
};

Result<WorldFile> read_world(Context& context) {
  WorldFile file;
  file.path = context.arguments.value_or("--world", "");
  if (file.path.empty()) {
    file.made = TRY(context.world.files.temporary_folder("landfall-world"));
    TRY(write_example(context.world, file.made));
    file.path = file.made + "/world.yaml";
  }
  auto text = context.world.files.read(file.path);
  if (!text) {
    text.error().kind = ErrorKind::config;
    return std::unexpected(std::move(text).error());
  }
  file.text = std::move(*text);
  auto const slash = file.path.rfind('/');
  file.folder = slash == std::string::npos ? "." : file.path.substr(0, slash);
  return file;
}

Result<int> port_option(Context& context, std::string_view name) {
  std::string const text = context.arguments.value_or(name, "0");
  auto const port = parse_integer(text);
  if (!port || *port < 0 || *port > 65535)
    return fail(ErrorKind::usage,
                fmt::format("{} takes a port from 1 to 65535, found '{}'", name, printable(text)));
  return static_cast<int>(*port);
}

void print_how_to_reach(Context& context, WorldFile const& file, Sandbox const& sandbox,
                        Duration shift) {
  Output const& output = context.output;
  SandboxPorts const ports = sandbox.ports();
  output.line(fmt::format("The world of {} is up, on this machine only.", file.path));
  output.line(fmt::format("  Heroku API  http://127.0.0.1:{}", ports.heroku));
  output.line(fmt::format("  GitHub API  http://127.0.0.1:{}", ports.github));
  output.line(fmt::format("  apps        http://NAME-HASH.localhost:{}/", ports.router));
  output.line("In another terminal:");
  for (auto const& [name, value] : sandbox.variables())
    output.line(fmt::format("export {}={}", name, value));
  auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(shift).count();
  if (seconds != 0) output.line(fmt::format("export LANDFALL_CLOCK_SHIFT={}", seconds));
  output.line(
      "`landfall sandbox faults add`, `landfall sandbox time advance` and others steer it.");
  output.line("Ctrl-C ends it, and every dyno with it.");
}

/// There is no way to open it to others; whoever asks for one is told so.
Result<> check_bind(Context& context) {
  std::string const address = context.arguments.value_or("--bind", "127.0.0.1");
  if (address == "127.0.0.1" || address == "localhost") return {};
  return fail(ErrorKind::usage,
              fmt::format("--bind {}: the sandbox serves this machine only (127.0.0.1). Its tokens "
                          "are in a file, and whoever reaches it runs programs here",
                          printable(address)));
}

Result<SandboxPorts> wanted_ports(Context& context) {
  SandboxPorts wanted;
  wanted.heroku = TRY(port_option(context, "--heroku-port"));
  wanted.github = TRY(port_option(context, "--github-port"));
  wanted.router = TRY(port_option(context, "--router-port"));
  wanted.git = TRY(port_option(context, "--git-port"));
  return wanted;
}

/// When the sandbox's time begins: where it ended, or where the world file says.
Result<std::optional<Instant>> first_instant(Context& context, WorldFile const& file,
                                             std::string const& data) {
  if (!data.empty()) {
    auto const saved = TRY(clock_of_data(context.world.files, data));
    if (saved) return saved;
  }
  return clock_of_world_file(file.text, file.path);
}

/// Serves until Ctrl-C.
Result<> serve(Context& context, WorldFile const& file, SandboxPorts wanted,
               SandboxFolders const& folders) {
  Instant const before = context.world.now();
  if (auto const clock = TRY(first_instant(context, file, folders.data)))
    context.process.set_clock(*clock);
  Duration const shift = context.world.now() - before;
  // Written once for all that happens in one turn of the loop: thousands of requests a second have
  // a line each. Outlives the sandbox, which has something to say as it ends.
  std::string lines;
  auto const sandbox =
      TRY(Sandbox::start(context.world, {file.text, file.path, file.folder}, folders, wanted));
  sandbox->on_set_clock(context.process.set_clock);
  print_how_to_reach(context, file, *sandbox, shift);
  sandbox->on_event([&context, &lines](std::string_view line) {
    bool const first = lines.empty();
    lines += fmt::format("{} {}\n", iso8601(context.world.now()), printable(line));
    if (!first) return;
    context.world.loop.post([&context, &lines] { context.output.err(std::exchange(lines, {})); });
  });
  context.process.on_interrupt([&] { sandbox->stop(false, [&] { context.world.loop.stop(); }); });
  context.world.loop.run();
  context.output.err(lines);
  return {};
}

/// Clients are told of files in it, and they run in other folders.
std::string absolute(Context& context, std::string const& path) {
  auto const here = context.world.variable("PWD");
  bool const is_relative = !path.empty() && !path.starts_with('/');
  return is_relative && here ? *here + "/" + path : path;
}

Result<int> run_sandbox(Context& context) {
  TRY(check_bind(context));
  SandboxPorts const wanted = TRY(wanted_ports(context));
  WorldFile const file = TRY(read_world(context));
  SandboxFolders folders{.scratch = "",
                         .data = absolute(context, context.arguments.value_or("--data", ""))};
  // Beside the data the next sandbox finds what a killed one left there; it is removed at the
  // start.
  folders.scratch = folders.data.empty()
                        ? TRY(context.world.files.temporary_folder("landfall-sandbox"))
                        : folders.data + "/running";
  Result<> const served = serve(context, file, wanted, folders);
  if (served || folders.data.empty()) TRY(context.world.files.remove(folders.scratch));
  if (!file.made.empty()) TRY(context.world.files.remove(file.made));
  if (!served) return std::unexpected(served.error());
  return 0;
}

}  // namespace

CommandSpec sandbox_command() {
  return {
      "sandbox",
      "A Heroku and a GitHub on this machine, for real clients",
      "",
      "Serves the Heroku Platform API, the GitHub REST API and a router for apps on three "
      "loopback\n"
      "ports; dynos are real processes. What exists at the start, the clock and the faults come "
      "from a\n"
      "world file (docs/world-file.md); without one it is the world of the incident that landfall "
      "was\n"
      "made for. It prints the variables by which landfall and other clients reach it, and is "
      "steered\nby `landfall sandbox faults`, `time`, `crash` and others while it runs "
      "(docs/sandbox.md).",
      {{"--world", "FILE", "the world to start from; default: the incident's"},
       {"--data", "DIR",
        "what the world became outlives a restart, and a kill, in this folder; the world file "
        "counts only for the first start"},
       {"--heroku-port", "PORT", "default: one that is free"},
       {"--github-port", "PORT", "default: one that is free"},
       {"--router-port", "PORT", "default: one that is free"},
       {"--git-port", "PORT", "of Heroku's git over TLS; default: one that is free"},
       {"--bind", "ADDRESS", "127.0.0.1, and nothing else: it serves this machine only"}},
      {"landfall sandbox", "landfall sandbox --world examples/raxx/world.yaml --heroku-port 5001"},
      0,
      0,
      run_sandbox};
}

}  // namespace landfall
