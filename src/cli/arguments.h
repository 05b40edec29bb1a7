// The command line as data: what a command takes, what it got, and help made from the same table.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace landfall {

struct Option {
  std::string name;   ///< "--as-of"
  std::string value;  ///< "TIME": what stands for its value in help; empty: a flag
  std::string help;
  std::vector<std::string> choices{};  ///< the only values; empty: any
  bool repeats = false;                ///< may be given several times: see Arguments::all_of
};

struct Context;

struct CommandSpec {
  std::string name;     ///< "check", or two words: "incident report"
  std::string summary;  ///< one line
  std::string usage;    ///< operands: "TARGET [REF]"
  std::string details;  ///< what it answers and how, a paragraph or two
  std::vector<Option> options;
  std::vector<std::string> examples;
  std::size_t operands_min = 0;
  std::size_t operands_max = 0;
  std::function<Result<int>(Context&)> run;  ///< the exit code, or why it could not work
};

/// What was typed.
struct Arguments {
  CommandSpec const* command = nullptr;  ///< nullptr: none was named
  std::vector<std::string> operands;
  std::map<std::string, std::string, std::less<>> options;  ///< flags have the value "yes"
  std::vector<std::pair<std::string, std::string>> given;   ///< options with values, as typed
  bool help = false;

  bool has(std::string_view option) const { return options.contains(option); }
  std::string value_or(std::string_view option, std::string_view fallback) const;
  /// All values of an option that repeats, in order.
  std::vector<std::string> all_of(std::string_view option) const;
};

/// Options that every command takes.
std::vector<Option> const& common_options();

/// Reads the words after the program's name. Errors are of kind usage and name the nearest word.
Result<Arguments> parse_arguments(std::vector<CommandSpec> const& commands,
                                  std::vector<std::string> const& words);

/// The command that the words begin with; nullptr if they name none.
CommandSpec const* meant_command(std::vector<CommandSpec> const& commands,
                                 std::vector<std::string> const& words);

std::string help_text(std::vector<CommandSpec> const& commands);
std::string help_text(CommandSpec const& command);
/// A completion script for "bash", "zsh" or "fish".
Result<std::string> completion_script(std::vector<CommandSpec> const& commands,
                                      std::string_view shell);

}  // namespace landfall
