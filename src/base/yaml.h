// YAML as a tree that knows where each thing stands. Scanned by libyaml, judged by us: UTF-8 only,
// depth at most 100, duplicate keys refused, aliases kept as aliases.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace landfall::yaml {

/// Where a node begins: line and column count from 1, the column in bytes.
struct Mark {
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t byte = 0;
  bool operator==(Mark const&) const = default;
};

enum class Kind { scalar, sequence, mapping };
enum class Style { plain, single_quoted, double_quoted, literal, folded, block, flow };

struct Node;

struct Pair;

struct Node {
  Kind kind = Kind::scalar;
  Style style = Style::plain;
  std::string text;         ///< a scalar's value
  std::vector<Node> items;  ///< a sequence's
  std::vector<Pair> pairs;  ///< a mapping's, in order
  std::string anchor;
  Mark begin;
  Mark end;

  /// The value under a key of a mapping, nullptr if there is none or this is no mapping.
  Node const* find(std::string_view key) const;
  /// The same along a dotted path.
  Node const* at(std::string_view path) const;
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_mapping() const { return kind == Kind::mapping; }
  /// Plain `null`, `~` or nothing at all (YAML 1.2 core schema).
  bool is_null() const;
  /// A plain scalar read by the 1.2 core schema, nullopt if it is none of that kind.
  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer() const;
  /// "a mapping", "a sequence", "null", "a boolean", "an integer", "a string".
  std::string_view kind_name() const;
};

struct Pair {
  Node key;
  Node value;
};

struct Limits {
  std::size_t bytes = 8 << 20;
  std::size_t nodes = 500'000;
};

/// The one document of a text; an empty text is a null scalar. Aliases are replaced by a copy of
/// what they name, within the limit of nodes. Errors are ErrorKind::data (`name:line:column: ...`).
Result<Node> parse(std::string_view text, std::string_view name, Limits limits = {});

/// "name:line:column: text" as an Error of kind config.
Error error_at(std::string_view name, Mark mark, std::string_view text);

}  // namespace landfall::yaml
