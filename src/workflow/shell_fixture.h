// What the tests of the shell share: commands as lines, to compare and to read.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/expression.h"
#include "workflow/scripts.h"
#include "workflow/shell.h"

namespace landfall {

using Lines = std::vector<std::string>;

/// With what is not known between < and >.
inline std::string marked(std::string text) {
  for (char& c : text) {
    if (c == unknown_begin) c = '<';
    if (c == unknown_end) c = '>';
  }
  return text;
}

inline std::string_view failure_name(ShellFailure failure) {
  switch (failure) {
    case ShellFailure::stops:
      return "stops";
    case ShellFailure::or_harmless:
      return "or";
    case ShellFailure::not_errexit:
      return "no -e";
    case ShellFailure::and_list:
      return "and";
    case ShellFailure::pipe:
      return "pipe";
    case ShellFailure::condition:
      return "condition";
    case ShellFailure::substitution:
      return "substitution";
    case ShellFailure::background:
      return "background";
  }
  return {};
}

inline std::string words_of(ShellCommand const& command) {
  std::string text;
  for (ShellAssignment const& assignment : command.assignments)
    text += assignment.name + "=" + assignment.value + " ";
  for (std::string const& word : command.words)
    text += (word.empty() || word.find(' ') != std::string::npos ? "'" + word + "'" : word) + " ";
  if (!text.empty()) text.pop_back();
  return marked(text);
}

inline std::optional<std::string> test_variables(std::string_view name) {
  static std::map<std::string, std::string, std::less<>> const known{
      {"APP", "env-app"},
      {"GITHUB_REF", "refs/heads/main"},
      {"GITHUB_REF_NAME", "main"},
      {"FLAGS", "--app x --quiet"},
      {"EMPTY", ""}};
  auto const found = known.find(name);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

inline std::vector<ShellCommand> commands_of(std::string_view script, ShellMode mode = {}) {
  return shell_commands(script, test_variables, mode);
}

/// The words of each command.
inline Lines words_in(std::string_view script, ShellMode mode = {}) {
  Lines lines;
  for (ShellCommand const& command : commands_of(script, mode)) lines.push_back(words_of(command));
  return lines;
}

/// Files of a repository.
struct TestFiles {
  std::map<std::string, std::string, std::less<>> files;
  ReadFile read() const {
    return [this](std::string_view path) -> std::optional<std::string_view> {
      auto const found = files.find(path);
      return found == files.end() ? std::nullopt : std::optional<std::string_view>(found->second);
    };
  }
};

}  // namespace landfall
