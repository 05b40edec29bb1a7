#include "workflow/pattern.h"

namespace landfall {
namespace {

using Repeat = PatternToken::Repeat;

std::size_t index_of(char c) {
  return static_cast<unsigned char>(c);
}

}  // namespace

PatternToken one_of(char c) {
  PatternToken token;
  token.set.set(index_of(c));
  return token;
}

PatternToken anything(bool slash, PatternToken::Repeat repeat) {
  PatternToken token{.repeat = repeat};
  token.set.set();
  if (!slash) token.set.reset(index_of('/'));
  return token;
}

PatternToken bracket(std::string_view inside) {
  PatternToken token;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    bool const is_range = i + 2 < inside.size() && inside[i + 1] == '-';
    std::size_t const last = index_of(inside[is_range ? i + 2 : i]);
    for (std::size_t c = index_of(inside[i]); c <= last; ++c) token.set.set(c);
    if (is_range) i += 2;
  }
  return token;
}

void add_folders(PatternTokens& tokens) {
  tokens.push_back({.repeat = Repeat::nothing_or_two_more});
  tokens.push_back(anything(true, Repeat::any_number));
}

bool at_folder(std::string_view pattern, std::size_t at) {
  return at == 0 || pattern[at - 1] == '/';
}

PatternTokens compile_filter(std::string_view pattern) {
  PatternTokens tokens;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    char const c = pattern[at];
    std::size_t const close = c == '[' ? pattern.find(']', at + 1) : std::string_view::npos;
    bool const counts = !tokens.empty() && tokens.back().repeat == Repeat::once;
    if (c == '*') {
      bool const twice = pattern.substr(at).starts_with("**");
      bool const folders = at_folder(pattern, at) && pattern.substr(at).starts_with("**/");
      if (twice) ++at;
      if (folders)
        add_folders(tokens);
      else
        tokens.push_back(anything(twice, Repeat::any_number));
    } else if (c == '?' && counts) {
      tokens.back().repeat = Repeat::optional;
    } else if (c == '+' && counts) {
      tokens.back().repeat = Repeat::once_or_more;
    } else if (close != std::string_view::npos) {
      tokens.push_back(bracket(pattern.substr(at + 1, close - at - 1)));
      at = close;
    } else {
      bool const escapes = c == '\\' && at + 1 < pattern.size();
      tokens.push_back(one_of(escapes ? pattern[++at] : c));
    }
  }
  return tokens;
}

}  // namespace landfall
