#include "base/time.h"

#include <fmt/core.h>

#include <charconv>
#include <cstdlib>

namespace landfall {
namespace {

struct Cursor {
  std::string_view rest;

  bool eat(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  /// Exactly `width` digits, or -1.
  int digits(std::size_t width) {
    if (rest.size() < width) return -1;
    int value = 0;
    auto const [end, error] = std::from_chars(rest.data(), rest.data() + width, value);
    if (error != std::errc{} || end != rest.data() + width || rest.front() == '-') return -1;
    rest.remove_prefix(width);
    return value;
  }
};

Result<Duration> parse_zone(Cursor& at, std::string_view whole) {
  if (at.eat('Z') || at.eat('z')) return Duration{0};
  bool const east = at.rest.starts_with('+');
  if (!at.eat('+') && !at.eat('-'))
    return fail(ErrorKind::usage, fmt::format("'{}' has no zone: end it with Z or +hh:mm", whole));
  int const hours = at.digits(2);
  at.eat(':');
  int const minutes = at.digits(2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59)
    return fail(ErrorKind::usage, fmt::format("'{}' has a broken zone: expected +hh:mm", whole));
  Duration const offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return east ? offset : -offset;
}

Result<Duration> parse_clock(Cursor& at, std::string_view whole) {
  auto const broken = [&] {
    return fail(ErrorKind::usage,
                fmt::format("'{}' has a broken time: expected hh:mm[:ss]", whole));
  };
  int const hour = at.digits(2);
  if (hour < 0 || hour > 23 || !at.eat(':')) return broken();
  int const minute = at.digits(2);
  if (minute < 0 || minute > 59) return broken();
  Duration time = std::chrono::hours(hour) + std::chrono::minutes(minute);
  if (!at.eat(':')) return time;
  int const second = at.digits(2);
  if (second < 0 || second > 60) return broken();
  time += std::chrono::seconds(second);
  if (!at.eat('.')) return time;
  int scale = 100;
  while (!at.rest.empty() && at.rest.front() >= '0' && at.rest.front() <= '9') {
    time += Duration(scale * (at.rest.front() - '0'));
    scale /= 10;
    at.rest.remove_prefix(1);
  }
  return time;
}

}  // namespace

std::int64_t epoch_seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

Instant from_epoch_seconds(std::int64_t seconds) {
  return Instant(std::chrono::seconds(seconds));
}

std::string iso8601(Instant instant) {
  auto const day = std::chrono::floor<std::chrono::days>(instant);
  std::chrono::year_month_day const date{day};
  std::chrono::hh_mm_ss const time{std::chrono::floor<std::chrono::seconds>(instant - day)};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string to_minutes(Instant instant) {
  std::string text = iso8601(instant);
  text[10] = ' ';
  return text.substr(0, 16) + " UTC";
}

Result<Instant> parse_instant(std::string_view text) {
  Cursor at{text};
  int const year = at.digits(4);
  bool const first = at.eat('-');
  int const month = at.digits(2);
  bool const second = at.eat('-');
  int const day = at.digits(2);
  std::chrono::year_month_day const date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 0 || month < 0 || day < 0 || !first || !second || !date.ok())
    return fail(ErrorKind::usage,
                fmt::format("'{}' is not a time: expected one like 2026-04-25T00:00Z", text));
  Instant instant{std::chrono::sys_days(date)};
  if (at.rest.empty()) return instant;
  if (!at.eat('T') && !at.eat(' '))
    return fail(ErrorKind::usage,
                fmt::format("'{}' is not a time: expected T after the date", text));
  instant += TRY(parse_clock(at, text));
  instant -= TRY(parse_zone(at, text));
  if (!at.rest.empty())
    return fail(ErrorKind::usage,
                fmt::format("'{}' is not a time: '{}' is too much", text, at.rest));
  return instant;
}

Result<Duration> parse_duration(std::string_view text) {
  auto const broken = [&] {
    return fail(ErrorKind::usage,
                fmt::format("'{}' is not a duration: expected one like 90s, 5m, 36h, 8d", text));
  };
  if (text == "0") return Duration{0};
  Duration total{0};
  std::string_view rest = text;
  while (!rest.empty()) {
    std::int64_t count = 0;
    auto const [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    // A century is longer than anything that is waited for; far from overflow, the sum too.
    if (total > std::chrono::hours(24) * 36'525) return broken();
    if (error != std::errc{} || count < 0 || count > 3'200'000'000 || rest.empty()) return broken();
    if (rest.starts_with("ms")) {
      total += Duration(count);
      rest.remove_prefix(2);
      continue;
    }
    switch (rest.front()) {
      case 's':
        total += std::chrono::seconds(count);
        break;
      case 'm':
        total += std::chrono::minutes(count);
        break;
      case 'h':
        total += std::chrono::hours(count);
        break;
      case 'd':
        total += std::chrono::days(count);
        break;
      case 'w':
        total += std::chrono::weeks(count);
        break;
      default:
        return broken();
    }
    rest.remove_prefix(1);
  }
  if (text.empty()) return broken();
  return total;
}

std::string human(Duration duration) {
  std::int64_t const seconds = std::llabs(duration.count()) / 1000;
  struct Unit {
    std::int64_t size;
    char const* one;
    char const* many;
  };
  static constexpr Unit units[] = {
      {86400, "day", "days"}, {3600, "h", "h"}, {60, "min", "min"}, {1, "s", "s"}};
  std::string text;
  std::int64_t rest = seconds;
  int shown = 0;
  for (Unit const& unit : units) {
    std::int64_t const count = rest / unit.size;
    rest %= unit.size;
    if (count == 0 && shown == 0 && unit.size > 1) continue;
    if (count > 0 || shown == 0)
      text +=
          fmt::format("{}{} {}", text.empty() ? "" : " ", count, count == 1 ? unit.one : unit.many);
    if (++shown == 2) break;
  }
  return text;
}

}  // namespace landfall
