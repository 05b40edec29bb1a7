// Cron as GitHub takes it: five fields, names of months and days, no `?`, `L`, `W`, `#`, `@daily`.
// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
#pragma once

#include <bitset>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace landfall {

class Cron {
 public:
  /// The error says which field is wrong, and what was expected there.
  static std::expected<Cron, std::string> parse(std::string_view text);

  /// The first minute after the instant at which it fires, in UTC; nullopt: it never does (30
  /// February). Where both days are restricted, either will do, as in every cron.
  std::optional<Instant> next(Instant after) const;

  /// The shortest time between two runs within an hour, in minutes.
  int minutes_between() const;

 private:
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;
  bool any_day_ = true;  ///< the field is `*` or `*/n`
  bool any_weekday_ = true;
};

}  // namespace landfall
