// Heroku's paging: `Range: version ]3..; max=10, order=desc` in, 206 and Next-Range out.
#include <fmt/core.h>

#include <algorithm>

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

std::string value_of(Json const& item, std::string const& field) {
  Json const* const value = item.find(field);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? value->as_string() : value->dump();
}

/// Numbers by size, all else by bytes.
bool before(std::string const& a, std::string const& b) {
  auto const x = parse_integer(a);
  auto const y = parse_integer(b);
  return x && y ? *x < *y : a < b;
}

bool inside(std::string const& value, Range const& range) {
  auto const precedes = [&](std::string const& a, std::string const& b) {
    return range.descending ? before(b, a) : before(a, b);
  };
  if (!range.first.empty() && precedes(value, range.first)) return false;
  if (!range.first.empty() && range.after_first && !precedes(range.first, value)) return false;
  return range.last.empty() || !precedes(range.last, value);
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
  std::stable_sort(items.begin(), items.end(), [&](Json const& a, Json const& b) {
    std::string const x = value_of(a, range->field);
    std::string const y = value_of(b, range->field);
    return range->descending ? before(y, x) : before(x, y);
  });
  Json::Array chosen;
  bool more = false;
  for (Json& item : items) {
    if (!inside(value_of(item, range->field), *range)) continue;
    more = chosen.size() == range->max;
    if (more) break;
    chosen.push_back(std::move(item));
  }
  std::string const first = chosen.empty() ? "" : value_of(chosen.front(), range->field);
  std::string const last = chosen.empty() ? "" : value_of(chosen.back(), range->field);
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
