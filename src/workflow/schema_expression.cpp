#include "workflow/schema_expression.h"

#include <cstring>
#include <vector>

#include "base/text.h"
#include "workflow/expression_judge.h"
#include "workflow/expression_template.h"

namespace landfall::grammar {
namespace {

bool note(yaml::Node const& node, std::vector<ExpressionError> errors, Problems& problems) {
  if (errors.empty()) return true;
  std::vector<Part> parts;
  for (ExpressionError& error : errors)
    parts.push_back({error.offset, error.offset + error.length, std::move(error.text)});
  problems.add_inside(node, parts);
  return false;
}

/// The inside of a text that is one `${{ }}` and nothing else, else "".
std::string_view only_expression(std::string_view text) {
  TemplatePiece piece;
  bool const is_one = TemplatePieces(text).next(piece) && piece.text.size() == text.size() &&
                      piece.kind == TemplatePiece::Kind::expression;
  return is_one ? piece.inner : std::string_view();
}

}  // namespace

std::size_t find_expression(std::string_view text) {
  constexpr std::string_view open = "${{";
  std::size_t at = 0;
  while (at + open.size() <= text.size()) {
    auto const* dollar = static_cast<char const*>(
        std::memchr(text.data() + at, '$', text.size() - at - (open.size() - 1)));
    if (dollar == nullptr) break;
    at = static_cast<std::size_t>(dollar - text.data());
    if (text[at + 1] == '{' && text[at + 2] == '{') return at;
    ++at;
  }
  return std::string_view::npos;
}

bool judge_expressions(yaml::Node const& node, Contexts contexts, Problems& problems) {
  return note(node, judge_template(node.text, contexts), problems);
}

bool judge_if(yaml::Node const& node, Contexts contexts, Problems& problems) {
  return node.is_null() || note(node, judge_condition(node.text, contexts), problems);
}

std::optional<std::string> literal_of(std::string_view text) {
  return sole_string(only_expression(text));
}

bool is_insert(std::string_view text) {
  return trim(only_expression(text)) == "insert";
}

}  // namespace landfall::grammar
