#include "collect/secret_uses.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "base/text.h"
#include "base/yaml.h"
#include "collect/github.h"
#include "workflow/expression.h"
#include "workflow/schema.h"

namespace landfall {
namespace {

using NodeKind = ExpressionNode::Kind;

/// Does an expression compare, choose or ask: then a name that is not defined is a case it knows.
bool tests(Expression const& expression) {
  return std::any_of(
      expression.nodes().begin(), expression.nodes().end(), [](ExpressionNode const& node) {
        bool const asks =
            node.kind == NodeKind::call && (node.function == ExpressionFunction::contains ||
                                            node.function == ExpressionFunction::starts_with ||
                                            node.function == ExpressionFunction::ends_with ||
                                            node.function == ExpressionFunction::case_of);
        return asks || node.kind == NodeKind::negation || node.kind == NodeKind::comparison ||
               node.kind == NodeKind::all || node.kind == NodeKind::any;
      });
}

std::string capitals(std::string_view name) {
  std::string text(name);
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

class FileUses {
 public:
  explicit FileUses(yaml::Document const& document) : text_(document.text()) {
    yaml::Node const& root = document.root();
    yaml::Node const* on = root.find("on");
    is_called_ = on != nullptr && names_call(*on);
    for (yaml::Pair const& pair : root.pairs) {
      bool const is_jobs = pair.key.text == "jobs" && pair.value.is_mapping();
      if (!is_jobs) look(pair.value, pair.key.text == "if");
      if (!is_jobs) continue;
      for (yaml::Pair const& job : pair.value.pairs) {
        job_ = job.key.text;
        look(job.value, false);
      }
      job_.clear();
    }
    for (yaml::Node const& item : root.items) look(item, false);
  }

  std::vector<SecretUse> take() { return std::move(uses_); }

 private:
  static bool names_call(yaml::Node const& on) {
    auto const is_call = [](yaml::Node const& node) { return node.text == "workflow_call"; };
    return is_call(on) || std::any_of(on.items.begin(), on.items.end(), is_call) ||
           on.find("workflow_call") != nullptr;
  }

  void look(yaml::Node const& node, bool is_condition) {
    for (yaml::Node const& item : node.items) look(item, false);
    for (yaml::Pair const& pair : node.pairs) look(pair.value, pair.key.text == "if");
    if (!node.is_scalar()) return;
    if (is_condition && !has_expression(node.text)) return take(node, node.text, 0, true);
    if (!has_expression(node.text)) return;
    TemplatePieces pieces(node.text);
    for (TemplatePiece piece; pieces.next(piece);)
      if (piece.kind == TemplatePiece::Kind::expression)
        take(node, piece.inner, piece.inner_begin, is_condition);
  }

  /// The names in an expression that begins at `offset` of the scalar's value.
  void take(yaml::Node const& node, std::string_view inner, std::size_t offset, bool is_condition) {
    auto const expression = parse_expression(inner);
    if (!expression) return;
    bool const has_tests = tests(*expression);
    for (ExpressionNode const& path : expression->nodes()) {
      if (path.kind != NodeKind::path) continue;
      ExpressionNode const& root = *expression->first(path);
      std::string const context = lower(expression->name(root));
      bool const is_variable = context == "vars";
      bool const counts = root.kind == NodeKind::context && (is_variable || context == "secrets");
      std::optional<std::string> const name =
          counts ? member(*expression, expression->next(root)) : std::nullopt;
      if (!name) continue;
      bool const is_passed_in = is_called_ && !is_variable;
      uses_.push_back({.job = job_,
                       .is_variable = is_variable,
                       .name = capitals(*name),
                       .line = mark_in(node, text_, offset + path.begin).line,
                       .required = !has_tests && !is_passed_in && !is_condition});
    }
  }

  /// `.NAME` or `['NAME']`. A name that is put together is known when it runs only.
  static std::optional<std::string> member(Expression const& expression,
                                           ExpressionNode const* node) {
    if (node == nullptr) return std::nullopt;
    if (node->kind == NodeKind::name) return std::string(expression.name(*node));
    ExpressionNode const* index = node->kind == NodeKind::index ? expression.first(*node) : nullptr;
    if (index == nullptr || index->kind != NodeKind::text) return std::nullopt;
    return expression.string_of(*index);
  }

  std::string_view text_;
  bool is_called_ = false;
  std::string job_;
  std::vector<SecretUse> uses_;
};

}  // namespace

std::vector<SecretUse> secret_uses(std::string_view text) {
  auto const document = yaml::read(std::string(text));
  return document ? FileUses(*document).take() : std::vector<SecretUse>();
}

std::vector<Fact> secret_use_facts(std::string const& repository, std::string const& path,
                                   std::string_view text) {
  std::map<std::tuple<std::string, bool, std::string>, SecretUse> first;
  for (SecretUse& use : secret_uses(text)) {
    auto const [known, is_new] = first.try_emplace({use.job, use.is_variable, use.name}, use);
    if (is_new || known->second.required || !use.required) continue;
    // The place that needs it is the one to show.
    known->second = std::move(use);
  }
  std::vector<Fact> facts;
  for (auto const& [key, use] : first)
    facts.push_back({{"repository", repository},
                     {"path", path},
                     {"job", use.job},
                     {"kind", use.is_variable ? "variable" : "secret"},
                     {"name", use.name},
                     {"line", use.line},
                     {"required", use.required}});
  return facts;
}

}  // namespace landfall
