#include "workflow/expression_tree.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "workflow/expression_case.h"
#include "workflow/expression_lexer.h"

namespace landfall {
namespace {

using Token = ExpressionToken::Kind;
using Kind = ExpressionNode::Kind;
using Operator = ExpressionNode::Operator;

constexpr std::uint32_t none = ExpressionNode::none;

ExpressionFunction function_of(std::string_view name) {
  constexpr std::pair<std::string_view, ExpressionFunction> functions[]{
      {"always", ExpressionFunction::always},       {"contains", ExpressionFunction::contains},
      {"success", ExpressionFunction::success},     {"failure", ExpressionFunction::failure},
      {"cancelled", ExpressionFunction::cancelled}, {"startswith", ExpressionFunction::starts_with},
      {"endswith", ExpressionFunction::ends_with},  {"format", ExpressionFunction::format},
      {"fromjson", ExpressionFunction::from_json},  {"tojson", ExpressionFunction::to_json},
      {"join", ExpressionFunction::join},           {"hashfiles", ExpressionFunction::hash_files},
      {"case", ExpressionFunction::case_of}};
  for (auto const& [known, function] : functions)
    if (known.size() == name.size() && same_but_case(known, name)) return function;
  return ExpressionFunction::other;
}

}  // namespace

/// Recursive descent, a function a level of precedence. The depth is counted where GitHub's parser
/// counts it, so that both refuse the same texts; it bounds the recursion too.
class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : lexer_(text) {
    made_.text_ = text;
    constexpr std::size_t bytes_a_node = 6;
    made_.nodes_.reserve(text.size() / bytes_a_node + 2);
  }

  std::expected<Expression, ExpressionError> run() {
    if (made_.text_.size() > longest_expression && units_of(made_.text_) > longest_expression)
      return std::unexpected(
          ExpressionError{.kind = ExpressionError::Kind::length,
                          .length = made_.text_.size(),
                          .text = fmt::format("expected at most {} characters, found {}",
                                              longest_expression, units_of(made_.text_))});
    token_ = lexer_.take();
    std::uint32_t const root = expression();
    if (root != none && token_.kind != Token::end)
      wanted("an operator or the end of the expression");
    if (error_) return std::unexpected(std::move(*error_));
    return std::move(made_);
  }

 private:
  void advance() {
    last_end_ = token_.end;
    token_ = lexer_.take();
  }

  bool eat(Token kind) {
    if (token_.kind != kind) return false;
    advance();
    return true;
  }

  std::uint32_t wanted(std::string_view what) {
    if (error_) return none;
    if (token_.kind == Token::bad) {
      error_ = lexer_.error();
    } else if (token_.kind == Token::end) {
      error_ = ExpressionError{.offset = last_end_, .length = 0};
      error_->text = fmt::format("expected {}, found the end of the expression", what);
    } else {
      error_ = ExpressionError{.offset = token_.begin, .length = token_.end - token_.begin};
      std::string const found = excerpt(made_.text_.substr(token_.begin, error_->length));
      // A string has its quotes already.
      std::string_view const quote = token_.kind == Token::text ? "" : "'";
      error_->text = fmt::format("expected {}, found {}{}{}", what, quote, found, quote);
    }
    return none;
  }

  bool enter() {
    made_.depth_ = std::max(made_.depth_, ++depth_);
    if (depth_ <= deepest_expression) return true;
    if (!error_) {
      error_ = ExpressionError{.kind = ExpressionError::Kind::depth,
                               .offset = token_.begin,
                               .length = token_.end - token_.begin};
      error_->text = fmt::format("expected at most {} levels, found more", deepest_expression);
    }
    return false;
  }

  ExpressionNode& node(std::uint32_t index) { return made_.nodes_[index]; }

  std::uint32_t add(Kind kind, std::size_t begin) {
    made_.nodes_.push_back({.kind = kind,
                            .begin = static_cast<std::uint32_t>(begin),
                            .end = static_cast<std::uint32_t>(last_end_)});
    return static_cast<std::uint32_t>(made_.nodes_.size() - 1);
  }

  std::uint32_t add_parent(Kind kind, std::uint32_t first, std::size_t begin) {
    std::uint32_t const parent = add(kind, begin);
    node(parent).first = first;
    return parent;
  }

  std::uint32_t expression() {
    std::uint32_t const found = enter() ? any() : none;
    --depth_;
    return found;
  }

  std::uint32_t any() { return joined(Token::any, Kind::any, &ExpressionParser::all); }
  std::uint32_t all() { return joined(Token::all, Kind::all, &ExpressionParser::equality); }

  std::uint32_t joined(Token op, Kind kind, std::uint32_t (ExpressionParser::*operand)()) {
    std::uint32_t const first = (this->*operand)();
    if (first == none || token_.kind != op) return first;
    std::uint32_t last = first;
    bool good = enter();
    while (good && eat(op)) {
      std::uint32_t const right = (this->*operand)();
      good = right != none;
      if (good) node(last).next = right;
      last = right;
    }
    --depth_;
    return good ? add_parent(kind, first, node(first).begin) : none;
  }

  std::uint32_t equality() {
    return compared([](Operator op) { return op == Operator::equal || op == Operator::unequal; },
                    &ExpressionParser::relation);
  }
  std::uint32_t relation() {
    return compared([](Operator op) { return op != Operator::equal && op != Operator::unequal; },
                    &ExpressionParser::negation);
  }

  std::uint32_t compared(bool (*belongs)(Operator), std::uint32_t (ExpressionParser::*operand)()) {
    std::uint32_t const first = (this->*operand)();
    std::uint32_t last = first;
    while (last != none && token_.kind == Token::comparison && belongs(token_.op)) {
      Operator const op = token_.op;
      advance();
      std::uint32_t const right = (this->*operand)();
      if (right == none) return none;
      node(last).next = right;
      node(right).op = op;
      last = right;
    }
    return first == last ? first : add_parent(Kind::comparison, first, node(first).begin);
  }

  std::uint32_t negation() {
    if (token_.kind != Token::negation) return path();
    std::size_t const begin = token_.begin;
    advance();
    std::uint32_t const inner = enter() ? negation() : none;
    --depth_;
    return inner == none ? none : add_parent(Kind::negation, inner, begin);
  }

  std::uint32_t path() {
    std::uint32_t const base = primary();
    if (base == none) return none;
    Kind const kind = node(base).kind;
    if (kind != Kind::group && kind != Kind::call && kind != Kind::context) return base;
    int entered = 0;
    std::uint32_t last = base;
    bool good = true;
    while (good && (token_.kind == Token::dot || token_.kind == Token::open_bracket)) {
      std::uint32_t const step = token_.kind == Token::dot ? dereference() : index();
      ++entered;
      good = enter() && step != none;
      if (step != none) node(last).next = step;
      last = step;
    }
    depth_ -= entered;
    if (!good) return none;
    return last == base ? base : add_parent(Kind::path, base, node(base).begin);
  }

  std::uint32_t dereference() {
    std::size_t const begin = token_.begin;
    advance();
    ExpressionToken const token = token_;
    if (eat(Token::star)) return add(Kind::star, begin);
    if (!eat(Token::name)) return wanted("a name or '*'");
    std::uint32_t const made = add(Kind::name, begin);
    node(made).name_begin = token.begin;
    node(made).name_end = token.end;
    return made;
  }

  std::uint32_t index() {
    std::size_t const begin = token_.begin;
    advance();
    bool const star = eat(Token::star);
    std::uint32_t const inner = star ? none : expression();
    if (!star && inner == none) return none;
    if (!eat(Token::close_bracket)) return wanted(star ? "']'" : "an operator or ']'");
    return star ? add(Kind::star, begin) : add_parent(Kind::index, inner, begin);
  }

  std::uint32_t primary() {
    std::size_t const begin = token_.begin;
    switch (token_.kind) {
      case Token::name:
        return context_or_call();
      case Token::open:
        return group();
      case Token::boolean:
        return literal(Kind::boolean);
      case Token::null:
        return literal(Kind::null);
      case Token::number:
        return literal(Kind::number);
      case Token::text:
        return literal(Kind::text);
      case Token::end:
      case Token::close:
      case Token::open_bracket:
      case Token::close_bracket:
      case Token::comma:
      case Token::dot:
      case Token::negation:
      case Token::comparison:
      case Token::all:
      case Token::any:
      case Token::star:
      case Token::bad:
        break;
    }
    return wanted(begin == 0 ? "an expression" : "a value");
  }

  std::uint32_t literal(Kind kind) {
    ExpressionToken const token = token_;
    advance();
    std::uint32_t const made = add(kind, token.begin);
    node(made).flag = token.flag;
    node(made).number = token.number;
    return made;
  }

  std::uint32_t group() {
    std::size_t const begin = token_.begin;
    advance();
    std::uint32_t const inner = expression();
    if (inner == none) return none;
    if (!eat(Token::close)) return wanted("an operator or ')'");
    return add_parent(Kind::group, inner, begin);
  }

  std::uint32_t context_or_call() {
    ExpressionToken const token = token_;
    advance();
    bool const is_call = eat(Token::open);
    std::uint32_t first = none;
    // GitHub takes a comma after the last argument.
    for (std::uint32_t last = none; is_call && !eat(Token::close);) {
      std::uint32_t const argument = expression();
      if (argument == none) return none;
      if (first == none)
        first = argument;
      else
        node(last).next = argument;
      last = argument;
      if (token_.kind != Token::close && !eat(Token::comma))
        return wanted("an operator, ',' or ')'");
    }
    std::uint32_t const made = add(is_call ? Kind::call : Kind::context, token.begin);
    ExpressionNode& added = node(made);
    added.name_begin = token.begin;
    added.name_end = token.end;
    added.first = first;
    if (is_call) added.function = function_of(made_.name(added));
    return made;
  }

  ExpressionLexer lexer_;
  ExpressionToken token_;
  std::size_t last_end_ = 0;
  int depth_ = 0;
  Expression made_;
  std::optional<ExpressionError> error_;
};

std::size_t units_of(std::string_view text) {
  std::size_t units = 0;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

std::size_t Expression::count(ExpressionNode const& node) const {
  std::size_t children = 0;
  for (ExpressionNode const* child = first(node); child != nullptr; child = next(*child))
    ++children;
  return children;
}

std::string Expression::string_of(ExpressionNode const& node) const {
  std::string_view const inner = text_.substr(node.begin + 1, node.end - node.begin - 2);
  return node.flag ? replace_all(std::string(inner), "''", "'") : std::string(inner);
}

std::expected<Expression, ExpressionError> parse_expression(std::string_view text) {
  return ExpressionParser(text).run();
}

bool is_status_function(ExpressionFunction function) {
  return function == ExpressionFunction::always || function == ExpressionFunction::cancelled ||
         function == ExpressionFunction::failure || function == ExpressionFunction::success;
}

}  // namespace landfall
