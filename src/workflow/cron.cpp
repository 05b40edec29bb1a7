#include "workflow/cron.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/text.h"

namespace landfall {
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

struct Range {
  int first = 0;
  int last = 0;
  int step = 1;
};

/// `*`, a number or name, or a range of these, with `/step` or without.
std::optional<Range> range_in(Field const& field, std::string_view text) {
  std::size_t const slash = text.find('/');
  std::string_view const whole = text.substr(0, slash);
  std::size_t const dash = whole.find('-');
  Range range{field.low, field.high, 1};
  if (whole != "*") {
    std::optional<int> const first = number_in(field, whole.substr(0, dash));
    std::optional<int> const last =
        dash == std::string_view::npos ? first : number_in(field, whole.substr(dash + 1));
    if (!first || !last || *first > *last) return std::nullopt;
    // `5/15` is `5-59/15`.
    bool const is_open = dash == std::string_view::npos && slash != std::string_view::npos;
    range = {*first, is_open ? field.high : *last, 1};
  }
  if (slash == std::string_view::npos) return range;
  std::optional<int> const step =
      number_in({field.name, 1, field.high, {}}, text.substr(slash + 1));
  if (!step) return std::nullopt;
  range.step = *step;
  return range;
}

template <std::size_t N>
std::string fill(Field const& field, std::string const& text, std::bitset<N>& set) {
  for (std::string const& part : split(text, ',')) {
    std::optional<Range> const range = range_in(field, part);
    if (!range)
      return fmt::format("{}: expected {} to {}{}, `*`, a range or a list of these, found '{}'",
                         field.name, field.low, field.high,
                         field.names.empty() ? ""
                                             : fmt::format(" (or {} to {})", field.names.front(),
                                                           field.names.back()),
                         printable(shortened(text, 60)));
    for (int i = range->first; i <= range->last; i += range->step)
      set.set(static_cast<std::size_t>(i));
  }
  return {};
}

}  // namespace

std::expected<Cron, std::string> Cron::parse(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : split(text.substr(0, longest), ' '))
    if (!word.empty()) words.push_back(std::move(word));
  bool const is_padded = text.starts_with(' ') || text.ends_with(' ');
  if (words.size() != fields.size() || is_padded || text.size() > longest)
    return std::unexpected(
        fmt::format("expected five fields (minute hour day month weekday), found '{}'",
                    printable(shortened(text, 60))));
  Cron cron;
  for (std::string const& problem :
       {fill(fields[0], words[0], cron.minutes_), fill(fields[1], words[1], cron.hours_),
        fill(fields[2], words[2], cron.days_), fill(fields[3], words[3], cron.months_),
        fill(fields[4], words[4], cron.weekdays_)})
    if (!problem.empty()) return std::unexpected(problem);
  cron.any_day_ = words[2].starts_with('*');
  cron.any_weekday_ = words[4].starts_with('*');
  return cron;
}

std::optional<Instant> Cron::next(Instant after) const {
  using std::chrono::days;
  // 29 February comes once in eight years where a century lies between.
  constexpr int days_max = 9 * 366;
  auto const start = std::chrono::floor<std::chrono::minutes>(after) + 1min;
  auto day = std::chrono::floor<days>(start);
  for (int i = 0; i < days_max; ++i, day += days(1)) {
    std::chrono::year_month_day const date(day);
    bool const day_fits = days_.test(static_cast<unsigned>(date.day()));
    bool const weekday_fits = weekdays_.test(std::chrono::weekday(day).c_encoding());
    bool const either = !any_day_ && !any_weekday_;
    bool const fits = either ? day_fits || weekday_fits : day_fits && weekday_fits;
    if (!fits || !months_.test(static_cast<unsigned>(date.month()))) continue;
    auto minute = std::max<std::chrono::sys_time<std::chrono::minutes>>(start, day);
    for (; minute < day + days(1); minute += 1min) {
      auto const of_day = (minute - day).count();
      if (hours_.test(static_cast<std::size_t>(of_day / 60)) &&
          minutes_.test(static_cast<std::size_t>(of_day % 60)))
        return Instant(minute);
    }
  }
  return std::nullopt;
}

int Cron::minutes_between() const {
  int shortest = 60;
  int first = -1;
  int previous = -1;
  for (int minute = 0; minute < 60; ++minute) {
    if (!minutes_.test(static_cast<std::size_t>(minute))) continue;
    if (previous >= 0) shortest = std::min(shortest, minute - previous);
    if (first < 0) first = minute;
    previous = minute;
  }
  return std::min(shortest, first + 60 - previous);
}

}  // namespace landfall
