#include "sandbox/world_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall::sandbox {

Result<Section> Section::open(std::string_view file, yaml::Node const& node, std::string what,
                              std::vector<std::string> const& known) {
  if (!node.is_mapping()) {
    return std::unexpected(yaml::error_at(
        file, node.begin, fmt::format("{}: expected a mapping, found {}", what, node.kind_name())));
  }
  for (yaml::Pair const& pair : node.pairs) {
    std::string const key(pair.key.text);
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string const meant = nearest(key, known);
    std::string const advice =
        meant.empty() ? "known are " + join(known, ", ") : fmt::format("did you mean '{}'?", meant);
    return std::unexpected(
        yaml::error_at(file, pair.key.begin,
                       fmt::format("unknown key '{}' in {}: {}", printable(key), what, advice)));
  }
  return Section(std::string(file), node, std::move(what));
}

yaml::Node const* Section::find(std::string_view key) const {
  yaml::Node const* const value = node_->find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Error Section::error(std::string_view key, std::string_view text) const {
  yaml::Node const* const value = node_->find(key);
  return yaml::error_at(file_, value == nullptr ? node_->begin : value->begin,
                        fmt::format("{} of {}: {}", key, what_, text));
}

Result<std::string> Section::text(std::string_view key) const {
  yaml::Node const* const value = find(key);
  if (value == nullptr) return std::unexpected(error(key, "missing"));
  return scalar(file_, *value, fmt::format("{} of {}", key, what_));
}

Result<std::string> Section::text_or(std::string_view key, std::string_view fallback) const {
  if (find(key) == nullptr) return std::string(fallback);
  return text(key);
}

Result<Instant> Section::instant(std::string_view key) const {
  yaml::Node const* const value = find(key);
  if (value == nullptr) return std::unexpected(error(key, "missing"));
  return instant_of(file_, *value, fmt::format("{} of {}", key, what_));
}

Result<std::optional<Instant>> Section::instant_or_none(std::string_view key) const {
  if (find(key) == nullptr) return std::optional<Instant>();
  return std::optional(TRY(instant(key)));
}

Result<Duration> Section::duration_or(std::string_view key, Duration fallback) const {
  if (find(key) == nullptr) return fallback;
  std::string const written = TRY(text(key));
  auto const duration = parse_duration(written);
  if (!duration) return std::unexpected(error(key, duration.error().text));
  return *duration;
}

Result<std::optional<std::int64_t>> Section::integer(std::string_view key) const {
  yaml::Node const* const value = find(key);
  if (value == nullptr) return std::optional<std::int64_t>();
  auto const number = value->integer();
  if (!number) {
    return std::unexpected(
        error(key, fmt::format("expected an integer, found {}", value->kind_name())));
  }
  return std::optional(*number);
}

Result<bool> Section::boolean_or(std::string_view key, bool fallback) const {
  yaml::Node const* const value = find(key);
  if (value == nullptr) return fallback;
  auto const truth = value->boolean();
  if (!truth) {
    return std::unexpected(
        error(key, fmt::format("expected true or false, found {}", value->kind_name())));
  }
  return *truth;
}

Result<std::optional<std::vector<std::string>>> Section::texts(std::string_view key) const {
  std::vector<std::string> result;
  if (find(key) == nullptr) return std::optional<std::vector<std::string>>();
  for (yaml::Node const& item : TRY(items(key))) {
    result.push_back(TRY(scalar(file_, item, fmt::format("{} of {}", key, what_))));
  }
  return std::optional(std::move(result));
}

Result<std::span<yaml::Pair const>> Section::pairs(std::string_view key) const {
  yaml::Node const* const value = find(key);
  if (value == nullptr) return {};
  if (!value->is_mapping()) {
    return std::unexpected(
        error(key, fmt::format("expected a mapping, found {}", value->kind_name())));
  }
  return value->pairs;
}

Result<std::span<yaml::Node const>> Section::items(std::string_view key) const {
  yaml::Node const* const value = find(key);
  if (value == nullptr) return {};
  if (!value->is_sequence()) {
    return std::unexpected(
        error(key, fmt::format("expected a sequence, found {}", value->kind_name())));
  }
  return value->items;
}

Result<std::string> scalar(std::string_view file, yaml::Node const& node, std::string_view what) {
  if (node.is_scalar() && !node.is_null()) return std::string(node.text);
  return std::unexpected(yaml::error_at(
      file, node.begin, fmt::format("{}: expected a text, found {}", what, node.kind_name())));
}

Result<Instant> instant_of(std::string_view file, yaml::Node const& node, std::string_view what) {
  std::string const written = TRY(scalar(file, node, what));
  auto const instant = parse_instant(written);
  if (instant) return *instant;
  return std::unexpected(
      yaml::error_at(file, node.begin, fmt::format("{}: {}", what, instant.error().text)));
}

}  // namespace landfall::sandbox
