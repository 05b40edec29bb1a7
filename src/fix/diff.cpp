#include "fix/diff.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "base/text.h"

namespace landfall {
namespace {

struct Edit {
  char sign;  ///< ' ', '-' or '+'
  std::string line;
};

/// The shortest way from one list of lines to the other, by their longest common subsequence.
std::vector<Edit> changed_way(std::span<std::string const> a, std::span<std::string const> b) {
  std::vector<std::vector<std::size_t>> common(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  std::vector<Edit> way;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      way.push_back({' ', a[i]});
      ++i;
      ++j;
    } else if (j >= b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      way.push_back({'-', a[i++]});
    } else {
      way.push_back({'+', b[j++]});
    }
  }
  return way;
}

/// The same for whole files: what is equal at both ends costs nothing, and what is so long between
/// them that the table would fill the memory is shown as replaced.
std::vector<Edit> edits(std::span<std::string const> a, std::span<std::string const> b) {
  constexpr std::size_t table_max = 4'000'000;
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;
  std::span const middle_a = a.subspan(head, a.size() - head - tail);
  std::span const middle_b = b.subspan(head, b.size() - head - tail);
  std::vector<Edit> way;
  for (std::size_t i = 0; i < head; ++i) way.push_back({' ', a[i]});
  if (middle_a.size() < table_max / (middle_b.size() + 1)) {
    for (Edit& edit : changed_way(middle_a, middle_b)) way.push_back(std::move(edit));
  } else {
    for (std::string const& line : middle_a) way.push_back({'-', line});
    for (std::string const& line : middle_b) way.push_back({'+', line});
  }
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) way.push_back({' ', a[i]});
  return way;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view file) {
  std::vector<std::string> const old_lines = lines_of(before);
  std::vector<std::string> const new_lines = lines_of(after);
  std::vector<Edit> const way = edits(old_lines, new_lines);
  std::vector<bool> shown(way.size(), false);
  constexpr std::size_t context = 3;
  bool any = false;
  for (std::size_t i = 0; i < way.size(); ++i) {
    if (way[i].sign == ' ') continue;
    any = true;
    for (std::size_t k = i < context ? 0 : i - context; k <= i + context && k < way.size(); ++k)
      shown[k] = true;
  }
  if (!any) return {};
  std::string text = fmt::format("--- a/{0}\n+++ b/{0}\n", file);
  std::size_t line_a = 1;
  std::size_t line_b = 1;
  for (std::size_t i = 0; i < way.size(); ++i) {
    if (shown[i] && (i == 0 || !shown[i - 1])) {
      std::size_t count_a = 0;
      std::size_t count_b = 0;
      for (std::size_t k = i; k < way.size() && shown[k]; ++k) {
        count_a += way[k].sign != '+' ? 1U : 0U;
        count_b += way[k].sign != '-' ? 1U : 0U;
      }
      text += fmt::format("@@ -{},{} +{},{} @@\n", line_a, count_a, line_b, count_b);
    }
    if (shown[i]) text += fmt::format("{}{}\n", way[i].sign, way[i].line);
    line_a += way[i].sign != '+' ? 1U : 0U;
    line_b += way[i].sign != '-' ? 1U : 0U;
  }
  return text;
}

}  // namespace landfall
