#include <fmt/core.h>

#include "audit/flags.h"
#include "audit/site.h"
#include "base/text.h"
#include "workflow/expression.h"

namespace landfall::audit_rules {
namespace {

std::string_view word(bool flag) {
  return flag ? "true" : "false";
}

/// What the action makes of it, against what was meant; "" where both are the same.
std::string contradiction(InputSignature const& input, std::string_view text) {
  std::optional<bool> const meant = meant_flag(text);
  std::optional<bool> const is = flag_value(input.flag, text);
  if (is == meant) return {};
  if (!is && input.flag == FlagRule::core)
    return "which the action refuses: it takes true and false alone";
  if (!is || !meant) return {};
  if (input.flag == FlagRule::not_false)
    return "which means true to this action: every text but `false` does";
  if (input.flag == FlagRule::filled)
    return "which means true to this action: every text that is not empty does";
  return fmt::format("which means {} to this action", word(*is));
}

void judge_inputs(AuditedFile const& file, DeploySite const& site, Findings& findings) {
  ActionSignature const* action = site.deploy().action;
  SiteStep const at = site_step(file, site.path());
  if (action == nullptr || at.step->with == nullptr) return;
  for (InputSignature const& input : action->inputs) {
    yaml::Pair const* given =
        input.flag == FlagRule::none ? nullptr : step_input(*at.step, input.name);
    if (given == nullptr || !given->value.is_scalar() || has_expression(given->value.text))
      continue;
    std::string const text = input_text(given->value);
    std::string const means = contradiction(input, text);
    if (means.empty()) continue;
    AuditFinding finding{
        .rule = "boolean-trap",
        .place = {at.file, given->key.begin, given->value.end},
        .message = fmt::format("'{}' is given `{}`, {}", input.name, printable(text), means),
        .target = site.target};
    std::optional<bool> const meant = meant_flag(text);
    if (meant && at.document != nullptr) {
      finding.fix_title = fmt::format("write {}", word(*meant));
      FixEdits edits;
      if (file.fixes) edits.add(at.file, replace_scalar(*at.document, given->value, word(*meant)));
      edits.into(finding);
    }
    findings.add(std::move(finding));
  }
}

std::string explained(WrongComparison const& wrong) {
  if (wrong.is_name)
    return fmt::format(
        "`{}` is a text here, and `false` is a text that is not empty: it is true "
        "whatever was chosen",
        printable(wrong.text));
  return fmt::format("`{}` compares {} with {}: they are never equal", printable(wrong.text),
                     wrong.is_text ? "a text" : "a boolean",
                     wrong.is_text ? "a boolean" : "a text");
}

class Walk {
 public:
  Walk(AuditedFile const& file, Findings& findings)
      : file_(file), findings_(findings), types_(*file.workflow) {}

  void look_at(yaml::Node const& node, bool is_condition) {
    for (yaml::Node const& item : node.items) look_at(item, false);
    for (yaml::Pair const& pair : node.pairs) look_at(pair.value, pair.key.text == "if");
    if (!node.is_scalar()) return;
    for (WrongComparison const& wrong : wrong_comparisons(node.text, is_condition, types_))
      tell(node, wrong);
  }

 private:
  void tell(yaml::Node const& node, WrongComparison const& wrong) {
    std::size_t const ends[]{wrong.begin, wrong.end};
    std::vector<yaml::Mark> const marks = marks_in(node, file_.document->text(), ends);
    AuditFinding finding{.rule = "boolean-trap",
                         .place = {file_.path, marks[0], marks[1]},
                         .message = explained(wrong),
                         .fix_title = fmt::format("write {}", wrong.fix)};
    FixEdits edits;
    ScalarChange const change{wrong.fix_begin, wrong.fix_end, wrong.fix};
    if (file_.fixes)
      edits.add(file_.path, replace_in_scalar(*file_.document, node, std::span(&change, 1)));
    edits.into(finding);
    findings_.add(std::move(finding));
  }

  AuditedFile const& file_;
  Findings& findings_;
  InputTypes types_;
};

}  // namespace

void boolean_trap(AuditedFile const& file, Findings& findings) {
  if (file.paths == nullptr || file.paths->empty()) return;
  for (DeploySite const& site : deploy_sites(file)) judge_inputs(file, site, findings);
  if (file.document->text().find("inputs.") == std::string_view::npos) return;
  Walk walk(file, findings);
  for (Job const* job : jobs_on_paths(file)) walk.look_at(*job->node, false);
}

}  // namespace landfall::audit_rules
