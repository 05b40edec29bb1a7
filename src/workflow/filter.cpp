#include "workflow/filter.h"

#include <cstdint>
#include <utility>

#include "workflow/pattern.h"

namespace landfall {
namespace {

using States = std::vector<std::uint8_t>;

bool matches(std::string_view pattern, std::string_view name) {
  // Longer than any ref that git takes.
  constexpr std::size_t longest = 4096;
  if (pattern.size() > longest || name.size() > longest) return false;
  PatternTokens const tokens = compile_filter(pattern);
  States states(tokens.size() + 1, 0);
  states[0] = 1;
  skip_ahead(tokens, states);
  for (char const c : name) {
    States next(tokens.size() + 1, 0);
    step_on(tokens, states, static_cast<unsigned char>(c), next);
    states = std::move(next);
  }
  return states.back() != 0;
}

}  // namespace

bool filter_matches(std::vector<std::string> const& patterns, std::string_view name) {
  if (patterns.empty()) return true;
  bool passes = false;
  for (std::string const& pattern : patterns) {
    bool const negated = pattern.starts_with('!');
    if (matches(std::string_view(pattern).substr(negated ? 1 : 0), name)) passes = !negated;
  }
  return passes;
}

}  // namespace landfall
