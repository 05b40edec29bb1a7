#include "audit/flags.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "workflow/expression.h"

namespace landfall {
namespace {

using Node = ExpressionNode;

bool contains(std::vector<std::string> const& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Looks through one expression.
class Comparisons {
 public:
  Comparisons(Expression const& expression, std::size_t offset, InputTypes const& types,
              std::vector<WrongComparison>& found)
      : expression_(expression), offset_(offset), types_(types), found_(found) {}

  void look(bool is_condition) {
    for (Node const& node : expression_.nodes()) {
      if (node.kind == Node::Kind::comparison) compare(node);
      if (node.kind == Node::Kind::negation) take_name(expression_.first(node));
      if (node.kind == Node::Kind::all) left_of_and(node);
    }
    if (is_condition) take_name(&expression_.root());
  }

 private:
  /// The input that a node names; `is_text` tells in which form.
  struct Named {
    std::string input;
    bool is_text = false;
  };

  std::optional<Named> named(Node const* node) const {
    while (node != nullptr && node->kind == Node::Kind::group) node = expression_.first(*node);
    if (node == nullptr || node->kind != Node::Kind::path) return std::nullopt;
    std::string const path = lower(expression_.source(*node));
    constexpr std::string_view plain = "inputs.";
    constexpr std::string_view event = "github.event.inputs.";
    if (path.starts_with(event)) return Named{path.substr(event.size()), true};
    if (path.starts_with(plain)) return Named{path.substr(plain.size()), false};
    return std::nullopt;
  }

  void add(Node const& whole, Named const& name, Node const& part, std::string fix) {
    WrongComparison wrong{.begin = offset_ + whole.begin, .end = offset_ + whole.end};
    wrong.text = expression_.source(whole);
    wrong.input = name.input;
    wrong.is_text = name.is_text;
    wrong.is_name = &whole == &part;
    wrong.fix_begin = offset_ + part.begin;
    wrong.fix_end = offset_ + part.end;
    wrong.fix = std::move(fix);
    found_.push_back(std::move(wrong));
  }

  void compare(Node const& node) {
    Node const* left = expression_.first(node);
    Node const* right = left == nullptr ? nullptr : expression_.next(*left);
    if (right == nullptr || expression_.next(*right) != nullptr) return;
    if (right->op != Node::Operator::equal && right->op != Node::Operator::unequal) return;
    std::optional<Named> name = named(left);
    Node const* literal = right;
    if (!name) {
      name = named(right);
      literal = left;
    }
    if (!name) return;
    if (name->is_text && literal->kind == Node::Kind::boolean)
      add(node, *name, *literal, literal->flag ? "'true'" : "'false'");
    if (name->is_text || literal->kind != Node::Kind::text ||
        !contains(types_.booleans, name->input))
      return;
    std::string const text = lower(expression_.string_of(*literal));
    if (text == "true" || text == "false") add(node, *name, *literal, text);
  }

  /// A text that is not empty is true, be it `false`.
  void take_name(Node const* node) {
    std::optional<Named> const name = named(node);
    if (name && name->is_text && contains(types_.dispatch_booleans, name->input))
      add(*node, *name, *node, "inputs." + name->input);
  }

  /// All operands of `&&` but the last are only asked whether they are true.
  void left_of_and(Node const& node) {
    for (Node const* each = expression_.first(node); each != nullptr;) {
      Node const* next = expression_.next(*each);
      if (next != nullptr) take_name(each);
      each = next;
    }
  }

  Expression const& expression_;
  std::size_t offset_;
  InputTypes const& types_;
  std::vector<WrongComparison>& found_;
};

}  // namespace

std::optional<bool> meant_flag(std::string_view text) {
  static constexpr std::array<std::string_view, 6> yes{"true", "yes", "on", "1", "y", "enabled"};
  static constexpr std::array<std::string_view, 7> no{"false", "no",       "off", "0",
                                                      "n",     "disabled", ""};
  std::string const word = lower(trim(text));
  if (std::find(yes.begin(), yes.end(), word) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), word) != no.end()) return false;
  return std::nullopt;
}

InputTypes::InputTypes(Workflow const& workflow) {
  std::vector<std::string> others;
  for (Event const& event : workflow.events)
    if (event.inputs != nullptr) take_inputs(event, others);
  // A text for one event and a boolean for another: who compares may mean either.
  for (auto* names : {&booleans, &dispatch_booleans})
    std::erase_if(*names, [&](std::string const& name) { return contains(others, name); });
}

void InputTypes::take_inputs(Event const& event, std::vector<std::string>& others) {
  for (yaml::Pair const& input : event.inputs->pairs) {
    yaml::Node const* type = input.value.find("type");
    std::string name = lower(input.key.text);
    bool const is_boolean = type != nullptr && type->text == "boolean";
    if (is_boolean && event.name == "workflow_dispatch") dispatch_booleans.push_back(name);
    (is_boolean ? booleans : others).push_back(std::move(name));
  }
}

std::vector<WrongComparison> wrong_comparisons(std::string_view value, bool is_condition,
                                               InputTypes const& types) {
  std::vector<WrongComparison> found;
  if (value.find("inputs.") == std::string_view::npos) return found;
  if (!has_expression(value)) {
    if (!is_condition) return found;
    if (auto const expression = parse_expression(value))
      Comparisons(*expression, 0, types, found).look(true);
    return found;
  }
  TemplatePieces pieces(value);
  for (TemplatePiece piece; pieces.next(piece);) {
    if (piece.kind != TemplatePiece::Kind::expression) continue;
    if (auto const expression = parse_expression(piece.inner))
      Comparisons(*expression, piece.inner_begin, types, found).look(is_condition);
  }
  return found;
}

}  // namespace landfall
