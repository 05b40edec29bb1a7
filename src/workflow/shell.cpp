#include "workflow/shell.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/shell_lines.h"
#include "workflow/shell_walk.h"

namespace landfall {
namespace {

bool same(ShellCommand const& a, ShellCommand const& b) {
  auto const same_assignment = [](ShellAssignment const& x, ShellAssignment const& y) {
    return x.name == y.name && x.value == y.value;
  };
  return a.offset == b.offset && a.words == b.words && a.file == b.file && a.host == b.host &&
         a.step_offset == b.step_offset && a.captured_by == b.captured_by && a.input == b.input &&
         a.directory == b.directory &&
         std::equal(a.assignments.begin(), a.assignments.end(), b.assignments.begin(),
                    b.assignments.end(), same_assignment);
}

/// What several ways have in common stands once; what only some have stands where they have it.
class Merging {
 public:
  void add(std::vector<ShellCommand> commands) {
    std::size_t at = 0;
    std::vector<Entry> fresh;
    for (ShellCommand& command : commands) {
      std::size_t found = at;
      while (found < merged_.size() && !same(merged_[found].command, command)) ++found;
      if (found < merged_.size()) {
        found = insert(std::move(fresh), found);
        fresh.clear();
        // In a loop the same command comes again.
        merged_[found].ways += merged_[found].last != ways_ ? 1 : 0;
        merged_[found].last = ways_;
        at = found + 1;
      } else if (!came_before(command, at, fresh)) {
        fresh.push_back({std::move(command), 1, ways_});
      }
    }
    insert(std::move(fresh), merged_.size());
    ++ways_;
  }

  std::vector<ShellCommand> take() {
    std::vector<ShellCommand> commands;
    for (Entry& entry : merged_) {
      entry.command.perhaps = entry.command.perhaps || entry.ways < ways_;
      commands.push_back(std::move(entry.command));
    }
    return commands;
  }

 private:
  struct Entry {
    ShellCommand command;
    std::size_t ways = 0;
    std::size_t last = 0;
  };

  std::size_t insert(std::vector<Entry> fresh, std::size_t at) {
    merged_.insert(merged_.begin() + static_cast<std::ptrdiff_t>(at),
                   std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
    return at + fresh.size();
  }

  bool came_before(ShellCommand const& command, std::size_t at,
                   std::vector<Entry> const& fresh) const {
    auto const is_it = [&](Entry const& entry) {
      return entry.last == ways_ && same(entry.command, command);
    };
    return std::any_of(merged_.begin(), merged_.begin() + static_cast<std::ptrdiff_t>(at), is_it) ||
           std::any_of(fresh.begin(), fresh.end(), is_it);
  }

  std::vector<Entry> merged_;
  std::size_t ways_ = 0;
};

/// The same where there is but one way.
void drop_repeated(std::vector<ShellCommand>& commands) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    auto const end = commands.begin() + static_cast<std::ptrdiff_t>(kept);
    bool const came_before = std::any_of(commands.begin(), end, [&](ShellCommand const& earlier) {
      return same(earlier, commands[i]);
    });
    if (came_before) continue;
    if (kept != i) commands[kept] = std::move(commands[i]);
    ++kept;
  }
  commands.resize(kept);
}

}  // namespace

std::vector<ShellCommand> walk_all_ways(ShellWalk::Start const& start) {
  std::vector<ShellWalk::Choice> choices;
  std::vector<ShellCommand> first = ShellWalk(start, choices).run();
  // Comparing every command of eight ways with every other one has its price: who has so many
  // commands gets the first way only... and nobody has.
  constexpr std::size_t merged_max = 1000;
  Merging merging;
  bool const is_one = choices.empty() && first.size() > merged_max;
  if (is_one) return first;
  if (choices.empty()) {
    drop_repeated(first);
    return first;
  }
  if (first.size() > merged_max) first.resize(merged_max);
  merging.add(std::move(first));
  while (true) {
    while (!choices.empty() && choices.back().taken + 1 == choices.back().of) choices.pop_back();
    if (choices.empty()) return merging.take();
    ++choices.back().taken;
    std::vector<ShellCommand> more = ShellWalk(start, choices).run();
    if (more.size() > merged_max) more.resize(merged_max);
    merging.add(std::move(more));
  }
}

ShellMode shell_mode(std::string_view shell) {
  using enum ShellLanguage;
  shell = trim(shell);
  if (shell.empty()) return {sh, true, false};
  std::string_view program = shell.substr(0, shell.find_first_of(" \t"));
  bool const is_template = program.size() < shell.size();
  program = program.substr(program.find_last_of("/\\") + 1);
  if (program.ends_with(".exe")) program.remove_suffix(4);
  if (program == "pwsh" || program == "powershell") return {pwsh, false, false};
  if (program == "cmd") return {cmd, false, false};
  bool const is_sh = program == "bash" || program == "sh" || program == "zsh" ||
                     program == "dash" || program == "ksh" || program == "wsl-bash";
  if (!is_sh) return {other, false, false};
  if (!is_template) return {sh, true, program == "bash"};
  // Whoever writes `bash -l {0}` gets what is written, and no -e.
  ShellMode mode{sh, false, false};
  std::vector<std::string> const words = split(shell, ' ');
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string const& word = words[i];
    bool const is_option = word.starts_with('-') && !word.starts_with("--");
    if (is_option && word.find('e') != std::string::npos) mode.stops_on_error = true;
    if (word == "pipefail") mode.pipefail = true;
    if (word == "errexit") mode.stops_on_error = true;
  }
  return mode;
}

std::vector<ShellCommand> shell_commands(std::string_view script, ShellVariables const& variables,
                                         ShellMode mode) {
  if (mode.language == ShellLanguage::other) return {};
  if (mode.language != ShellLanguage::sh) return line_commands(script, variables, mode.language);
  return walk_all_ways({script, variables, mode, ".", nullptr});
}

}  // namespace landfall
