// YAML as a tree that knows where each thing stands. Scanned by libyaml, judged by us: UTF-8 only,
// depth at most 100, duplicate keys refused. A tree lies in one arena and points into its own text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace landfall::yaml {

/// Where something stands: line and column count from 1, the column in bytes.
struct Mark {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t byte = 0;
  bool operator==(Mark const&) const = default;
};

enum class Kind : std::uint8_t { scalar, sequence, mapping };
enum class Style : std::uint8_t {
  plain,
  single_quoted,
  double_quoted,
  literal,
  folded,
  block,
  flow
};

struct Pair;

/// A node of a Document, and valid as long as that is. Copies are shallow: they share the children.
struct Node {
  Kind kind = Kind::scalar;
  Style style = Style::plain;
  bool alias = false;           ///< an alias stands here; the content is that of what it names
  std::string_view text;        ///< a scalar's value
  std::span<Node const> items;  ///< a sequence's
  std::span<Pair const> pairs;  ///< a mapping's, in order
  std::string_view anchor;
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
  /// An integer of any size or a float, also `.inf` and `.nan`.
  std::optional<double> number() const;
  /// "a mapping", "a sequence", "null", "a boolean", "an integer", "a string".
  std::string_view kind_name() const;
};

struct Pair {
  Node key;
  Node value;
};

/// From its `#` to the end of its line.
struct Comment {
  Mark begin;
  std::string_view text;
};

struct Limits {
  std::size_t bytes = 8 << 20;
  std::size_t nodes = 500'000;
};

/// What is wrong with a text, and where.
struct Problem {
  Mark mark;
  std::string text;
};

/// A text and the tree over it. Moving it leaves every pointer and view into it valid; one that was
/// moved from may only be assigned to or destroyed.
class Document {
 public:
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Node const& root() const;
  std::string_view text() const;
  /// All comments in order. Looked for on each call: most readers of a document ask for none.
  std::vector<Comment> comments() const;

 private:
  struct Content;
  explicit Document(std::unique_ptr<Content> content);
  friend std::expected<Document, Problem> read(std::string text, Limits limits);

  std::unique_ptr<Content> content_;
};

/// The one document of a text; an empty text is a null scalar. An alias shares the content of what
/// it names, yet counts as a copy of it towards the limits, so a walk over the tree is bounded.
std::expected<Document, Problem> read(std::string text, Limits limits = {});

/// The same, with an Error of ErrorKind::data: `name:line:column: ...`.
Result<Document> parse(std::string_view text, std::string_view name, Limits limits = {});

/// "name:line:column: text" as an Error of kind config.
Error error_at(std::string_view name, Mark mark, std::string_view text);

}  // namespace landfall::yaml
