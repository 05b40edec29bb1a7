#include "audit/refused.h"

#include <fmt/core.h>

#include "audit/site.h"

namespace landfall {
namespace {

constexpr std::string_view guess = "did you mean '";

yaml::Node const* scalar_at(yaml::Node const& node, std::size_t byte) {
  if (node.is_scalar()) return !node.alias && node.begin.byte == byte ? &node : nullptr;
  if (byte < node.begin.byte || byte > node.end.byte) return nullptr;
  for (yaml::Node const& item : node.items)
    if (yaml::Node const* found = scalar_at(item, byte)) return found;
  for (yaml::Pair const& pair : node.pairs) {
    if (yaml::Node const* found = scalar_at(pair.key, byte)) return found;
    if (yaml::Node const* found = scalar_at(pair.value, byte)) return found;
  }
  return nullptr;
}

/// Where the problem is a misspelt word, the word that was meant.
void mend(AuditedFile const& file, SchemaProblem const& problem, AuditFinding& finding) {
  if (!problem.hint.starts_with(guess)) return;
  std::string const meant =
      problem.hint.substr(guess.size(), problem.hint.rfind('\'') - guess.size());
  yaml::Node const* word = scalar_at(file.document->root(), problem.begin.byte);
  if (word == nullptr || word->end.byte != problem.end.byte) return;
  finding.fix_title = fmt::format("write '{}'", meant);
  if (!file.fixes) return;
  FixEdits edits;
  edits.add(file.path, replace_scalar(*file.document, *word, meant));
  edits.into(finding);
}

}  // namespace

void add_problems(AuditedFile const& file, SchemaProblem::Kind kind, std::string_view rule,
                  Findings& findings) {
  if (file.problems == nullptr) return;
  for (SchemaProblem const& problem : *file.problems) {
    if (problem.kind != kind) continue;
    bool const refused = kind != SchemaProblem::Kind::doubtful;
    AuditFinding finding{.rule = rule, .place = {file.path, problem.begin, problem.end}};
    finding.message = problem.text;
    if (!problem.hint.empty()) finding.message += fmt::format(" ({})", problem.hint);
    if (refused) finding.message += ": GitHub refuses the file and runs none of its jobs";
    if (!refused) finding.severity = "SEV-4";
    if (refused && file.workflow != nullptr && may_deploy(*file.workflow))
      finding.severity = "SEV-2";
    mend(file, problem, finding);
    findings.add(std::move(finding));
  }
}

}  // namespace landfall
