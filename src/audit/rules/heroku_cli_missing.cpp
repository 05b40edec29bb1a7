#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "audit/site.h"
#include "base/text.h"
#include "workflow/deploy_step_events.h"

namespace landfall::audit_rules {
namespace {

/// GitHub's images without the CLI: it went with ubuntu-24.04, to which ubuntu-latest moved in
/// January 2025. https://github.com/actions/runner-images/tree/main/images/ubuntu
constexpr std::array<std::string_view, 6> without_cli{"ubuntu-latest",    "ubuntu-24.04",
                                                      "ubuntu-24.04-arm", "ubuntu-26.04",
                                                      "ubuntu-26.04-arm", "ubuntu-slim"};

RunnerLabel const* lacking(std::vector<RunnerLabel> const& labels) {
  for (RunnerLabel const& label : labels)
    if (std::find(without_cli.begin(), without_cli.end(), label.name) != without_cli.end())
      return &label;
  return nullptr;
}

enum class Install { no, perhaps, yes };

/// What a composite action of this repository does, if it can be read.
Install local_installs(AuditedFile const& file, Hop const& hop, Step const& step);

Install installs(AuditedFile const& file, Hop const& hop, Step const& step) {
  std::string_view const uses = step.uses_text();
  if (uses.starts_with("./")) return local_installs(file, hop, step);
  if (!uses.empty()) {
    if (action_installs_heroku_cli(uses)) return Install::yes;
    // An action nobody here knows, with a name that says it.
    bool const deploys = find_action(uses) != nullptr;
    return !deploys && lower(uses).find("heroku") != std::string::npos ? Install::perhaps
                                                                       : Install::no;
  }
  if (!step.hints.installs && !step.hints.calls) return Install::no;
  std::vector<ShellCommand> const& commands = commands_of(file, hop, step);
  return std::any_of(commands.begin(), commands.end(), installs_heroku_cli) ? Install::yes
                                                                            : Install::no;
}

Install local_installs(AuditedFile const& file, Hop const& hop, Step const& step) {
  LoadedAction const* action = file.library->local_action(step.uses_text());
  if (action == nullptr) return Install::perhaps;
  Install found = Install::no;
  for (Step const& inner : action->action.steps) {
    if (inner.uses_text().starts_with("./")) {
      found = std::max(found, Install::perhaps);
      continue;
    }
    found = std::max(found, installs(file, hop, inner));
  }
  return found;
}

bool uses_cli(AuditedFile const& file, Hop const& hop, Step const& step) {
  if (step.run == nullptr || step.script().find("heroku") == std::string_view::npos) return false;
  std::vector<ShellCommand> const& commands = commands_of(file, hop, step);
  return std::any_of(commands.begin(), commands.end(), uses_heroku_cli);
}

void mend(AuditedFile const& file, DeploySite const& site, AuditFinding& finding) {
  Job const& job = site.job();
  if (site.hop().workflow != file.workflow || job.node == nullptr) return;
  yaml::Node const* list = job.node->find("steps");
  if (list == nullptr) return;
  finding.fix_title = "install the Heroku CLI before";
  if (!file.fixes) return;
  std::size_t index = 0;
  while (&job.steps[index] != site.path().step && !uses_cli(file, site.hop(), job.steps[index]))
    ++index;
  std::string const lines[]{"name: Install the Heroku CLI",
                            "run: curl -fsSL https://cli-assets.heroku.com/install.sh | sh"};
  FixEdits edits;
  edits.add(file.path, insert_item(*file.document, *list, index, lines));
  edits.into(finding);
}

}  // namespace

void heroku_cli_missing(AuditedFile const& file, Findings& findings) {
  for (DeploySite const& site : deploy_sites(file)) {
    if (!site.deploy().needs_heroku_cli || site.job().container != nullptr) continue;
    std::vector<RunnerLabel> const labels = runner_labels(site.job());
    RunnerLabel const* label = lacking(labels);
    if (label == nullptr) continue;
    Install found = Install::no;
    for (Step const& step : site.job().steps) {
      found = std::max(found, installs(file, site.hop(), step));
      if (&step == site.path().step) break;
    }
    if (found != Install::no) continue;
    AuditFinding finding{
        .rule = "heroku-cli-missing",
        .place = site.path().place,
        .message = fmt::format("deploys {} with the Heroku CLI, which is not on {}, and no step "
                               "before installs it: this fails with `heroku: not found`",
                               site.targets, printable(label->name)),
        .target = site.target};
    mend(file, site, finding);
    findings.add(std::move(finding));
  }
}

}  // namespace landfall::audit_rules
