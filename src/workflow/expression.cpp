#include "workflow/expression.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "workflow/expression_evaluator.h"
#include "workflow/expression_template.h"

namespace landfall {
namespace {

using Kind = ExpressionNode::Kind;

/// Nothing has a meaning.
class NoNames : public Names {
 public:
  Value lookup(std::vector<std::string> const& /*path*/) override { return {}; }
  Value status(std::string_view function) override {
    return function == "always" ? Value::of(true) : Value{};
  }
  RefClass const& refs() const override { return refs_; }
  void asked(RefQuestion /*question*/) override {}

 private:
  RefClass refs_;
};

/// Collects what is mentioned, each once.
class Mentions {
 public:
  explicit Mentions(Expression const& expression) : expression_(expression) {}

  std::vector<std::string> run() {
    visit(expression_.root());
    return std::move(paths_);
  }

 private:
  void visit(ExpressionNode const& node) {
    ExpressionNode const* child = expression_.first(node);
    if (node.kind == Kind::context) return add(lower(expression_.name(node)));
    if (node.kind == Kind::path && child->kind == Kind::context) return visit_path(*child);
    for (; child != nullptr; child = expression_.next(*child)) visit(*child);
  }

  void visit_path(ExpressionNode const& base) {
    std::string path = lower(expression_.name(base));
    bool certain = true;
    std::size_t const place = paths_.size();
    ExpressionNode const* step = expression_.next(base);
    for (; step != nullptr; step = expression_.next(*step)) {
      std::optional<std::string> const name = name_of(*step);
      certain = certain && name;
      if (certain) path.append(".").append(*name);
      if (!name) visit(*expression_.first(*step));
    }
    add(std::move(path), place);
  }

  /// nullopt: it is computed.
  std::optional<std::string> name_of(ExpressionNode const& step) const {
    if (step.kind == Kind::star) return "*";
    if (step.kind == Kind::name) return std::string(expression_.name(step));
    ExpressionNode const& index = *expression_.first(step);
    if (index.kind == Kind::text) return expression_.string_of(index);
    return index.kind == Kind::number ? std::optional(coerced_number_text(index.number))
                                      : std::nullopt;
  }

  void add(std::string path) { add(std::move(path), paths_.size()); }
  void add(std::string path, std::size_t place) {
    if (std::find(paths_.begin(), paths_.end(), path) != paths_.end()) return;
    paths_.insert(paths_.begin() + static_cast<std::ptrdiff_t>(place), std::move(path));
  }

  Expression const& expression_;
  std::vector<std::string> paths_;
};

/// A text around or between expressions, or more than one of these: true if it is not empty.
std::optional<bool> any_text(std::string_view text, Names& names) {
  if (is_always_text(text)) return true;
  TemplatePieces pieces(text);
  std::optional<bool> result = false;
  for (TemplatePiece piece; pieces.next(piece);) {
    if (piece.kind != TemplatePiece::Kind::expression) return std::nullopt;
    std::optional<std::string> const value = coerced_text(evaluate(piece.inner, names));
    if (value && !value->empty()) return true;
    if (!value) result = std::nullopt;
  }
  return result;
}

/// The two marks are ours alone.
std::string without_marks(std::string text) {
  std::replace(text.begin(), text.end(), unknown_begin, '?');
  std::replace(text.begin(), text.end(), unknown_end, '?');
  return text;
}

std::optional<std::string> piece_text(TemplatePiece const& piece, std::string_view whole,
                                      Names& names) {
  Value const value = evaluate(piece.inner, names);
  // A list or object that is all of the text stays one; inside a text its kind is written.
  bool const alone = piece.text.size() == whole.size();
  return alone ? text_of(value) : coerced_text(value);
}

}  // namespace

Evaluated evaluation(Expression const& expression, Names& names) {
  return Evaluator(expression, names).run();
}

Value evaluate(Expression const& expression, Names& names) {
  return Evaluator(expression, names).run().value;
}

Value evaluate(std::string_view expression, Names& names) {
  auto const read = parse_expression(expression);
  return read ? evaluate(*read, names) : Value{};
}

std::optional<Value> constant(Expression const& expression) {
  NoNames names;
  Value value = evaluate(expression, names);
  return is_all_known(value) ? std::optional(std::move(value)) : std::nullopt;
}

std::optional<bool> constant_truth(Expression const& expression) {
  NoNames names;
  return truth(evaluate(expression, names));
}

std::optional<bool> condition(std::string_view text, Names& names) {
  std::optional<std::string> const expression = condition_expression(text);
  if (!expression) return any_text(text, names);
  // An `if:` that says nothing asks for nothing.
  if (expression->empty()) return true;
  return truth(evaluate(*expression, names));
}

bool is_always_text(std::string_view if_text) {
  if (!has_expression(if_text)) return false;
  TemplatePieces pieces(if_text);
  bool literal = false;
  for (TemplatePiece piece; pieces.next(piece);) {
    if (piece.kind == TemplatePiece::Kind::unclosed) return false;
    literal = literal || piece.kind == TemplatePiece::Kind::literal;
  }
  return literal;
}

bool asks_status(Expression const& expression) {
  auto const& nodes = expression.nodes();
  return std::any_of(nodes.begin(), nodes.end(), [](ExpressionNode const& node) {
    return node.kind == Kind::call && is_status_function(node.function);
  });
}

bool asks_status(std::string_view text) {
  auto const asks = [](std::string_view expression) {
    auto const read = parse_expression(expression);
    return read && asks_status(*read);
  };
  if (text.find('(') == std::string_view::npos) return false;
  if (std::optional<std::string> const expression = condition_expression(text))
    return asks(*expression);
  TemplatePieces pieces(text);
  for (TemplatePiece piece; pieces.next(piece);)
    if (piece.kind == TemplatePiece::Kind::expression && asks(piece.inner)) return true;
  return false;
}

std::vector<std::string> mentioned(Expression const& expression) {
  return Mentions(expression).run();
}

std::string interpolate(std::string_view text, Names& names) {
  if (!has_expression(text)) return without_marks(std::string(text));
  std::string result;
  // Beyond, values stay names: a short text must not become a long one over and over.
  constexpr std::size_t most = 4 << 20;
  TemplatePieces pieces(text);
  for (TemplatePiece piece; pieces.next(piece);) {
    bool const evaluated = piece.kind == TemplatePiece::Kind::expression;
    std::optional<std::string> known;
    if (evaluated && result.size() < most) known = piece_text(piece, text, names);
    bool const open = evaluated && !known;
    if (open) result += unknown_begin;
    result += without_marks(known.value_or(std::string(piece.text)));
    if (open) result += unknown_end;
  }
  return result;
}

bool is_known(std::string_view interpolated) {
  return interpolated.find(unknown_begin) == std::string_view::npos;
}

std::string readable(std::string_view interpolated) {
  std::string text;
  for (char const c : interpolated)
    if (c != unknown_begin && c != unknown_end) text += c;
  return text;
}

Value template_value(yaml::Node const& node, Names& names) {
  if (!node.is_scalar() || !has_expression(node.text)) return Value::of(node);
  std::string_view const text = trim(node.text);
  bool const is_whole = text.starts_with("${{") && expression_end(text, 3) + 2 == text.size();
  if (is_whole) return evaluate(text.substr(3, text.size() - 5), names);
  std::string const made = interpolate(text, names);
  return is_known(made) ? Value::of(std::string_view(made)) : Value{};
}

}  // namespace landfall
