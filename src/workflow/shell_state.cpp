#include "workflow/shell_state.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/expression.h"

namespace landfall {
namespace {

// More variables and longer texts than any workflow's are not followed: a script that doubles a
// text in a loop must end in bounded memory.
constexpr std::size_t variables_max = 256;
constexpr std::size_t bytes_max = 16 << 10;

std::size_t bytes_of(std::vector<std::string> const& values) {
  std::size_t bytes = values.size();
  for (std::string const& value : values) bytes += value.size();
  return bytes;
}

}  // namespace

ShellVariable const* ShellState::find(std::string_view name) const {
  for (ShellVariable const& variable : variables_)
    if (variable.name == name) return &variable;
  return nullptr;
}

ShellVariable& ShellState::slot(std::string_view name) {
  for (ShellVariable& variable : variables_)
    if (variable.name == name) return variable;
  if (variables_.size() >= variables_max) {
    variables_.clear();
    sees_outside_ = false;
  }
  variables_.push_back({std::string(name), {}, true, false});
  return variables_.back();
}

void ShellState::set(std::string_view name, std::vector<std::string> values) {
  ShellVariable& variable = slot(name);
  variable.known = bytes_of(values) <= bytes_max;
  variable.values = std::move(values);
  if (!variable.known) variable.values.clear();
}

void ShellState::append(std::string_view name, std::string_view text,
                        std::vector<std::string> more) {
  ShellVariable const* before = find(name);
  if (before == nullptr || !before->known) return forget(name);
  std::vector<std::string> values = before->values;
  if (!text.empty()) {
    if (values.empty()) values.emplace_back();
    values[0] += text;
  }
  values.insert(values.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
  set(name, std::move(values));
}

void ShellState::forget(std::string_view name) {
  ShellVariable& variable = slot(name);
  variable.known = false;
  variable.values.clear();
}

void ShellState::forget_all() {
  for (ShellVariable& variable : variables_) {
    variable.known = false;
    variable.values.clear();
  }
  sees_outside_ = false;
}

void ShellState::share(std::string_view name) {
  for (ShellVariable& variable : variables_)
    if (variable.name == name) variable.exported = true;
}

void ShellState::join(ShellState const& other) {
  for (ShellVariable const& variable : other.variables_) {
    ShellVariable const* own = find(variable.name);
    bool const same =
        own != nullptr && own->known && variable.known && own->values == variable.values;
    if (!same) forget(variable.name);
  }
  for (ShellVariable& variable : variables_)
    if (other.find(variable.name) == nullptr) {
      variable.known = false;
      variable.values.clear();
    }
  if (directory != other.directory) directory.clear();
  errexit = errexit && other.errexit;
  pipefail = pipefail && other.pipefail;
  sees_outside_ = sees_outside_ && other.sees_outside_;
  has_arguments = has_arguments && other.has_arguments && arguments == other.arguments;
  broke = broke && other.broke;
  perhaps = perhaps || other.perhaps;
}

ShellState ShellState::for_program(std::vector<std::string> given) const {
  ShellState state;
  for (ShellVariable const& variable : variables_)
    if (variable.exported) state.variables_.push_back(variable);
  state.sees_outside_ = sees_outside_;
  state.arguments = std::move(given);
  state.has_arguments = true;
  state.directory = directory;
  state.errexit = false;
  state.perhaps = perhaps;
  return state;
}

std::optional<std::string> join_path(std::string_view directory, std::string_view path) {
  std::string_view whole = path;
  std::string placed;
  for (std::string_view const root :
       {"${{ github.workspace }}", "${{github.workspace}}", "$GITHUB_WORKSPACE",
        "${GITHUB_WORKSPACE}", "$(pwd)", "$PWD", "$(git rev-parse --show-toplevel)"}) {
    if (!whole.starts_with(unknown_begin)) break;
    std::string const mark = unknown_begin + std::string(root) + unknown_end;
    if (!whole.starts_with(mark)) continue;
    placed = "." + std::string(whole.substr(mark.size()));
    whole = placed;
    if (root != "$(pwd)" && root != "$PWD") directory = ".";
  }
  if (!is_known(whole) || !is_known(directory) || directory.empty()) return std::nullopt;
  if (whole.starts_with('/') || whole.starts_with('~') || whole.size() > 512) return std::nullopt;
  std::string joined;
  for (std::string_view text : {directory, whole}) {
    while (!text.empty()) {
      std::size_t const end = std::min(text.find('/'), text.size());
      std::string_view const part = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        if (!joined.empty()) joined += '/';
        joined += part;
        continue;
      }
      if (joined.empty()) return std::nullopt;
      std::size_t const last = joined.rfind('/');
      joined.resize(last == std::string::npos ? 0 : last);
    }
  }
  if (joined.empty()) joined = ".";
  return joined;
}

}  // namespace landfall
