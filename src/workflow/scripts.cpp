#include "workflow/scripts.h"

#include <algorithm>
#include <deque>
#include <map>

#include "base/text.h"
#include "workflow/makefile.h"
#include "workflow/package_scripts.h"
#include "workflow/shell_lines.h"
#include "workflow/shell_scan.h"
#include "workflow/shell_walk.h"
#include "workflow/shell_wrappers.h"

namespace landfall {
namespace {

constexpr std::size_t script_bytes_max = 256 << 10;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Calls {
 public:
  explicit Calls(ReadFile const& read) : read_(read), packages_(read) {}

  std::vector<CalledScript> of(ShellCommand const& command, ShellVariables const& sees) {
    std::vector<std::string> const& words = command.words;
    if (calls_left_ == 0) return {};
    --calls_left_;
    std::string_view const name = program_name(words[0]);
    if (words[0] == "source" || words[0] == ".") return file(command, 1, true);
    if (is_one_of(name, {"bash", "sh", "zsh", "dash", "ksh"})) return by_shell(command);
    if (is_one_of(name, {"make", "gmake"})) return make(command, sees);
    if (is_one_of(name, {"npm", "yarn", "pnpm", "bun"})) return package(command);
    bool const is_path = words[0].find('/') != std::string::npos;
    return is_path ? file(command, 0, false) : std::vector<CalledScript>();
  }

 private:
  std::optional<std::string_view> text_of(std::string const& path) const {
    auto const text = read_(path);
    if (!text || text->size() > script_bytes_max) return std::nullopt;
    return text;
  }

  static std::vector<std::string> from(std::vector<std::string> const& words, std::size_t at) {
    return {words.begin() + static_cast<std::ptrdiff_t>(std::min(at, words.size())), words.end()};
  }

  std::vector<CalledScript> by_shell(ShellCommand const& command) {
    CalledScript options;
    std::size_t at = 1;
    for (; at < command.words.size(); ++at) {
      std::string_view const word = command.words[at];
      if (!word.starts_with('-')) break;
      if (!word.starts_with("--") && word.find('e') != std::string_view::npos)
        options.errexit = true;
      if (word.ends_with('o') && at + 1 < command.words.size())
        options.pipefail = options.pipefail || command.words[++at] == "pipefail";
    }
    std::vector<CalledScript> found = file(command, at, false);
    for (CalledScript& script : found) {
      script.errexit = options.errexit;
      script.pipefail = options.pipefail;
    }
    return found;
  }

  /// The script that a word names, the words after it being its arguments.
  std::vector<CalledScript> file(ShellCommand const& command, std::size_t at, bool same_shell) {
    if (at >= command.words.size()) return {};
    auto const path = join_path(command.directory, command.words[at]);
    if (!path) return {};
    auto const text = text_of(*path);
    if (!text) return {};
    std::string_view const first = text->substr(0, text->find('\n'));
    bool const is_other = first.starts_with("#!") && first.find("sh") == std::string_view::npos;
    bool const is_binary = text->substr(0, 512).find('\0') != std::string_view::npos;
    bool const by_name = path->ends_with(".py") || path->ends_with(".js") ||
                         path->ends_with(".ts") || path->ends_with(".rb") ||
                         path->ends_with(".mjs");
    if (is_other || is_binary || by_name) return {};
    CalledScript script;
    script.text = *text;
    script.file = *path;
    script.arguments = from(command.words, at + 1);
    script.same_shell = same_shell;
    script.directory = command.directory;
    std::size_t const options = first.find(" -");
    if (first.starts_with("#!") && options != std::string_view::npos)
      script.errexit = first.find('e', options) != std::string_view::npos;
    std::vector<CalledScript> found;
    found.push_back(std::move(script));
    return found;
  }

  std::vector<CalledScript> make(ShellCommand const& command, ShellVariables const& sees) {
    MakeCall const call = make_call(command);
    if (call.dry) return {};
    for (std::string const& name : call.names) {
      auto const path = join_path(call.directory, name);
      if (!path || !text_of(*path)) continue;
      auto place = makefiles_.find({*path, call.directory});
      if (place == makefiles_.end())
        place =
            makefiles_
                .emplace(std::pair(*path, call.directory), Makefile(*path, call.directory, read_))
                .first;
      Makefile const& makefile = place->second;
      std::vector<std::string> targets = call.targets;
      if (targets.empty()) targets.push_back(makefile.default_target());
      std::vector<CalledScript> scripts;
      for (std::string const& target : targets)
        for (MakeLine& line : makefile.lines_of(target, call.given, sees))
          add_line(std::move(line), call, scripts);
      return scripts;
    }
    return {};
  }

  struct MakeCall {
    std::string directory;
    std::vector<std::string> names{"GNUmakefile", "makefile", "Makefile"};
    std::vector<std::string> targets;
    MakeVariables given;
    bool dry = false;
  };

  static MakeCall make_call(ShellCommand const& command) {
    MakeCall call{.directory = command.directory};
    std::vector<std::string> const& words = command.words;
    for (std::size_t i = 1; i < words.size(); ++i) {
      std::string_view const word = words[i];
      AssignedName const assigned = assigned_name(word);
      std::size_t const equals = word.find('=');
      std::string_view const option = word.substr(0, word.starts_with("--") ? equals : 2);
      // `-C dir`, `-Cdir`, `--directory dir`, `--directory=dir`.
      auto const value = [&]() -> std::string {
        if (word.size() > option.size())
          return std::string(word.substr(option.size() + (word.starts_with("--") ? 1 : 0)));
        return i + 1 < words.size() ? words[++i] : std::string();
      };
      if (is_one_of(word, {"-n", "--dry-run", "--just-print", "--recon", "-q", "--question"}))
        call.dry = true;
      else if (is_one_of(option, {"-C", "--directory"}))
        call.directory = join_path(call.directory, value()).value_or("");
      else if (is_one_of(option, {"-f", "--file", "--makefile"}))
        call.names = {value()};
      else if (is_one_of(option, {"-I", "-o", "-W", "--include-dir", "--old-file"}))
        value();
      else if (is_one_of(word, {"-j", "-l", "--jobs"}) && i + 1 < words.size() &&
               parse_integer(words[i + 1]))
        ++i;
      else if (word.starts_with('-'))
        continue;
      else if (!assigned.name.empty())
        call.given.push_back(
            {std::string(assigned.name), std::string(word.substr(assigned.value))});
      else
        call.targets.emplace_back(word);
    }
    return call;
  }

  void add_line(MakeLine line, MakeCall const& call, std::vector<CalledScript>& scripts) {
    constexpr std::size_t lines_max = 200;
    bool const is_there = std::any_of(scripts.begin(), scripts.end(), [&](CalledScript const& one) {
      return one.line == line.line && one.file == line.file && one.text == line.text;
    });
    if (is_there || scripts.size() >= lines_max) return;
    CalledScript script;
    texts_.push_back(std::move(line.text));
    script.text = texts_.back();
    script.file = std::move(line.file);
    script.line = line.line;
    script.is_part = true;
    script.directory = call.directory;
    // The first line that fails ends it all.
    script.errexit = true;
    script.variables = call.given;
    scripts.push_back(std::move(script));
  }

  std::vector<CalledScript> package(ShellCommand const& command) {
    auto const call = package_call(command.words);
    std::vector<CalledScript> found;
    if (!call) return found;
    for (PackageScript& each : packages_.scripts(*call, command.directory)) {
      CalledScript script;
      texts_.push_back(std::move(each.text));
      script.text = texts_.back();
      script.file = std::move(each.file);
      script.line = each.line;
      script.column = each.column;
      script.is_part = true;
      script.directory = std::move(each.directory);
      found.push_back(std::move(script));
    }
    return found;
  }

  ReadFile const& read_;
  PackageFiles packages_;
  std::map<std::pair<std::string, std::string>, Makefile> makefiles_;  ///< by path and directory
  std::deque<std::string> texts_;
  std::size_t calls_left_ = 400;
};

}  // namespace

std::vector<ShellCommand> step_commands(StepScript const& script, ShellVariables const& variables,
                                        ReadFile const& read) {
  std::string const directory = join_path(".", script.directory).value_or("");
  if (script.mode.language == ShellLanguage::other) return {};
  if (script.mode.language != ShellLanguage::sh) {
    std::vector<ShellCommand> commands =
        line_commands(script.text, variables, script.mode.language);
    for (ShellCommand& command : commands) command.directory = directory;
    return commands;
  }
  if (!read) return walk_all_ways({script.text, variables, script.mode, directory, nullptr});
  Calls calls(read);
  CallScript const call = [&calls](ShellCommand const& command, ShellVariables const& sees) {
    return calls.of(command, sees);
  };
  return walk_all_ways({script.text, variables, script.mode, directory, &call});
}

}  // namespace landfall
