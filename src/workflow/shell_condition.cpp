#include "workflow/shell_condition.h"

#include <cstdint>

#include "base/text.h"
#include "workflow/expression.h"

namespace landfall {
namespace {

using Words = std::span<ShellField const>;
using Answer = std::optional<bool>;

bool is(ShellField const& field, std::string_view text) {
  return !field.quoted && field.text == text;
}

Answer negated(Answer answer) {
  return answer ? Answer(!*answer) : std::nullopt;
}

Answer compared(std::string_view sign, std::int64_t left, std::int64_t right) {
  if (sign == "-eq") return left == right;
  if (sign == "-ne") return left != right;
  if (sign == "-lt") return left < right;
  if (sign == "-le") return left <= right;
  if (sign == "-gt") return left > right;
  if (sign == "-ge") return left >= right;
  return std::nullopt;
}

Answer binary(ShellField const& left, std::string_view sign, ShellField const& right,
              bool patterns) {
  if (!is_known(left.text) || !is_known(right.text)) return std::nullopt;
  if (sign == "=" || sign == "==" || sign == "!=") {
    bool const by_pattern = patterns && !right.quoted;
    bool const same = by_pattern ? shell_matches(right.text, left.text) : left.text == right.text;
    return same == (sign != "!=");
  }
  auto const from = parse_integer(left.text);
  auto const to = parse_integer(right.text);
  return from && to ? compared(sign, *from, *to) : std::nullopt;
}

/// Without && and ||.
Answer simple(Words words, bool patterns) {
  bool invert = false;
  while (!words.empty() && is(words[0], "!")) {
    invert = !invert;
    words = words.subspan(1);
  }
  Answer answer;
  if (words.empty()) {
    answer = false;
  } else if (words.size() == 1) {
    if (is_known(words[0].text)) answer = !words[0].text.empty();
  } else if (words.size() == 2) {
    bool const known = is_known(words[1].text);
    if (known && is(words[0], "-n")) answer = !words[1].text.empty();
    if (known && is(words[0], "-z")) answer = words[1].text.empty();
  } else if (words.size() == 3) {
    answer = binary(words[0], words[1].text, words[2], patterns);
  }
  return invert ? negated(answer) : answer;
}

}  // namespace

std::optional<bool> shell_condition(std::span<ShellField const> words, bool patterns) {
  // Both join from the left where no brackets say otherwise; those are not read.
  Answer answer;
  bool is_first = true;
  bool is_or = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= words.size(); ++i) {
    bool const ends = i == words.size();
    if (!ends && (is(words[i], "(") || is(words[i], ")"))) return std::nullopt;
    bool const joins = !ends && (is(words[i], "&&") || is(words[i], "||") || is(words[i], "-a") ||
                                 is(words[i], "-o"));
    if (!ends && !joins) continue;
    Answer const part = simple(words.subspan(begin, i - begin), patterns);
    if (is_first)
      answer = part;
    else if (is_or)
      answer = answer == true || part == true ? Answer(true)
               : answer && part               ? Answer(false)
                                              : std::nullopt;
    else
      answer = answer == false || part == false ? Answer(false)
               : answer && part                 ? Answer(true)
                                                : std::nullopt;
    is_first = false;
    if (!ends) is_or = is(words[i], "||") || is(words[i], "-o");
    begin = i + 1;
  }
  return answer;
}

}  // namespace landfall
