#include "collect/ref_patterns.h"

#include <bitset>
#include <cstdint>
#include <deque>
#include <set>
#include <utility>

#include "workflow/pattern.h"

// Whether two languages meet is found by walking both automata side by side over one character of
// each class that the patterns tell apart.

namespace landfall {
namespace {

/// Longer patterns than any ref are not looked into.
constexpr std::size_t tokens_max = 255;
/// So many tokens are looked at before it cannot be told: some hundredths of a second.
constexpr std::size_t work_max = 2'000'000;

using Places = std::bitset<tokens_max + 1>;  ///< which tokens may come next
using Repeat = PatternToken::Repeat;

PatternTokens compile_policy(std::string_view pattern) {
  PatternTokens tokens;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    char const c = pattern[at];
    std::size_t const close = c == '[' ? pattern.find(']', at + 2) : std::string_view::npos;
    if (c == '*') {
      bool const folders = at_folder(pattern, at) && pattern.substr(at).starts_with("**/");
      while (at + 1 < pattern.size() && pattern[at + 1] == '*') ++at;
      if (folders)
        add_folders(tokens);
      else
        tokens.push_back(anything(false, Repeat::any_number));
    } else if (c == '?') {
      tokens.push_back(anything(false, Repeat::once));
    } else if (close != std::string_view::npos) {
      bool const negated = pattern[at + 1] == '^' || pattern[at + 1] == '!';
      std::size_t const begin = at + (negated ? 2 : 1);
      PatternToken token = bracket(pattern.substr(begin, close - begin));
      if (negated) token.set.flip();
      token.set.reset(static_cast<unsigned char>('/'));
      tokens.push_back(token);
      at = close;
    } else {
      bool const escapes = c == '\\' && at + 1 < pattern.size();
      tokens.push_back(one_of(escapes ? pattern[++at] : c));
    }
  }
  return tokens;
}

Places begin_of(PatternTokens const& tokens) {
  Places places;
  places.set(0);
  skip_ahead(tokens, places);
  return places;
}

Places after(PatternTokens const& tokens, Places const& places, std::size_t c) {
  Places next;
  step_on(tokens, places, c, next);
  return next;
}

/// Can a git ref's name hold it? git-check-ref-format(1).
bool in_names(std::size_t c) {
  return c > 0x20 && c != 0x7F &&
         std::string_view("~^:?*[\\").find(static_cast<char>(c)) == std::string_view::npos;
}

/// One character of each class that no token tells apart.
std::vector<std::size_t> alphabet_of(std::vector<PatternTokens> const& automata) {
  std::vector<std::size_t> alphabet;
  std::set<std::vector<bool>> seen;
  for (std::size_t c = 0; c < 256; ++c) {
    if (!in_names(c)) continue;
    std::vector<bool> signature;
    for (PatternTokens const& tokens : automata)
      for (PatternToken const& token : tokens) signature.push_back(token.set.test(c));
    if (seen.insert(std::move(signature)).second) alphabet.push_back(c);
  }
  return alphabet;
}

/// The policy's automaton first, then one of each pattern of the filter, in their order.
class Meeting {
 public:
  Meeting(std::string_view pattern, std::vector<std::string> const& filter) {
    automata_.push_back(compile_policy(pattern));
    for (std::string const& each : filter) {
      bool const negated = each.starts_with('!');
      negated_.push_back(negated);
      automata_.push_back(compile_filter(std::string_view(each).substr(negated ? 1 : 0)));
    }
  }

  /// May they meet? Yes too if they cannot be followed to the end.
  bool possible() {
    State begin;
    std::size_t size = 0;
    for (PatternTokens const& tokens : automata_) {
      if (tokens.size() > tokens_max - 3) return true;
      begin.push_back(begin_of(tokens));
      size += tokens.size() + 1;
    }
    std::vector<std::size_t> const alphabet = alphabet_of(automata_);
    std::deque<State> open;
    std::size_t work = 0;
    visit(std::move(begin), open);
    while (!open.empty()) {
      work += size * alphabet.size();
      if (work > work_max) return true;
      State const state = std::move(open.front());
      open.pop_front();
      for (std::size_t const c : alphabet) {
        State next;
        for (std::size_t i = 0; i < automata_.size(); ++i)
          next.push_back(after(automata_[i], state[i], c));
        if (next[0].none()) continue;
        if (accepts(next)) return true;
        visit(std::move(next), open);
      }
    }
    return false;
  }

 private:
  using State = std::vector<Places>;

  void visit(State state, std::deque<State>& open) {
    std::string key;
    for (std::size_t each = 0; each < state.size(); ++each) {
      for (std::size_t i = 0; i <= automata_[each].size(); ++i)
        if (state[each][i]) key += static_cast<char>(i + 1);
      key += '\0';
    }
    if (seen_.insert(std::move(key)).second) open.push_back(std::move(state));
  }

  bool accepts(State const& state) const {
    if (!state[0][automata_[0].size()]) return false;
    bool passes = negated_.empty();
    for (std::size_t i = 0; i < negated_.size(); ++i)
      if (state[i + 1][automata_[i + 1].size()]) passes = !negated_[i];
    return passes;
  }

  std::vector<PatternTokens> automata_;
  std::vector<bool> negated_;
  std::set<std::string> seen_;
};

}  // namespace

bool policy_matches(std::string_view pattern, std::string_view name) {
  PatternTokens const tokens = compile_policy(pattern);
  if (tokens.size() > tokens_max - 3) return false;
  Places places = begin_of(tokens);
  for (char const c : name) places = after(tokens, places, static_cast<unsigned char>(c));
  return places[tokens.size()];
}

bool policy_meets_filter(std::string_view pattern, std::vector<std::string> const& filter) {
  if (pattern.find('{') != std::string_view::npos) return true;
  return Meeting(pattern, filter).possible();
}

}  // namespace landfall
