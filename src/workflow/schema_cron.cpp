// Cron as GitHub takes it: five fields, names of months and days, no `?`, `L`, `W`, `#`, `@daily`.
// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "workflow/schema_rules.h"

namespace landfall::grammar {
namespace {

struct Field {
  std::string_view name;
  int low;
  int high;
  std::span<std::string_view const> names;  ///< of `low` and what follows
};

constexpr std::string_view months[]{"jan", "feb", "mar", "apr", "may", "jun",
                                    "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view days[]{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

constexpr std::array fields{Field{"minute", 0, 59, {}}, Field{"hour", 0, 23, {}},
                            Field{"day of the month", 1, 31, {}}, Field{"month", 1, 12, months},
                            Field{"day of the week", 0, 6, days}};

/// Every minute, hour, day and month by its own number is less.
constexpr std::size_t longest = 1000;

std::optional<int> number_in(Field const& field, std::string_view text) {
  for (std::size_t i = 0; i < field.names.size(); ++i)
    if (lower(text) == field.names[i]) return field.low + static_cast<int>(i);
  if (text.empty() || text.size() > 4) return std::nullopt;
  int number = 0;
  for (char const c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number >= field.low && number <= field.high ? std::optional(number) : std::nullopt;
}

/// `*`, a number or name, or a range of these.
bool is_range(Field const& field, std::string_view text) {
  if (text == "*" || number_in(field, text)) return true;
  std::size_t const dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  std::optional<int> const first = number_in(field, text.substr(0, dash));
  std::optional<int> const last = number_in(field, text.substr(dash + 1));
  return first && last && *first <= *last;
}

bool is_part(Field const& field, std::string_view text) {
  std::size_t const slash = text.find('/');
  if (!is_range(field, text.substr(0, slash))) return false;
  if (slash == std::string_view::npos) return true;
  std::string_view const step = text.substr(slash + 1);
  Field const numbers{field.name, 1, field.high, {}};
  return number_in(numbers, step).has_value();
}

std::vector<std::string> words_of(std::string_view cron) {
  std::vector<std::string> words;
  for (std::string& word : split(cron, ' '))
    if (!word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace

std::string cron_problem(std::string_view cron) {
  std::vector<std::string> const words = words_of(cron.substr(0, longest));
  bool const is_padded = cron.starts_with(' ') || cron.ends_with(' ');
  if (words.size() != fields.size() || is_padded || cron.size() > longest)
    return fmt::format("expected five fields (minute hour day month weekday), found '{}'",
                       excerpt(cron));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    Field const& field = fields[i];
    std::vector<std::string> const parts = split(words[i], ',');
    for (std::string const& part : parts)
      if (!is_part(field, part))
        return fmt::format("{}: expected {} to {}{}, `*`, a range or a list of these, found '{}'",
                           field.name, field.low, field.high,
                           field.names.empty() ? ""
                                               : fmt::format(" (or {} to {})", field.names.front(),
                                                             field.names.back()),
                           excerpt(words[i]));
  }
  return {};
}

int cron_minutes(std::string_view cron) {
  std::string const minutes = words_of(cron).front();
  std::array<bool, 60> runs{};
  for (std::string const& part : split(minutes, ',')) {
    std::size_t const slash = part.find('/');
    std::string const range = part.substr(0, slash);
    std::size_t const dash = range.find('-');
    int const first = range == "*" ? 0 : static_cast<int>(*parse_integer(range.substr(0, dash)));
    int last = range == "*" || slash != std::string::npos ? 59 : first;
    if (dash != std::string::npos) last = static_cast<int>(*parse_integer(range.substr(dash + 1)));
    int const step =
        slash == std::string::npos ? 1 : static_cast<int>(*parse_integer(part.substr(slash + 1)));
    for (int minute = first; minute <= last; minute += step)
      runs[static_cast<std::size_t>(minute)] = true;
  }
  int shortest = 60;
  int previous = -1;
  int first_run = -1;
  for (int minute = 0; minute < 60; ++minute) {
    if (!runs[static_cast<std::size_t>(minute)]) continue;
    if (previous >= 0) shortest = std::min(shortest, minute - previous);
    if (first_run < 0) first_run = minute;
    previous = minute;
  }
  return std::min(shortest, first_run + 60 - previous);
}

}  // namespace landfall::grammar
