// The syntax of GitHub's expressions: a text becomes a tree of nodes that know where they stand.
// https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace landfall {

/// What is wrong with an expression, and where: bytes of the text that was given.
struct ExpressionError {
  enum class Kind {
    syntax,       ///< cannot be read
    length,       ///< longer than GitHub takes
    depth,        ///< nests deeper than GitHub takes
    context,      ///< names a context that is not there, or not in this place
    function,     ///< the same of a function
    arguments,    ///< too few or too many
    format,       ///< a format() text that names an argument it was not given, or is malformed
    unclosed,     ///< `${{` without its `}}`
    empty,        ///< nothing between `${{` and `}}`
    not_allowed,  ///< an expression where none is evaluated
    evaluation,   ///< GitHub stops here when it evaluates
    member        ///< names what a context does not have: null, and no error for GitHub
  };
  Kind kind = Kind::syntax;
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string text;  ///< what was expected and what was found; no trailing full stop
};

/// The functions that expressions know. Those of one workflow key only are `other` for the tree and
/// told by name.
enum class ExpressionFunction : std::uint8_t {
  other,
  always,
  cancelled,
  case_of,
  contains,
  ends_with,
  failure,
  format,
  from_json,
  hash_files,
  join,
  starts_with,
  success,
  to_json
};

/// One node. Its children are a list: `first`, then each one's `next`.
struct ExpressionNode {
  enum class Kind : std::uint8_t {
    null,
    boolean,
    number,
    text,        ///< a string; Expression::string_of() has its value
    context,     ///< a name that stands alone: `github`
    path,        ///< what is looked into, then name, index and star nodes: `github.event['x'].*`
    name,        ///< `.x`
    index,       ///< `[x]`, x its child
    star,        ///< `.*` or `[*]`
    call,        ///< a function; its children are the arguments
    group,       ///< in parentheses
    negation,    ///< `!x`
    comparison,  ///< a == b != c: each child but the first has the operator before it
    all,         ///< a && b && c
    any          ///< a || b || c
  };
  enum class Operator : std::uint8_t { none, equal, unequal, less, not_more, more, not_less };
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  Kind kind = Kind::null;
  Operator op = Operator::none;  ///< of a child of a comparison: what joins it to the ones before
  ExpressionFunction function = ExpressionFunction::other;  ///< of a call
  bool flag = false;        ///< of a boolean: its value; of a text: does it double quotes
  std::uint32_t begin = 0;  ///< the bytes that it covers
  std::uint32_t end = 0;
  std::uint32_t name_begin = 0;  ///< of a context, name or call: the bytes of its name
  std::uint32_t name_end = 0;
  std::uint32_t first = none;
  std::uint32_t next = none;
  double number = 0;
};

/// An expression that was read. It views the text it was read from, which must outlive it.
class Expression {
 public:
  std::string_view text() const { return text_; }
  ExpressionNode const& root() const { return nodes_.back(); }
  /// All nodes, each after its children.
  std::vector<ExpressionNode> const& nodes() const { return nodes_; }
  /// The first child, nullptr if there is none.
  ExpressionNode const* first(ExpressionNode const& node) const { return at(node.first); }
  ExpressionNode const* next(ExpressionNode const& node) const { return at(node.next); }
  std::size_t count(ExpressionNode const& node) const;
  /// The text that a node covers.
  std::string_view source(ExpressionNode const& node) const {
    return text_.substr(node.begin, node.end - node.begin);
  }
  /// The name of a context, name or call, as it is written.
  std::string_view name(ExpressionNode const& node) const {
    return text_.substr(node.name_begin, node.name_end - node.name_begin);
  }
  /// How deep it nests as GitHub counts it, at most 50.
  int depth() const { return depth_; }
  /// The value of a text node.
  std::string string_of(ExpressionNode const& node) const;

 private:
  friend class ExpressionParser;
  ExpressionNode const* at(std::uint32_t index) const {
    return index == ExpressionNode::none ? nullptr : &nodes_[index];
  }

  std::string_view text_;
  std::vector<ExpressionNode> nodes_;
  int depth_ = 0;
};

/// GitHub's limits, in units of UTF-16 and levels.
constexpr std::size_t longest_expression = 21'000;
constexpr int deepest_expression = 50;

/// Characters as GitHub counts them: units of UTF-16.
std::size_t units_of(std::string_view text);

/// Reads an expression without its braces: GitHub's grammar, at most 21,000 characters and 50 deep.
/// Names are not judged here. Agrees on what is valid with npm @actions/expressions.
std::expected<Expression, ExpressionError> parse_expression(std::string_view text);

/// success, failure, always or cancelled.
bool is_status_function(ExpressionFunction function);

}  // namespace landfall
