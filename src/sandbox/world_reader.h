// Reads mappings of a YAML file key by key; each mistake names its place and the nearest known key.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/yaml.h"

namespace landfall::sandbox {

/// One mapping of the file. A missing key and an explicit null are the same.
class Section {
 public:
  /// Refuses what is no mapping, and keys that are not in `known`.
  static Result<Section> open(std::string_view file, yaml::Node const& node, std::string what,
                              std::vector<std::string> const& known);

  yaml::Node const* find(std::string_view key) const;
  Result<std::string> text(std::string_view key) const;
  Result<std::string> text_or(std::string_view key, std::string_view fallback) const;
  Result<Instant> instant(std::string_view key) const;
  Result<std::optional<Instant>> instant_or_none(std::string_view key) const;
  Result<Duration> duration_or(std::string_view key, Duration fallback) const;
  Result<std::optional<std::int64_t>> integer(std::string_view key) const;
  Result<bool> boolean_or(std::string_view key, bool fallback) const;
  /// A sequence of scalars; nullopt if the key is missing.
  Result<std::optional<std::vector<std::string>>> texts(std::string_view key) const;
  /// The pairs of a mapping, or the items of a sequence, that stands under the key; none if it is
  /// missing.
  Result<std::span<yaml::Pair const>> pairs(std::string_view key) const;
  Result<std::span<yaml::Node const>> items(std::string_view key) const;

  /// An error at the key's value (or at the mapping, if it is missing).
  Error error(std::string_view key, std::string_view text) const;
  std::string const& what() const { return what_; }
  std::string const& file() const { return file_; }

 private:
  Section(std::string file, yaml::Node const& node, std::string what)
      : file_(std::move(file)), node_(&node), what_(std::move(what)) {}

  std::string file_;
  yaml::Node const* node_;
  std::string what_;
};

/// A scalar's text, or an error that says what was found.
Result<std::string> scalar(std::string_view file, yaml::Node const& node, std::string_view what);
Result<Instant> instant_of(std::string_view file, yaml::Node const& node, std::string_view what);

}  // namespace landfall::sandbox
