#include "workflow/script_cache.h"

#include <algorithm>

namespace landfall {
namespace {

/// In commands, with a text of 256 bytes weighing as much as one: about 2 MB in all.
constexpr std::size_t weight_max = 4'000;

}  // namespace

ScriptCommands ScriptCache::read(StepScript const& script, ShellVariables const& variables,
                                 ReadFile const& files) {
  auto const known = readings_.find(script.text);
  if (known != readings_.end()) {
    for (Reading const& each : known->second) {
      bool const reads_the_same =
          each.directory == script.directory && each.mode == script.mode &&
          std::all_of(each.variables.begin(), each.variables.end(), [&](auto const& variable) {
            return variables(variable.first) == variable.second;
          });
      if (reads_the_same) return each.commands;
    }
  }
  Reading reading{std::string(script.directory), script.mode, {}, nullptr};
  ShellVariables const noted = [&](std::string_view name) {
    std::optional<std::string> value = variables(name);
    reading.variables.emplace_back(name, value);
    return value;
  };
  ScriptCommands const commands =
      std::make_shared<std::vector<ShellCommand> const>(step_commands(script, noted, files));
  reading.commands = commands;
  keep(script, std::move(reading));
  return commands;
}

void ScriptCache::keep(StepScript const& script, Reading reading) {
  std::size_t const weight = 1 + reading.commands->size() + script.text.size() / 256;
  if (weight_ + weight > weight_max) {
    readings_.clear();
    weight_ = 0;
  }
  if (weight > weight_max) return;
  weight_ += weight;
  readings_[std::string(script.text)].push_back(std::move(reading));
}

}  // namespace landfall
