#include <fmt/core.h>

#include <algorithm>

#include "audit/site.h"
#include "base/text.h"
#include "workflow/expression.h"

namespace landfall::audit_rules {
namespace {

std::vector<TemplatePiece> pieces_of(std::string_view text) {
  std::vector<TemplatePiece> all;
  TemplatePieces pieces(text);
  for (TemplatePiece piece; pieces.next(piece);) all.push_back(piece);
  return all;
}

/// May the expression stand beside operators without parentheses?
bool binds_tightly(std::string_view inner) {
  auto const expression = parse_expression(trim(inner));
  if (!expression) return false;
  ExpressionNode::Kind const kind = expression->root().kind;
  return kind != ExpressionNode::Kind::comparison && kind != ExpressionNode::Kind::all &&
         kind != ExpressionNode::Kind::any && kind != ExpressionNode::Kind::negation;
}

/// The condition as it was meant: without braces, and without quotes around them; nullopt where
/// that is no expression.
std::optional<std::string> meant(std::vector<TemplatePiece> const& pieces) {
  std::string made;
  bool quoted = false;
  for (TemplatePiece const& piece : pieces) {
    if (piece.kind == TemplatePiece::Kind::literal) {
      std::string_view text = piece.text;
      if (quoted && text.starts_with('\'')) text.remove_prefix(1);
      made += text;
      continue;
    }
    quoted = made.ends_with('\'');
    if (quoted) made.pop_back();
    std::string const inner(trim(piece.inner));
    made += binds_tightly(inner) ? inner : "(" + inner + ")";
  }
  std::string const whole(trim(made));
  return parse_expression(whole) ? std::optional(whole) : std::nullopt;
}

/// A block whose last line end is all that is wrong keeps its lines, and drops that.
Result<TextEdit> strip(yaml::Document const& document, yaml::Node const& node) {
  std::string source(document.text().substr(node.begin.byte, node.end.byte - node.begin.byte));
  if (source.size() > 1 && (source[1] == '-' || source[1] == '+')) source.erase(1, 1);
  source.insert(1, "-");
  std::string_view value = node.text;
  while (value.ends_with('\n')) value.remove_suffix(1);
  return rewrite_scalar(document, node, source, value);
}

/// The condition as one scalar; a block becomes a line.
Result<TextEdit> rewrite(yaml::Document const& document, yaml::Node const& node,
                         std::string const& whole) {
  bool const is_block = node.style == yaml::Style::literal || node.style == yaml::Style::folded;
  if (!is_block) return replace_scalar(document, node, whole);
  std::string_view const old =
      document.text().substr(node.begin.byte, node.end.byte - node.begin.byte);
  std::string_view const end = old.ends_with("\r\n") ? "\r\n" : old.ends_with('\n') ? "\n" : "";
  return rewrite_scalar(document, node, yaml_scalar(whole) + std::string(end), whole);
}

void mend(AuditedFile const& file, yaml::Node const& node, AuditFinding& finding) {
  std::vector<TemplatePiece> const pieces = pieces_of(node.text);
  bool const is_block = node.style == yaml::Style::literal || node.style == yaml::Style::folded;
  bool const ends_only = is_block && pieces.size() == 2 &&
                         pieces[0].kind == TemplatePiece::Kind::expression &&
                         pieces[1].text.find_first_not_of('\n') == std::string_view::npos;
  std::optional<std::string> const whole = meant(pieces);
  if (!whole) return;
  finding.fix_title = ends_only ? "drop the line end behind the expression"
                                : fmt::format("write `{}`", printable(*whole));
  if (!file.fixes) return;
  FixEdits edits;
  edits.add(file.path,
            ends_only ? strip(*file.document, node) : rewrite(*file.document, node, *whole));
  edits.into(finding);
}

void judge(AuditedFile const& file, yaml::Node const* node, std::string const& whose,
           Findings& findings) {
  if (node == nullptr || !node->is_scalar() || !is_always_text(node->text)) return;
  bool const ends_only = trim(node->text).starts_with("${{") && trim(node->text).ends_with("}}") &&
                         !is_always_text(trim(node->text));
  AuditFinding finding{
      .rule = "condition-always-true",
      .place = file.place(*node),
      .message = fmt::format(
          "the `if` of {} is always true: {} makes it a text, and a text that is not empty is true",
          whose,
          ends_only ? "the blank or line end outside of `${{ }}`"
                    : "what stands outside of `${{ }}`")};
  mend(file, *node, finding);
  findings.add(std::move(finding));
}

}  // namespace

void condition_always_true(AuditedFile const& file, Findings& findings) {
  if (file.paths == nullptr || file.paths->empty()) return;
  for (Job const* job : jobs_on_paths(file)) {
    judge(file, job->condition, fmt::format("job {}", job->id), findings);
    for (Step const& step : job->steps)
      judge(file, step.condition,
            step.name.empty() ? fmt::format("step {} of job {}", step.number, job->id)
                              : fmt::format("step '{}'", step.name),
            findings);
  }
}

}  // namespace landfall::audit_rules
