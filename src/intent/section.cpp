#include "intent/section.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace landfall {

void Problems::add(yaml::Mark mark, std::string text) {
  add(Problem{mark, std::move(text), mark.byte});
}

void Problems::add_missing(yaml::Node const& mapping, yaml::Mark mark, std::string text) {
  add(Problem{mark, std::move(text), std::max(mark.byte, mapping.end.byte)});
}

void Problems::add(Problem problem) {
  if (!first_ || problem.order < first_->order) first_ = std::move(problem);
}

std::optional<Error> Problems::first(std::string_view file) const {
  if (!first_) return std::nullopt;
  return yaml::error_at(file, first_->mark, first_->text);
}

std::string quoted(std::string_view text) {
  constexpr std::size_t shown = 60;
  if (text.size() <= shown) return fmt::format("'{}'", text);
  std::size_t end = shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return fmt::format("'{}...'", text.substr(0, end));
}

Section::Section(yaml::Node const& node, std::string where, Problems& problems,
                 std::vector<std::string> const& known)
    : node_(&node), where_(std::move(where)), problems_(&problems) {
  if (node.is_mapping()) {
    check_keys(known);
  } else {
    problems_->add(node.begin,
                   fmt::format("{}: expected a mapping, found {}", where_, node.kind_name()));
  }
}

void Section::check_keys(std::vector<std::string> const& known) const {
  for (yaml::Pair const& pair : node_->pairs) {
    std::string const key(pair.key.text);
    if (known.empty() || std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string text = fmt::format("unknown key {} in {}: ", quoted(key), where_);
    std::string const near = nearest(key, known);
    if (names_a_secret(key)) {
      text += "secrets come from the environment, never from this file";
    } else if (!near.empty()) {
      text += fmt::format("did you mean '{}'?", near);
    } else {
      text += "expected one of " + join(known, ", ");
    }
    problems_->add(pair.key.begin, std::move(text));
  }
}

void Section::problem(yaml::Node const& value, std::string_view key, std::string_view what) const {
  problems_->add(value.begin, fmt::format("{} in {}: {}", key, where_, what));
}

yaml::Node const* Section::scalar(std::string_view key) const {
  yaml::Node const* value = find(key);
  if (value == nullptr) return nullptr;
  if (value->is_scalar() && !value->is_null()) return value;
  problem(*value, key, fmt::format("expected a text, found {}", value->kind_name()));
  return nullptr;
}

std::optional<std::string> Section::text(std::string_view key, TextRule rule) const {
  yaml::Node const* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind_name() != "a string") {
    problem(*value, key, fmt::format("expected a string, found {}", value->kind_name()));
    return std::nullopt;
  }
  std::string const expected = rule(value->text);
  if (expected.empty()) return std::string(value->text);
  problem(*value, key, fmt::format("expected {}, found {}", expected, quoted(value->text)));
  return std::nullopt;
}

std::optional<int> Section::number(std::string_view key, int least, int most) const {
  yaml::Node const* value = find(key);
  if (value == nullptr) return std::nullopt;
  std::optional<std::int64_t> const number = value->integer();
  if (number && *number >= least && *number <= most) return static_cast<int>(*number);
  std::string const found = number ? std::to_string(*number) : std::string(value->kind_name());
  problem(*value, key,
          fmt::format("expected an integer from {} to {}, found {}", least, most, found));
  return std::nullopt;
}

std::optional<bool> Section::flag(std::string_view key) const {
  yaml::Node const* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->boolean()) return value->boolean();
  problem(*value, key, fmt::format("expected true or false, found {}", value->kind_name()));
  return std::nullopt;
}

std::optional<Duration> Section::duration(std::string_view key, Duration most) const {
  yaml::Node const* value = scalar(key);
  if (value == nullptr) return std::nullopt;
  // No sum of units that is worth writing is longer, and a long one would overflow.
  constexpr std::size_t longest = 32;
  if (value->text.size() > longest) {
    problem(*value, key, "expected a duration like 90s, 5m, 36h, 8d, found a long text");
    return std::nullopt;
  }
  Result<Duration> const duration = parse_duration(value->text);
  if (!duration) {
    problem(*value, key, duration.error().text);
    return std::nullopt;
  }
  if (*duration <= most) return *duration;
  problem(*value, key, fmt::format("expected at most {}, found '{}'", human(most), value->text));
  return std::nullopt;
}

std::optional<Instant> Section::instant(std::string_view key) const {
  yaml::Node const* value = scalar(key);
  if (value == nullptr) return std::nullopt;
  Result<Instant> const instant = parse_instant(value->text.substr(0, 64));
  if (instant) return *instant;
  problem(*value, key, instant.error().text);
  return std::nullopt;
}

std::optional<std::vector<std::string>> Section::texts(std::string_view key, TextRule rule) const {
  yaml::Node const* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_sequence()) {
    problem(*value, key, fmt::format("expected a sequence, found {}", value->kind_name()));
    return std::nullopt;
  }
  std::vector<std::string> texts;
  std::set<std::string> seen;
  for (yaml::Node const& item : value->items) {
    std::string const expected = item.is_scalar() ? rule(item.text) : "a string";
    if (item.kind_name() != "a string") {
      problem(item, key, fmt::format("expected a string, found {}", item.kind_name()));
    } else if (!expected.empty()) {
      problem(item, key, fmt::format("expected {}, found {}", expected, quoted(item.text)));
    } else if (!seen.insert(rule == login_rule ? lower(item.text) : std::string(item.text))
                    .second) {
      problem(item, key, fmt::format("{} a second time", quoted(item.text)));
    } else {
      texts.emplace_back(item.text);
    }
  }
  return texts;
}

std::optional<Section> Section::section(std::string_view key,
                                        std::vector<std::string> const& known) const {
  yaml::Node const* value = find(key);
  if (value == nullptr) return std::nullopt;
  return Section(*value, fmt::format("{} of {}", key, where_), *problems_, known);
}

}  // namespace landfall
