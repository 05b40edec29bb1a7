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

/// Is the first word of a pattern in a name: else the pattern need not be tried.
bool has_first_word(std::string_view name, std::string_view pattern) {
  std::size_t begin = 0;
  while (begin < pattern.size() && (pattern[begin] == '*' || pattern[begin] == '/')) ++begin;
  std::size_t end = begin;
  while (end < pattern.size() && pattern[end] != '*' && pattern[end] != '?' && pattern[end] != '\\')
    ++end;
  return name.find(pattern.substr(begin, end - begin)) != std::string_view::npos;
}

/// Where the programs of each first letter begin.
struct ProgramPlaces {
  std::array<std::size_t, 257> begins{};

  ProgramPlaces() {
    std::span<ProgramSignature const> const all = programs();
    std::size_t at = 0;
    for (std::size_t letter = 0; letter <= 256; ++letter) {
      while (at < all.size() && static_cast<unsigned char>(all[at].name[0]) < letter) ++at;
      begins[letter] = at;
    }
  }
};

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
    if (has_first_word(name, action.uses) && shell_matches(action.uses, name)) return &action;
  return nullptr;
}

InputSignature const* find_input(ActionSignature const& action, std::string_view name) {
  std::string const wanted = lower(name);
  for (InputSignature const& input : action.inputs)
    if (input.name == wanted) return &input;
  return nullptr;
}

bool has_input(InputSignature const& input, std::string_view uses) {
  std::size_t const at = uses.find('@');
  if (input.since.empty() || at == std::string_view::npos) return true;
  std::string_view version = uses.substr(at + 1);
  if (version.starts_with('v')) version.remove_prefix(1);
  std::vector<std::string> const pinned = split(version, '.');
  std::vector<std::string> const first = split(input.since, '.');
  // `v3` moves along; only a whole version is an old one for good.
  if (pinned.size() != first.size()) return true;
  for (std::size_t i = 0; i < pinned.size(); ++i) {
    auto const a = parse_integer(pinned[i]);
    auto const b = parse_integer(first[i]);
    if (!a || !b) return true;
    if (*a != *b) return *a > *b;
  }
  return true;
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
  static ProgramPlaces const places;
  if (name.empty()) return nullptr;
  auto const letter = static_cast<unsigned char>(name[0]);
  std::size_t const begin = places.begins[letter];
  for (ProgramSignature const& one : programs().subspan(begin, places.begins[letter + 1U] - begin))
    if (one.name == name) return &one;
  return nullptr;
}

}  // namespace landfall
