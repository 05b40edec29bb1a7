#include "workflow/signatures.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "workflow/shell_expand.h"

namespace landfall {
namespace {

/// The longest name that any table has is shorter; what is longer is in none.
constexpr std::size_t name_max = 100;

/// In lower case without allocating: `uses:` of every step of every file comes by.
struct LowerName {
  std::array<char, name_max> bytes{};
  std::size_t size = 0;

  explicit LowerName(std::string_view text) {
    if (text.size() > name_max) return;
    for (char const c : text) bytes[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  std::string_view text() const { return {bytes.data(), size}; }
};

ActionSignature const* exact(std::string_view name) {
  std::span<ActionSignature const> const all = exact_actions();
  auto const at = std::lower_bound(
      all.begin(), all.end(), name,
      [](ActionSignature const& one, std::string_view wanted) { return one.uses < wanted; });
  return at != all.end() && at->uses == name ? &*at : nullptr;
}

}  // namespace

std::string_view role_name(DeployRole role) {
  switch (role) {
    case DeployRole::deploy:
      return "deploy";
    case DeployRole::release:
      return "release";
    case DeployRole::site:
      return "site";
    case DeployRole::infrastructure:
      return "infrastructure";
  }
  return {};
}

ActionSignature const* find_action(std::string_view uses) {
  LowerName const lowered(trim(uses.substr(0, uses.find('@'))));
  std::string_view const name = lowered.text();
  std::size_t const slash = name.find('/');
  if (slash == std::string_view::npos || name[0] == '.' || name.starts_with("docker:"))
    return nullptr;
  if (ActionSignature const* found = exact(name)) return found;
  // GitHub's own are listed by name or are of no interest, and they are most of all.
  if (name.starts_with("actions/")) return nullptr;
  std::string_view const repository =
      name.substr(slash + 1, std::min(name.find('/', slash + 1), name.size()) - slash - 1);
  for (ActionSignature const& action : forked_actions())
    if (action.uses.substr(action.uses.find('/') + 1) == repository) return &action;
  for (ActionSignature const& action : pattern_actions())
    if (shell_matches(action.uses, name)) return &action;
  return nullptr;
}

InputSignature const* find_input(ActionSignature const& action, std::string_view name) {
  std::string const wanted = lower(name);
  for (InputSignature const& input : action.inputs)
    if (input.name == wanted) return &input;
  return nullptr;
}

std::optional<bool> flag_value(FlagRule rule, std::string_view text) {
  switch (rule) {
    case FlagRule::none:
      return std::nullopt;
    case FlagRule::not_false:
      return text != "false";
    case FlagRule::is_true:
      return text == "true";
    case FlagRule::filled:
      return !text.empty();
    case FlagRule::core:
      if (text == "true" || text == "True" || text == "TRUE") return true;
      if (text == "false" || text == "False" || text == "FALSE") return false;
      return std::nullopt;
  }
  return std::nullopt;
}

ProgramSignature const* find_program(std::string_view name) {
  std::span<ProgramSignature const> const all = programs();
  auto const at = std::lower_bound(
      all.begin(), all.end(), name,
      [](ProgramSignature const& one, std::string_view wanted) { return one.name < wanted; });
  return at != all.end() && at->name == name ? &*at : nullptr;
}

}  // namespace landfall
