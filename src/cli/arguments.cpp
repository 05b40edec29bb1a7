#include "cli/arguments.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

Error usage(std::string text) {
  return Error{ErrorKind::usage, std::move(text)};
}

Option const* find_option(CommandSpec const* command, std::string_view name) {
  auto const in = [&](std::vector<Option> const& options) -> Option const* {
    auto const found = std::find_if(options.begin(), options.end(),
                                    [&](Option const& option) { return option.name == name; });
    return found == options.end() ? nullptr : &*found;
  };
  if (command != nullptr)
    if (Option const* option = in(command->options)) return option;
  return in(common_options());
}

std::vector<std::string> option_names(CommandSpec const* command) {
  std::vector<std::string> names;
  for (Option const& option : common_options()) names.push_back(option.name);
  if (command != nullptr)
    for (Option const& option : command->options) names.push_back(option.name);
  return names;
}

Error unknown_command(std::vector<CommandSpec> const& commands,
                      std::vector<std::string> const& words) {
  std::vector<std::string> names;
  std::vector<std::string> under;
  for (CommandSpec const& command : commands) {
    names.push_back(command.name);
    if (command.name.starts_with(words[0] + " ")) under.push_back(command.name);
  }
  if (!under.empty())
    return usage(fmt::format("'{}' needs one more word: {}", words[0], join(under, ", ")));
  return usage(fmt::format("there is no command '{}'{}", printable(words[0]),
                           did_you_mean(words[0], names)));
}

class Reader {
 public:
  Reader(CommandSpec const& command, std::vector<std::string> const& words)
      : command_(command), words_(words) {}

  Result<> read(std::size_t at, Arguments& arguments) {
    bool only_operands = false;
    for (; at < words_.size(); ++at) {
      std::string const& word = words_[at];
      if (only_operands || !word.starts_with('-') || word == "-") {
        arguments.operands.push_back(word);
      } else if (word == "--") {
        only_operands = true;
      } else if (word == "--help" || word == "-h") {
        arguments.help = true;
      } else {
        TRY(read_option(at, arguments));
      }
    }
    return arguments.help ? Result<>{} : check_operands(arguments);
  }

 private:
  Result<> read_option(std::size_t& at, Arguments& arguments) {
    std::string const& word = words_[at];
    std::string const name = word.substr(0, word.find('='));
    Option const* option = find_option(&command_, name);
    if (option == nullptr)
      return std::unexpected(
          usage(fmt::format("'landfall {}' has no option '{}'{}", command_.name, printable(name),
                            did_you_mean(name, option_names(&command_)))));
    bool const attached = name.size() < word.size();
    if (option->value.empty()) {
      if (attached) return std::unexpected(usage(fmt::format("{} takes no value", name)));
      arguments.options[name] = "yes";
      return {};
    }
    if (!attached && at + 1 >= words_.size())
      return std::unexpected(
          usage(fmt::format("{} needs a value: {} {}", name, name, option->value)));
    std::string const value = attached ? word.substr(name.size() + 1) : words_[++at];
    if (!option->choices.empty() &&
        std::find(option->choices.begin(), option->choices.end(), value) == option->choices.end())
      return std::unexpected(usage(fmt::format("{} takes one of {}, found '{}'", name,
                                               join(option->choices, ", "), printable(value))));
    arguments.options[name] = value;
    arguments.given.emplace_back(name, value);
    return {};
  }

  Result<> check_operands(Arguments const& arguments) const {
    std::size_t const count = arguments.operands.size();
    if (count < command_.operands_min)
      return std::unexpected(usage(
          fmt::format("too few words: expected 'landfall {} {}'", command_.name, command_.usage)));
    if (count > command_.operands_max)
      return std::unexpected(
          usage(fmt::format("'{}' is too much: expected 'landfall {}{}{}'",
                            printable(arguments.operands[command_.operands_max]), command_.name,
                            command_.usage.empty() ? "" : " ", command_.usage)));
    return {};
  }

  CommandSpec const& command_;
  std::vector<std::string> const& words_;
};

std::string option_lines(std::vector<Option> const& options) {
  std::string text;
  for (Option const& option : options) {
    std::string head = option.name;
    if (!option.value.empty()) head += " " + option.value;
    std::string help = option.help;
    if (!option.choices.empty()) help += fmt::format(" ({})", join(option.choices, ", "));
    if (option.repeats) help += " (may be given several times)";
    text += fmt::format("  {:<22} {}\n", head, help);
  }
  return text;
}

}  // namespace

std::string Arguments::value_or(std::string_view option, std::string_view fallback) const {
  auto const found = options.find(option);
  return found == options.end() ? std::string(fallback) : found->second;
}

std::vector<std::string> Arguments::all_of(std::string_view option) const {
  std::vector<std::string> values;
  for (auto const& [name, value] : given)
    if (name == option) values.push_back(value);
  return values;
}

std::vector<Option> const& common_options() {
  static std::vector<Option> const options{
      {"--config", "FILE", "the landfall.yaml to use; default: ./landfall.yaml"},
      {"--store", "FILE|URL",
       "the database of facts, a file or postgres://…; default: landfall.db beside landfall.yaml"},
      {"--output", "FORM", "text or json, and what a command adds to these; default: text"},
      {"--no-color", "", "plain text; NO_COLOR does the same"},
      {"--help", "", "this text"}};
  return options;
}

CommandSpec const* meant_command(std::vector<CommandSpec> const& commands,
                                 std::vector<std::string> const& words) {
  CommandSpec const* best = nullptr;
  for (CommandSpec const& command : commands) {
    std::vector<std::string> const parts = split(command.name, ' ');
    if (parts.size() > words.size() || !std::equal(parts.begin(), parts.end(), words.begin()))
      continue;
    if (best == nullptr || command.name.size() > best->name.size()) best = &command;
  }
  return best;
}

Result<Arguments> parse_arguments(std::vector<CommandSpec> const& commands,
                                  std::vector<std::string> const& words) {
  Arguments arguments;
  if (words.empty() || words[0] == "--help" || words[0] == "-h") {
    arguments.help = true;
    return arguments;
  }
  std::vector<std::string> rest = words;
  if (rest[0] == "--version") rest[0] = "version";
  if (rest[0] == "help") {
    rest.erase(rest.begin());
    rest.emplace_back("--help");
    if (rest.size() == 1) {
      arguments.help = true;
      return arguments;
    }
  }
  arguments.command = meant_command(commands, rest);
  if (arguments.command == nullptr) return std::unexpected(unknown_command(commands, rest));
  TRY(Reader(*arguments.command, rest).read(split(arguments.command->name, ' ').size(), arguments));
  return arguments;
}

std::string help_text(std::vector<CommandSpec> const& commands) {
  std::string text =
      "landfall proves that what you shipped is what production runs,\n"
      "and that a path exists by which it can get there.\n\nUsage: landfall COMMAND [OPTIONS]\n\n";
  for (CommandSpec const& command : commands)
    text += fmt::format("  {:<18} {}\n", command.name, command.summary);
  text +=
      "\n`landfall COMMAND --help` explains one. Start with `landfall demo`.\n"
      "Exit codes: 0 proven good, 1 findings, 2 usage or configuration, 3 could not be observed.\n";
  return text;
}

std::string help_text(CommandSpec const& command) {
  std::string text =
      fmt::format("{}\n\nUsage: landfall {}{}{} [OPTIONS]\n\n{}\n\nOptions:\n", command.summary,
                  command.name, command.usage.empty() ? "" : " ", command.usage, command.details);
  std::vector<Option> common = common_options();
  std::erase_if(common, [&](Option const& option) {
    return std::any_of(command.options.begin(), command.options.end(),
                       [&](Option const& own) { return own.name == option.name; });
  });
  text += option_lines(command.options) + option_lines(common);
  text += "\nExamples:\n";
  for (std::string const& example : command.examples) text += fmt::format("  {}\n", example);
  return text;
}

Result<std::string> completion_script(std::vector<CommandSpec> const& commands,
                                      std::string_view shell) {
  std::string cases;
  std::vector<std::string> firsts;
  std::string fish;
  for (CommandSpec const& command : commands) {
    std::string const first = split(command.name, ' ')[0];
    if (std::find(firsts.begin(), firsts.end(), first) == firsts.end()) firsts.push_back(first);
    std::vector<std::string> words = option_names(&command);
    if (first != command.name) words.push_back(command.name.substr(first.size() + 1));
    cases += fmt::format("    {}) words=\"$words {}\" ;;\n", first, join(words, " "));
    fish += fmt::format("complete -c landfall -n __fish_use_subcommand -a {} -d '{}'\n", first,
                        replace_all(command.summary, "'", "\\'"));
    for (std::string const& name : words)
      if (name.starts_with("--"))
        fish += fmt::format("complete -c landfall -n '__fish_seen_subcommand_from {}' -l {}\n",
                            first, name.substr(2));
  }
  std::string const bash = fmt::format(
      "_landfall() {{\n  local words=\"\" current=\"${{COMP_WORDS[COMP_CWORD]}}\"\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then words=\"{}\"; else\n  for command in "
      "\"${{COMP_WORDS[1]}}\"; do\n"
      "  case \"$command\" in\n{}  esac\n  done\n  fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}}\ncomplete -o default -F "
      "_landfall landfall\n",
      join(firsts, " "), cases);
  if (shell == "bash") return bash;
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash;
  if (shell == "fish") return fish;
  return std::unexpected(
      usage(fmt::format("no completion for '{}': expected bash, zsh or fish", printable(shell))));
}

}  // namespace landfall
