// Any bytes as the workflow file of a repository, through the whole audit, as a command and as an
// action.yml, too: every place that it names, and every edit that it proposes, lies in the text.
#include "audit/audit.h"
#include "base/result.h"
#include "base/yaml.h"
#include "targets.h"
#include "workflow/schema.h"

namespace landfall {
namespace {

constexpr std::string_view workflow_path = ".github/workflows/a.yml";
constexpr std::string_view action_path = "a/action.yml";

void check(AuditFinding const& finding, std::string_view text) {
  require(!finding.rule.empty() && !finding.message.empty(), "a rule and a message");
  if (finding.place.file == workflow_path)
    require(finding.place.begin.byte <= text.size() && finding.place.end.byte <= text.size(),
            "a finding in its text");
  (void)finding.fingerprint();
  for (Edit const& edit : finding.fix) {
    if (edit.file != workflow_path) continue;
    require(edit.begin <= edit.end && edit.end <= text.size(), "an edit in its text");
  }
}

}  // namespace

void fuzz_workflow(std::string_view text) {
  AuditInput input;
  input.files = {std::string(workflow_path)};
  input.read = [text](std::string_view path) {
    bool const here = path == workflow_path || path == action_path || path == "a.sh";
    return here ? std::optional(std::string(text)) : std::nullopt;
  };
  input.names = {.repository = "acme/shop", .default_branch = "main"};
  input.refs = GitRefs{.branches = {"main", "dev"}, .tags = {"v1.0.0"}};
  input.fixes = true;
  AuditResult const result = audit(input);
  for (AuditFinding const& finding : result.findings) check(finding, text);
  for (AuditFinding const& finding : result.ignored) check(finding, text);

  auto const document = yaml::read(std::string(text));
  if (!document) return;
  for (SchemaProblem const& problem : judge_action(document->root(), document->text()))
    require(!problem.text.empty() && problem.end.byte <= text.size(), "a problem with its place");
}

}  // namespace landfall
