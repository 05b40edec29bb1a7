#include "workflow/deploy_step_words.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/shell_expand.h"
#include "workflow/shell_scan.h"
#include "workflow/shell_wrappers.h"

namespace landfall {
namespace {

bool is_alternative(std::string_view names, std::string_view word) {
  std::size_t begin = 0;
  while (begin <= names.size()) {
    std::size_t const end = std::min(names.find('|', begin), names.size());
    if (names.substr(begin, end - begin) == word) return true;
    begin = end + 1;
  }
  return false;
}

bool is_option(std::string_view word) {
  return word.size() > 1 && word[0] == '-';
}

/// Where the name in an address ends: an unknown piece is one.
std::size_t name_end(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    char const c = text[at];
    if (c == unknown_begin)
      at = skip_shell_piece(text, at);
    else if (std::string_view("/?#&:@ ").find(c) != std::string_view::npos)
      break;
    else
      ++at;
  }
  return at;
}

/// Where the name begins that ends before a place.
std::size_t name_begin(std::string_view text, std::size_t at) {
  while (at > 0) {
    char const c = text[at - 1];
    if (c == unknown_end) {
      std::size_t const begin = text.rfind(unknown_begin, at - 1);
      at = begin == std::string_view::npos ? 0 : begin;
    } else if (std::string_view("/?#&:@ ").find(c) != std::string_view::npos) {
      break;
    } else {
      --at;
    }
  }
  return at;
}

struct AddressWalk {
  std::string_view address;
  AddressMatch found;
  std::size_t at = 0;

  void keep(std::string_view name, std::string_view text) {
    if (name == "{target}") found.target = text;
    if (name == "{within}") found.within = text;
  }

  /// What follows the first literal piece.
  bool follow(std::string_view pattern) {
    while (!pattern.empty()) {
      if (pattern[0] == '{') {
        std::size_t const close = pattern.find('}') + 1;
        std::size_t const end = name_end(address, at);
        if (end == at) return false;
        keep(pattern.substr(0, close), address.substr(at, end - at));
        at = end;
        pattern.remove_prefix(close);
        continue;
      }
      std::size_t const size = std::min(pattern.find('{'), pattern.size());
      if (!address.substr(at).starts_with(pattern.substr(0, size))) return false;
      at += size;
      pattern.remove_prefix(size);
    }
    // `/apps/x/builds` is not `/apps/x/buildsomething`.
    return at >= address.size() || !is_name_char(address[at]) || !is_name_char(address[at - 1]) ||
           address[at - 1] == '/';
  }
};

}  // namespace

std::string_view program_of(ShellCommand const& command) {
  return command.words.empty() ? std::string_view() : program_name(command.words[0]);
}

std::vector<std::string_view> option_values(std::span<std::string const> words,
                                            std::string_view names) {
  std::vector<std::string_view> values;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string_view const word = words[i];
    if (!is_option(word)) continue;
    std::size_t const equals = word.find('=');
    if (is_alternative(names, word.substr(0, equals))) {
      if (equals != std::string_view::npos)
        values.push_back(word.substr(equals + 1));
      else if (i + 1 < words.size())
        values.push_back(words[++i]);
    } else if (word[1] != '-' && word.size() > 2 && is_alternative(names, word.substr(0, 2))) {
      values.push_back(word.substr(2));
    }
  }
  return values;
}

std::optional<std::string_view> option_value(std::span<std::string const> words,
                                             std::string_view names) {
  std::vector<std::string_view> const values = option_values(words, names);
  return values.empty() ? std::nullopt : std::optional(values.back());
}

bool has_option(std::span<std::string const> words, std::string_view pattern) {
  bool const is_plain = pattern.find('*') == std::string_view::npos;
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return is_plain ? word == pattern : shell_matches(pattern, word);
  });
}

std::optional<std::vector<std::string_view>> arguments_after(
    std::span<std::string const> words, std::span<std::string_view const> commands,
    std::span<std::string_view const> values) {
  std::vector<std::string_view> plain;
  std::size_t next = 0;
  bool after_option = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string_view const word = words[i];
    if (is_option(word)) {
      bool const takes = std::find(values.begin(), values.end(), word) != values.end();
      if (takes) ++i;
      after_option = !takes && word.find('=') == std::string_view::npos;
      continue;
    }
    if (next < commands.size()) {
      if (is_alternative(commands[next], word))
        ++next;
      else if (!after_option)
        return std::nullopt;
      // Else it may be the value of an option that nobody listed.
    } else {
      plain.push_back(word);
    }
    after_option = false;
  }
  return next == commands.size() ? std::optional(std::move(plain)) : std::nullopt;
}

std::optional<AddressMatch> match_address(std::string_view address, std::string_view pattern) {
  std::string_view first_name;
  if (pattern.starts_with('{')) {
    std::size_t const close = pattern.find('}') + 1;
    first_name = pattern.substr(0, close);
    pattern.remove_prefix(close);
  }
  std::string_view const literal = pattern.substr(0, pattern.find('{'));
  std::size_t const found = address.find(literal);
  if (found == std::string_view::npos) return std::nullopt;
  AddressWalk walk{address, {}, found + literal.size()};
  if (!first_name.empty()) {
    std::size_t const begin = name_begin(address, found);
    if (begin == found) return std::nullopt;
    walk.keep(first_name, address.substr(begin, found - begin));
  }
  if (!walk.follow(pattern.substr(literal.size()))) return std::nullopt;
  for (std::string* name : {&walk.found.target, &walk.found.within})
    if (name->ends_with(".git")) name->resize(name->size() - 4);
  return std::move(walk.found);
}

bool sends_data(ShellCommand const& command) {
  std::vector<std::string> const& words = command.words;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word == "POST" || word == "PUT" || word == "PATCH") return true;
    if (word == "-d" || word == "-F" || word == "--json" || word == "--form" || word == "-T" ||
        word == "--upload-file" || word.starts_with("--data") || word.starts_with("--post-data") ||
        word.starts_with("--post-file") || word.starts_with("--body-data"))
      return true;
    for (std::string_view const method : {"--request=", "--method=", "-X"}) {
      if (!word.starts_with(method)) continue;
      std::string_view const value = word.substr(method.size());
      if (value == "POST" || value == "PUT" || value == "PATCH") return true;
    }
    // `-sXPOST` and `-Method Post`.
    if (word.size() > 4 && word[0] == '-' && word[1] != '-' && word.ends_with("XPOST")) return true;
    if (lower(word) == "-method" && i + 1 < words.size() && lower(words[i + 1]) == "post")
      return true;
  }
  return false;
}

std::string unknown_text(std::string_view text) {
  return shell_unknown(text);
}

}  // namespace landfall
