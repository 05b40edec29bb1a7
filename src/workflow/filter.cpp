#include <array>
#include <bitset>
#include <cstdint>

#include "workflow/filter.h"

// GitHub's patterns are no shell globs: `?` and `+` count the character before them, and `**/` may
// stand for nothing. A pattern becomes a row of tokens and is run as an automaton, so that no
// pattern takes more than its length times the name's.

namespace landfall {
namespace {

enum class Repeat { once, optional, once_or_more, any_number, nothing_or_two_more };

struct Token {
  std::bitset<256> set;
  Repeat repeat = Repeat::once;
};

std::size_t index_of(char c) {
  return static_cast<unsigned char>(c);
}

Token one(char c) {
  Token token;
  token.set.set(index_of(c));
  return token;
}

/// The characters between brackets; reads on from `at`, which stands behind the opening one.
Token bracket(std::string_view pattern, std::size_t& at, std::size_t close) {
  Token token;
  for (; at < close; ++at) {
    bool const is_range = at + 2 < close && pattern[at + 1] == '-';
    std::size_t const last = index_of(pattern[is_range ? at + 2 : at]);
    for (std::size_t c = index_of(pattern[at]); c <= last; ++c) token.set.set(c);
    if (is_range) at += 2;
  }
  return token;
}

void add_star(std::vector<Token>& tokens, std::string_view pattern, std::size_t& at) {
  bool const twice = pattern.substr(at).starts_with("**");
  bool const folder_begins = at == 0 || pattern[at - 1] == '/';
  if (twice) ++at;
  Token star{.repeat = Repeat::any_number};
  star.set.set();
  if (!twice) star.set.reset(index_of('/'));
  // `**/` is any number of folders, none of them too: skip itself, the star and the slash.
  if (twice && folder_begins && pattern.substr(at + 1).starts_with('/'))
    tokens.push_back({.repeat = Repeat::nothing_or_two_more});
  tokens.push_back(star);
}

std::vector<Token> compile(std::string_view pattern) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    char const c = pattern[at];
    std::size_t const close = c == '[' ? pattern.find(']', at + 1) : std::string_view::npos;
    bool const counts = !tokens.empty() && tokens.back().repeat == Repeat::once;
    if (c == '*') {
      add_star(tokens, pattern, at);
    } else if (c == '?' && counts) {
      tokens.back().repeat = Repeat::optional;
    } else if (c == '+' && counts) {
      tokens.back().repeat = Repeat::once_or_more;
    } else if (close != std::string_view::npos) {
      tokens.push_back(bracket(pattern, ++at, close));
      at = close;
    } else if (c == '\\' && at + 1 < pattern.size()) {
      tokens.push_back(one(pattern[++at]));
    } else {
      tokens.push_back(one(c));
    }
  }
  return tokens;
}

using States = std::vector<std::uint8_t>;

/// What can be reached without a character; all such steps lead forward.
void skip_ahead(std::vector<Token> const& tokens, States& states) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (states[i] == 0) continue;
    switch (tokens[i].repeat) {
      case Repeat::once:
      case Repeat::once_or_more:
        break;
      case Repeat::optional:
      case Repeat::any_number:
        states[i + 1] = 1;
        break;
      case Repeat::nothing_or_two_more:
        states[i + 1] = states[i + 3] = 1;
        break;
    }
  }
}

bool matches(std::string_view pattern, std::string_view name) {
  // Longer than any ref that git takes.
  constexpr std::size_t longest = 4096;
  if (pattern.size() > longest || name.size() > longest) return false;
  std::vector<Token> const tokens = compile(pattern);
  States states(tokens.size() + 1, 0);
  states[0] = 1;
  skip_ahead(tokens, states);
  for (char const c : name) {
    States next(tokens.size() + 1, 0);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (states[i] == 0 || !tokens[i].set.test(index_of(c))) continue;
      Repeat const repeat = tokens[i].repeat;
      if (repeat != Repeat::any_number) next[i + 1] = 1;
      if (repeat == Repeat::any_number || repeat == Repeat::once_or_more) next[i] = 1;
    }
    states = std::move(next);
    skip_ahead(tokens, states);
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
