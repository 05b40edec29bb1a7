// Heroku's paging: `Range: version ]3..; max=10, order=desc` in, 206 and Next-Range out.
#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "base/text.h"
#include "sandbox/heroku.h"

namespace landfall::sandbox {
namespace {

struct Range {
  std::string field;
  std::string first;
  bool after_first = false;  ///< "]" before the value: it is not included
  std::string last;
  std::size_t max = 200;
  bool descending = false;
};

std::optional<Range> unreadable() {
  return std::nullopt;
}

/// One of the parts after the interval: "max=10" or "order=desc".
bool read_option(std::string_view text, Range& range) {
  std::size_t const equals = text.find('=');
  if (equals == std::string_view::npos) return false;
  std::string_view const name = trim(text.substr(0, equals));
  std::string_view const value = trim(text.substr(equals + 1));
  if (name == "order") {
    range.descending = value == "desc";
    return value == "asc" || value == "desc";
  }
  auto const max = parse_integer(value);
  if (name != "max" || !max || *max < 1 || *max > 1000) return false;
  range.max = static_cast<std::size_t>(*max);
  return true;
}

std::optional<Range> read_range(std::string_view header, std::string_view field) {
  Range range{.field = std::string(field)};
  std::vector<std::string> const parts = split(replace_all(std::string(header), ",", ";"), ';');
  std::string_view const interval = trim(parts[0]);
  if (!interval.empty()) {
    std::size_t const blank = interval.find(' ');
    std::size_t const dots = interval.find("..", blank == std::string_view::npos ? 0 : blank);
    if (blank == std::string_view::npos || dots == std::string_view::npos) return unreadable();
    range.field = interval.substr(0, blank);
    std::string_view first = trim(interval.substr(blank, dots - blank));
    range.after_first = first.starts_with(']');
    if (range.after_first) first.remove_prefix(1);
    range.first = first;
    range.last = trim(interval.substr(dots + 2));
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::string_view const option = trim(parts[i]);
    if (!option.empty() && !read_option(option, range)) return unreadable();
  }
  return range;
}

/// A field's value, read once for all comparisons.
struct Value {
  explicit Value(std::string of_field) : text(std::move(of_field)), number(parse_integer(text)) {}
  std::string text;
  std::optional<std::int64_t> number;
};

struct Valued {
  Value value;
  Json* item;
};

std::string value_of(Json const& item, std::string const& field) {
  Json const* const value = item.find(field);
  if (value == nullptr || value->is_null()) return "";
  if (value->is_integer()) return std::to_string(value->as_integer());
  return value->is_string() ? value->as_string() : value->dump();
}

/// Numbers by size, all else by bytes.
bool before(Value const& a, Value const& b) {
  return a.number && b.number ? *a.number < *b.number : a.text < b.text;
}

/// What of the sorted items is inside.
std::span<Valued const> interval_of(std::span<Valued const> sorted, Range const& range) {
  auto const precedes = [&](Value const& a, Value const& b) {
    return range.descending ? before(b, a) : before(a, b);
  };
  Value const first(range.first);
  Value const last(range.last);
  auto const inside = [&](Valued const& one) {
    if (!first.text.empty() && precedes(one.value, first)) return false;
    if (!first.text.empty() && range.after_first && !precedes(first, one.value)) return false;
    return last.text.empty() || !precedes(last, one.value);
  };
  auto const from = std::ranges::find_if(sorted, inside);
  auto const end = std::find_if_not(from, sorted.end(), inside);
  return {from, end};
}

}  // namespace

Response ranged_list(Call const& call, Json::Array items, std::string_view field) {
  auto const range = read_range(call.request.headers.value_or("Range", ""), field);
  bool const known = range && (items.empty() || items[0].find(range->field) != nullptr);
  if (!known) {
    return heroku_error(416, "requested_range_not_satisfiable",
                        "Requested range not satisfiable: expected `<field> [first]..[last]; "
                        "max=<1 to 1000>, order=<asc or desc>`.");
  }
  std::vector<Valued> sorted;
  sorted.reserve(items.size());
  for (Json& item : items) sorted.push_back({Value(value_of(item, range->field)), &item});
  std::ranges::stable_sort(sorted, [&](Valued const& a, Valued const& b) {
    return range->descending ? before(b.value, a.value) : before(a.value, b.value);
  });
  std::span<Valued const> const within = interval_of(sorted, *range);
  bool const more = within.size() > range->max;
  std::span<Valued const> const page = within.first(std::min(within.size(), range->max));
  Json::Array chosen;
  chosen.reserve(page.size());
  for (Valued const& one : page) chosen.push_back(std::move(*one.item));
  std::string const first = page.empty() ? "" : page.front().value.text;
  std::string const last = page.empty() ? "" : page.back().value.text;
  Response response = json_response(more ? 206 : 200, Json(std::move(chosen)));
  response.headers.set("Accept-Ranges", fmt::format("id, {}", field));
  response.headers.set("Content-Range", fmt::format("{} {}..{}", range->field, first, last));
  if (more) {
    response.headers.set("Next-Range",
                         fmt::format("{} ]{}..; max={}{}", range->field, last, range->max,
                                     range->descending ? ", order=desc" : ""));
  }
  return response;
}

}  // namespace landfall::sandbox
