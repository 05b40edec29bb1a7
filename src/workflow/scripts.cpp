#include "workflow/scripts.h"

#include <algorithm>
#include <deque>
#include <map>

#include "base/json.h"
#include "base/text.h"
#include "workflow/expression.h"
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

struct MakeRule {
  std::string recipe;
  std::size_t line = 0;  ///< of the recipe's first
  std::vector<std::string> needs;
};

/// What is certain of a Makefile: rules, and variables that are set once.
class Makefile {
 public:
  explicit Makefile(std::string_view text) : lines_(lines_of(text)) {}

  /// `outside` wins over `?=`.
  std::vector<ShellAssignment> variables(ShellVariables const& outside) const {
    std::vector<ShellAssignment> found;
    for (std::string const& line : lines_) {
      std::size_t const equals = line.find('=');
      if (line.empty() || line[0] == '\t' || line[0] == '#' || equals == std::string::npos)
        continue;
      std::string_view name = std::string_view(line).substr(0, equals);
      bool const is_default = name.ends_with('?');
      while (name.ends_with(':') || name.ends_with('?') || name.ends_with('+'))
        name.remove_suffix(1);
      name = trim(name);
      if (name.starts_with("export ")) name = trim(name.substr(7));
      bool const is_name = !name.empty() && is_name_start(name[0]) &&
                           std::all_of(name.begin(), name.end(), is_name_char);
      if (!is_name || (is_default && outside(name))) continue;
      std::string_view const value = trim(std::string_view(line).substr(equals + 1));
      bool const is_plain = value.find('$') == std::string_view::npos;
      found.push_back({std::string(name), is_plain ? std::string(value) : shell_unknown(value)});
    }
    return found;
  }

  std::string first_target() const {
    for (std::string const& line : lines_) {
      std::size_t const colon = line.find(':');
      bool const is_rule = colon != std::string::npos && is_name_start(line[0]) &&
                           line.substr(colon, 2) != ":=" && line.find('=') > colon;
      if (is_rule) return std::string(trim(std::string_view(line).substr(0, colon)));
    }
    return {};
  }

  std::optional<MakeRule> rule(std::string_view target) const {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      std::string_view const line = lines_[i];
      std::size_t const colon = line.find(':');
      if (line.empty() || line[0] == '\t' || colon == std::string_view::npos) continue;
      if (line.substr(colon, 2) == ":=") continue;
      std::vector<std::string> const names = split(trim(line.substr(0, colon)), ' ');
      if (std::find(names.begin(), names.end(), target) == names.end()) continue;
      MakeRule found;
      std::string_view needs = line.substr(colon + 1);
      needs = needs.substr(0, needs.find_first_of("#;"));
      for (std::string& need : split(trim(needs), ' '))
        if (!need.empty() && need.find_first_of("=:|$") == std::string::npos)
          found.needs.push_back(std::move(need));
      found.line = i + 1;
      read_recipe(found);
      // `.PHONY: deploy` names it as well, without a recipe.
      if (line[0] != '.') return found;
    }
    return std::nullopt;
  }

 private:
  void read_recipe(MakeRule& rule) const {
    bool continues = false;
    bool ignored = false;
    for (std::size_t i = rule.line; i < lines_.size(); ++i) {
      std::string_view line = lines_[i];
      bool const is_blank = trim(line).empty();
      if (!is_blank && line[0] != '\t' && !continues) return;
      line = trim(line);
      if (!continues) ignored = false;
      while (!continues &&
             (line.starts_with('@') || line.starts_with('-') || line.starts_with('+'))) {
        ignored = ignored || line[0] == '-';
        line.remove_prefix(1);
      }
      continues = line.ends_with('\\');
      bool const ends_ignored = ignored && !continues && !line.empty();
      rule.recipe += shell_text(line) + (ends_ignored ? " || true" : "") + "\n";
    }
  }

  /// `$(APP)` of make is `${APP}` of the shell, `$$X` is `$X`.
  static std::string shell_text(std::string_view line) {
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
      char const next = i + 1 < line.size() ? line[i + 1] : '\0';
      if (line[i] != '$' || (next != '$' && next != '(')) {
        text += line[i];
        continue;
      }
      if (next == '$') {
        text += '$';
        ++i;
        continue;
      }
      std::size_t const close = std::min(line.find(')', i), line.size());
      std::string_view const name = line.substr(i + 2, close - std::min(close, i + 2));
      bool const is_name = !name.empty() && std::all_of(name.begin(), name.end(), is_name_char);
      if (is_name)
        text += "${" + std::string(name) + "}";
      else
        text += shell_unknown(line.substr(i, close + 1 - i));
      i = close;
    }
    return text;
  }

  std::vector<std::string> lines_;
};

class Calls {
 public:
  Calls(ReadFile const& read, ShellVariables const& variables)
      : read_(read), variables_(variables) {}

  std::vector<CalledScript> of(ShellCommand const& command) {
    std::vector<std::string> const& words = command.words;
    if (calls_left_ == 0) return {};
    --calls_left_;
    std::string_view const name = program_name(words[0]);
    if (words[0] == "source" || words[0] == ".") return file(command, 1, true);
    if (is_one_of(name, {"bash", "sh", "zsh", "dash", "ksh"})) return by_shell(command);
    if (is_one_of(name, {"make", "gmake"})) return make(command);
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

  std::vector<CalledScript> make(ShellCommand const& command) {
    std::string directory = command.directory;
    std::vector<std::string> names{"GNUmakefile", "Makefile", "makefile"};
    std::vector<std::string> targets;
    std::vector<ShellAssignment> given;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
      std::string const& word = command.words[i];
      bool const has_next = i + 1 < command.words.size();
      AssignedName const assigned = assigned_name(word);
      if (word == "-n" || word == "--dry-run") return {};
      if ((word == "-C" || word == "--directory") && has_next)
        directory = join_path(directory, command.words[++i]).value_or("");
      else if ((word == "-f" || word == "--file") && has_next)
        names = {command.words[++i]};
      else if (word == "-j" || word.starts_with('-'))
        continue;
      else if (!assigned.name.empty())
        given.push_back({std::string(assigned.name), word.substr(assigned.value)});
      else
        targets.push_back(word);
    }
    for (std::string const& name : names) {
      auto const path = join_path(directory, name);
      auto const text = path ? text_of(*path) : std::nullopt;
      if (!text) continue;
      Makefile const makefile(*text);
      if (targets.empty()) targets.push_back(makefile.first_target());
      std::vector<ShellAssignment> variables = makefile.variables(variables_);
      variables.insert(variables.end(), given.begin(), given.end());
      std::vector<CalledScript> scripts;
      for (std::string const& target : targets)
        add_target(makefile, target, {*path, directory, &variables}, scripts, 0);
      return scripts;
    }
    return {};
  }

  struct MakePlace {
    std::string path;
    std::string directory;
    std::vector<ShellAssignment> const* variables;
  };

  void add_target(Makefile const& makefile, std::string const& target, MakePlace const& place,
                  std::vector<CalledScript>& scripts, int depth) {
    constexpr std::size_t scripts_max = 32;
    auto const rule = makefile.rule(target);
    if (!rule || depth > 5 || scripts.size() >= scripts_max) return;
    for (std::string const& need : rule->needs)
      add_target(makefile, need, place, scripts, depth + 1);
    bool const is_there = std::any_of(scripts.begin(), scripts.end(), [&](CalledScript const& one) {
      return one.line == rule->line;
    });
    if (is_there || trim(rule->recipe).empty()) return;
    CalledScript script;
    texts_.push_back(rule->recipe);
    script.text = texts_.back();
    script.file = place.path;
    script.line = rule->line;
    script.directory = place.directory;
    // Each line is a shell of its own, and the first that fails ends it all.
    script.errexit = true;
    script.variables = *place.variables;
    scripts.push_back(std::move(script));
  }

  std::vector<CalledScript> package(ShellCommand const& command) {
    std::vector<std::string> const& words = command.words;
    std::string directory = command.directory;
    std::string script;
    std::size_t at = 1;
    bool const is_npm = program_name(words[0]) == "npm";
    bool runs = !is_npm;
    for (; at < words.size(); ++at) {
      std::string const& word = words[at];
      bool const moves = word == "--prefix" || word == "-C" || word == "--cwd" || word == "--dir";
      if (moves && at + 1 < words.size())
        directory = join_path(directory, words[++at]).value_or("");
      else if (word == "run" || word == "run-script")
        runs = true;
      else if (is_one_of(word, {"workspace", "-w", "--workspace", "--filter", "-F", "-r"}))
        return {};
      else if (!word.starts_with('-')) {
        script = word;
        break;
      }
    }
    // `npm publish` is npm's own, `npm start` and `npm test` are scripts.
    bool const is_short = is_one_of(script, {"start", "test", "stop", "restart"});
    if (script.empty() || (!runs && !is_short)) return {};
    std::vector<std::string> arguments = from(words, at + 1);
    if (!arguments.empty() && arguments[0] == "--") arguments.erase(arguments.begin());
    return package_script(script, directory, arguments);
  }

  std::vector<CalledScript> package_script(std::string const& name, std::string const& directory,
                                           std::vector<std::string> const& arguments) {
    auto const path = join_path(directory, "package.json");
    auto const text = path ? text_of(*path) : std::nullopt;
    if (!text) return {};
    auto cached = packages_.find(*path);
    if (cached == packages_.end()) {
      Result<Json> json = Json::parse(*text);
      cached = packages_.emplace(*path, json ? std::move(*json) : Json()).first;
    }
    std::vector<CalledScript> found;
    for (std::string const& one : {"pre" + name, name, "post" + name}) {
      std::optional<std::string> body = script_of(cached->second, one);
      if (!body) continue;
      if (one == name)
        for (std::string const& argument : arguments) *body += " '" + argument + "'";
      CalledScript script;
      texts_.push_back(std::move(*body));
      script.text = texts_.back();
      script.file = *path;
      script.line = line_of(*text, one);
      script.directory = directory;
      found.push_back(std::move(script));
    }
    return found;
  }

  static std::optional<std::string> script_of(Json const& json, std::string const& name) {
    Json const* scripts = json.find("scripts");
    if (scripts == nullptr || !scripts->is_object()) return std::nullopt;
    for (auto const& [key, value] : scripts->as_object())
      if (key == name && value.is_string()) return value.as_string();
    return std::nullopt;
  }

  static std::size_t line_of(std::string_view text, std::string const& name) {
    std::size_t const scripts = std::min(text.find("\"scripts\""), text.size());
    std::size_t const at = std::min(text.find('"' + name + '"', scripts), text.size());
    return static_cast<std::size_t>(
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  }

  ReadFile const& read_;
  ShellVariables const& variables_;
  std::deque<std::string> texts_;
  std::map<std::string, Json> packages_;
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
  Calls calls(read, variables);
  CallScript const call = [&calls](ShellCommand const& command) { return calls.of(command); };
  return walk_all_ways({script.text, variables, script.mode, directory, &call});
}

}  // namespace landfall
