#include "cli/git_hook.h"

#include <fmt/core.h>

#include <memory>
#include <optional>

#include "base/text.h"
#include "sandbox/git_hook.h"

namespace landfall {
namespace {

using sandbox::GitHookCall;
using sandbox::HookWord;
using sandbox::RefUpdate;

Duration const connect_time = 10s;
std::size_t const input_max = 16 << 20;
char const* const quarantine_variables[] = {
    "GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"};

std::string packet(std::string_view text) {
  return fmt::format("{:04x}{}", text.size() + 4, text);
}

/// One packet of git's; nullopt: a flush packet, or the end.
std::optional<std::string> read_packet(HookPipes const& pipes) {
  std::string const head = pipes.read(4);
  std::size_t size = 0;
  for (char const c : head) {
    bool const digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return std::nullopt;
    size = size * 16 + static_cast<std::size_t>(digit ? c - '0' : c - 'a' + 10);
  }
  if (head.size() < 4 || size < 4) return std::nullopt;
  std::string text = pipes.read(size - 4);
  return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
}

/// The lines that a proc-receive hook is to act on, after both have told their versions.
/// https://git-scm.com/docs/githooks#proc-receive
std::string read_commands(HookPipes const& pipes) {
  while (read_packet(pipes)) {
  }
  pipes.out(packet("version=1\n") + "0000");
  std::string lines;
  while (auto const line = read_packet(pipes)) {
    lines += *line + "\n";
    if (lines.size() > input_max) break;
  }
  return lines;
}

std::string read_lines(HookPipes const& pipes) {
  std::string text;
  while (text.size() < input_max) {
    std::string const more = pipes.read(64 << 10);
    if (more.empty()) break;
    text += more;
  }
  return text;
}

class Conversation {
 public:
  Conversation(World const& world, HookPipes const& pipes, GitHookCall call)
      : world_(world), pipes_(pipes), call_(std::move(call)) {}

  int hold(std::string const& variable) {
    auto const port = parse_integer(std::string_view(variable).substr(0, variable.find(':')));
    if (!port || *port < 1 || *port > 65535) return 1;
    world_.streams.connect(static_cast<int>(*port), connect_time,
                           [&](Result<std::unique_ptr<Stream>> stream) {
                             if (!stream) return end(1);
                             stream_ = *std::move(stream);
                             ask(variable);
                           });
    world_.loop.run();
    stream_.reset();
    return code_;
  }

 private:
  void ask(std::string const& variable) {
    stream_->start({.bytes = [this](std::string_view bytes) { heard(bytes); },
                    .ended = [this](Result<> /*how*/) { end(code_); }});
    stream_->write(sandbox::hook_question(variable, call_));
  }

  void heard(std::string_view bytes) {
    line_ += bytes;
    std::size_t begin = 0;
    for (std::size_t at; (at = line_.find('\n', begin)) != std::string::npos; begin = at + 1) {
      auto const word = sandbox::read_hook_word(std::string_view(line_).substr(begin, at - begin));
      if (!word) return end(1);
      obey(*word);
    }
    line_.erase(0, begin);
  }

  /// A proc-receive hook's stdout is git's; both reach the user.
  void obey(HookWord const& word) {
    bool const answers = call_.name == "proc-receive";
    (answers ? pipes_.err : pipes_.out)(word.print);
    if (!word.code) return;
    if (answers) report(word);
    end(*word.code);
  }

  void report(HookWord const& word) {
    std::string text;
    for (RefUpdate const& update : call_.updates) {
      auto const refused = word.refused.find(update.ref);
      text += packet(refused == word.refused.end()
                         ? "ok " + update.ref
                         : fmt::format("ng {} {}", update.ref, refused->second));
    }
    pipes_.out(text + "0000");
  }

  void end(int code) {
    code_ = code;
    world_.loop.stop();
  }

  World world_;
  HookPipes const& pipes_;
  GitHookCall call_;
  std::unique_ptr<Stream> stream_;
  std::string line_;
  int code_ = 1;
};

}  // namespace

int git_hook(World const& world, std::string const& name, HookPipes const& pipes) {
  auto const variable = world.variable(sandbox::hook_variable);
  if (!variable) {
    pipes.err("landfall git-hook: only the git of a sandbox calls it\n");
    return 2;
  }
  auto updates =
      sandbox::read_updates(name == "proc-receive" ? read_commands(pipes) : read_lines(pipes));
  if (!updates) {
    pipes.err(updates.error().text + "\n");
    return 1;
  }
  GitHookCall call{.name = name, .quarantine = {}, .updates = *std::move(updates)};
  for (char const* one : quarantine_variables)
    if (auto const value = world.variable(one)) call.quarantine.emplace_back(one, *value);
  return Conversation(world, pipes, std::move(call)).hold(*variable);
}

}  // namespace landfall
