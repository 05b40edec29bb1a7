// Patterns of names as rows of tokens that are run as an automaton, so that no pattern takes more
// than its length times the name's. Two dialects are made of them: GitHub's filters (filter.h) and
// its deployment branch policies.
#pragma once

#include <bitset>
#include <cstddef>
#include <string_view>
#include <vector>

namespace landfall {

struct PatternToken {
  enum class Repeat {
    once,
    optional,
    once_or_more,
    any_number,
    nothing_or_two_more  ///< before `**/`: skip itself, the star and the slash, or nothing
  };
  std::bitset<256> set{};  ///< of bytes
  Repeat repeat = Repeat::once;
};
using PatternTokens = std::vector<PatternToken>;

PatternToken one_of(char c);
/// Everything but a slash, or everything.
PatternToken anything(bool slash, PatternToken::Repeat repeat);
/// The characters and ranges between brackets.
PatternToken bracket(std::string_view inside);
/// `**/` is any number of folders, none of them too.
void add_folders(PatternTokens& tokens);
/// Does a folder begin at this place of a pattern.
bool at_folder(std::string_view pattern, std::size_t at);

/// The dialect of workflow filters, in which `?` and `+` count the character before them.
/// docs.github.com "Workflow syntax", Filter pattern cheat sheet.
PatternTokens compile_filter(std::string_view pattern);

/// What can be reached without a character; all such steps lead forward. `Places` is indexed by
/// token, and holds one more: the end.
template <class Places>
void skip_ahead(PatternTokens const& tokens, Places& places) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!places[i]) continue;
    switch (tokens[i].repeat) {
      case PatternToken::Repeat::once:
      case PatternToken::Repeat::once_or_more:
        break;
      case PatternToken::Repeat::optional:
      case PatternToken::Repeat::any_number:
        places[i + 1] = true;
        break;
      case PatternToken::Repeat::nothing_or_two_more:
        places[i + 1] = true;
        places[i + 3] = true;
        break;
    }
  }
}

/// Adds to `next`, which is empty, where a byte leads from these places.
template <class Places>
void step_on(PatternTokens const& tokens, Places const& places, std::size_t byte, Places& next) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!places[i] || !tokens[i].set.test(byte)) continue;
    PatternToken::Repeat const repeat = tokens[i].repeat;
    bool const stays =
        repeat == PatternToken::Repeat::any_number || repeat == PatternToken::Repeat::once_or_more;
    if (repeat != PatternToken::Repeat::any_number) next[i + 1] = true;
    if (stays) next[i] = true;
  }
  skip_ahead(tokens, next);
}

}  // namespace landfall
