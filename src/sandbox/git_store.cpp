#include "sandbox/git_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

// Blocks of 512 bytes in one file, seconds of work.
char const* const limits = "ulimit -f 4194304; ulimit -t 600; ";
// The hooks are this program, and AddressSanitizer reserves terabytes for each that it looks after.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LANDFALL_SHADOW_MEMORY
#endif
#endif
#ifdef LANDFALL_SHADOW_MEMORY
std::uint64_t const memory_max = 0;
#else
std::uint64_t const memory_max = std::uint64_t{2} << 30;
#endif

std::string hook_text(World const& world, std::string const& hook) {
  return fmt::format("#!/bin/sh\nexec '{}' git-hook {}\n", replace_all(world.program, "'", "'\\''"),
                     hook);
}

/// Only what differs is written: a running git may be reading it.
Result<> write_if_new(Files& files, std::string const& path, std::string const& text,
                      unsigned mode) {
  auto const there = files.read(path);
  if (there && *there == text) return {};
  return files.write(path, text, mode);
}

std::string const common_config =
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
    "\tbigFileThreshold = 16m\n\tpackedGitWindowSize = 32m\n\tpackedGitLimit = 256m\n"
    "[pack]\n\twindowMemory = 64m\n\tthreads = 1\n[gc]\n\tauto = 0\n"
    "[receive]\n\tfsckObjects = true\n\tmaxInputSize = 268435456\n\tautogc = false\n";

}  // namespace

std::string whole_path(World const& world, std::string path) {
  if (path.starts_with('/')) return path;
  auto const here = world.files.destination("/proc/self/cwd");
  return here ? *here + "/" + path : path;
}

Result<> make_bare(World const& world, BareRepository const& repository) {
  Files& files = world.files;
  std::string const& folder = repository.folder;
  for (char const* below : {"/objects/info", "/objects/pack", "/refs/heads", "/refs/tags"})
    TRY(files.make_folder(folder + below));
  if (!files.exists(folder + "/HEAD")) TRY(set_head(files, folder, repository.head));
  TRY(write_if_new(files, folder + "/config", common_config + repository.config, 0644));
  for (std::string const& hook : repository.hooks)
    TRY(write_if_new(files, folder + "/hooks/" + hook, hook_text(world, hook), 0755));
  return {};
}

Result<> remove_leftovers(Files& files, std::string const& folder) {
  if (!files.exists(folder)) return {};
  std::vector<std::string> below{folder + "/refs"};
  for (std::size_t i = 0; i < below.size(); ++i) {
    std::string const path = below[i];
    if (path.ends_with(".lock")) {
      TRY(files.remove(path));
    } else if (TRY(files.kind(path)) == FileKind::folder) {
      for (std::string const& name : TRY(files.list(path))) below.push_back(path + "/" + name);
    }
  }
  for (char const* name : {"/HEAD.lock", "/packed-refs.lock", "/config.lock"})
    if (files.exists(folder + name)) TRY(files.remove(folder + name));
  for (char const* place : {"/objects", "/objects/pack"}) {
    for (std::string const& name : TRY(files.list(folder + place)))
      if (name.starts_with("tmp_") || name.starts_with("incoming-"))
        TRY(files.remove(folder + place + "/" + name));
  }
  return {};
}

Result<> set_head(Files& files, std::string const& folder, std::string const& branch) {
  return files.write(folder + "/HEAD", "ref: refs/heads/" + branch + "\n");
}

bool is_ref_name(std::string_view name) {
  if (!name.starts_with("refs/") || name.size() > 1000 || name.ends_with('.')) return false;
  for (std::string_view const bad : {"..", "@{", "//", "/."})
    if (name.find(bad) != std::string_view::npos) return false;
  for (std::string const& part : split(name, '/'))
    if (part.empty() || part.ends_with(".lock")) return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f ||
           std::string_view("~^:?*[\\").find(c) != std::string_view::npos;
  });
}

std::vector<std::pair<std::string, std::string>> git_environment(World const& world) {
  return {{"PATH", world.variable("PATH").value_or("/usr/local/bin:/usr/bin:/bin")},
          {"LANG", "C.UTF-8"},
          {"HOME", "/nonexistent"},
          {"GIT_CONFIG_NOSYSTEM", "1"},
          {"GIT_CONFIG_GLOBAL", "/dev/null"},
          // Whoever started the sandbox owns what is in its folder.
          {"GIT_CONFIG_COUNT", "1"},
          {"GIT_CONFIG_KEY_0", "safe.directory"},
          {"GIT_CONFIG_VALUE_0", "*"}};
}

Confinement git_confinement(std::string const& folder) {
  return {.memory = memory_max, .processes = 0, .files = 0, .writable = {folder, "/dev"}};
}

std::vector<std::string> limited_git(std::vector<std::string> arguments) {
  std::vector<std::string> all = limited_shell("exec git \"$@\"");
  all.emplace_back("git");
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

std::vector<std::string> limited_shell(std::string const& script) {
  return {"sh", "-c", limits + script};
}

void run_git(World const& world, std::string const& folder, GitRun run,
             std::move_only_function<void(Result<std::string>)> done) {
  struct Printed {
    std::string text;
    bool too_much = false;
    ProcessId process = 0;
  };
  auto const printed = std::make_shared<Printed>();
  Command command{.arguments = std::move(run.arguments),
                  .directory = folder,
                  .environment = git_environment(world),
                  .output = Command::Output::bytes,
                  .takes_input = true,
                  .confinement = git_confinement(folder)};
  command.environment.insert(command.environment.end(), run.environment.begin(),
                             run.environment.end());
  auto const on_output = [printed, &processes = world.processes,
                          most = run.bytes_max](std::string_view bytes) {
    if (printed->too_much) return;
    printed->text += bytes;
    if (printed->text.size() <= most) return;
    printed->too_much = true;
    printed->text = {};
    processes.signal(printed->process, Signal::kill);
  };
  auto const finish = std::make_shared<decltype(done)>(std::move(done));
  auto on_exit = [printed, finish, most = run.bytes_max](Exit exit) {
    if (printed->too_much)
      return (*finish)(
          fail(ErrorKind::data, fmt::format("more than {} MB", most >> 20), "too_large"));
    if (exit.code == 0) return (*finish)(std::move(printed->text));
    (*finish)(fail(ErrorKind::data, "git failed: " + shortened(trim(exit.errors), 500)));
  };
  auto const process = world.processes.start(std::move(command), on_output, std::move(on_exit));
  if (!process) return (*finish)(std::unexpected(process.error()));
  printed->process = *process;
  world.processes.write(*process, run.input);
  world.processes.close_input(*process);
}

}  // namespace landfall::sandbox
