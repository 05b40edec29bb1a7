#include <fmt/core.h>

#include <algorithm>

#include "audit/site.h"
#include "base/text.h"
#include "workflow/deploy_step.h"

namespace landfall::audit_rules {
namespace {

/// Is the outcome of a step that may fail looked at by another one?
bool is_looked_at(SiteStep const& at) {
  if (at.step->id.empty() || at.document == nullptr) return false;
  std::string const outcome = fmt::format("steps.{}.outcome", at.step->id);
  return at.document->text().find(outcome) != std::string_view::npos;
}

/// The same of a job.
bool is_looked_at(AuditedFile const& file, Job const& job) {
  std::string const result = fmt::format("needs.{}.result", job.id);
  return file.document->text().find(result) != std::string_view::npos;
}

std::string_view how(ShellFailure failure) {
  switch (failure) {
    case ShellFailure::stops:
      return "";
    case ShellFailure::or_harmless:
      return "what stands behind `||` makes good of its failure";
    case ShellFailure::not_errexit:
      return "the script goes on after it has failed";
    case ShellFailure::and_list:
      return "on the left of `&&` its failure does not end the script";
    case ShellFailure::pipe:
      return "on the left of a pipe its failure is lost without pipefail";
    case ShellFailure::condition:
      return "a condition takes its failure for an answer";
    case ShellFailure::substitution:
      return "within `$( )` of another command its failure is lost";
    case ShellFailure::background:
      return "`&` lets the script go on without its result";
  }
  return "";
}

/// What is advice for a version or a stack is a lie for a service.
std::string severity(DeploySite const& site) {
  bool const serves =
      site.deploy().role == DeployRole::deploy || site.deploy().role == DeployRole::site;
  return serves ? "" : "SEV-4";
}

AuditFinding finding_of(DeploySite const& site, Place place, std::string message) {
  return {.rule = "deploy-error-swallowed",
          .severity = severity(site),
          .place = std::move(place),
          .message = std::move(message),
          .target = site.target};
}

void mend_key(AuditedFile const& file, std::string const& path, yaml::Document const* document,
              yaml::Node const* mapping, AuditFinding& finding) {
  if (document == nullptr || mapping == nullptr) return;
  finding.fix_title = "take continue-on-error away";
  if (!file.fixes) return;
  FixEdits edits;
  edits.add(path, remove_pair(*document, *mapping, "continue-on-error"));
  edits.into(finding);
}

/// Takes ` || true` or ` || :` at the end of the command's line away.
void mend_command(AuditedFile const& file, SiteStep const& at, ShellCommand const& command,
                  AuditFinding& finding) {
  // What many let pass on purpose is theirs to change.
  bool const is_advice = !finding.severity.empty();
  if (command.failure != ShellFailure::or_harmless || !command.file.empty() || is_advice ||
      at.document == nullptr)
    return;
  std::string_view const script = at.step->script();
  std::size_t const begin = MarkedScript(script).original(command.step_offset);
  std::string_view const line = script.substr(begin, script.find('\n', begin) - begin);
  std::size_t const bars = line.rfind("||");
  if (bars == std::string_view::npos || line.find("||") != bars) return;
  std::string_view const rest = trim(line.substr(bars + 2));
  if (rest != "true" && rest != ":") return;
  finding.fix_title = fmt::format("take `|| {}` away", rest);
  if (!file.fixes) return;
  std::size_t const from = line.find_last_not_of(' ', bars - 1) + 1;
  ScalarChange const change{begin + from, begin + line.size(), ""};
  FixEdits edits;
  edits.add(at.file, replace_in_scalar(*at.document, *at.step->run, std::span(&change, 1)));
  edits.into(finding);
}

bool may_swallow(Step const& step) {
  std::string_view const script = step.script();
  return script.find_first_of("|&;") != std::string_view::npos ||
         script.find("set +") != std::string_view::npos ||
         script.find("if ") != std::string_view::npos ||
         script.find("$(") != std::string_view::npos || step.hints.calls;
}

/// Is it the command that this site is: others of the step are sites of their own.
bool is_of(DeploySite const& site, ShellCommand const& command, Place const& place) {
  if (place.file != site.path().place.file || place.begin.line != site.path().place.begin.line)
    return false;
  std::string_view const word = command.words.empty() ? "" : std::string_view(command.words[0]);
  std::string_view const tool = site.deploy().tool;
  return word.substr(word.rfind('/') + 1) == tool.substr(0, tool.find(' '));
}

void look_at_commands(AuditedFile const& file, DeploySite const& site, SiteStep const& at,
                      Findings& findings) {
  bool const has_shell = at.step->shell != nullptr || site.job().defaults != nullptr ||
                         site.hop().workflow->defaults != nullptr;
  if (at.step->run == nullptr || (!has_shell && !may_swallow(*at.step))) return;
  ShellCommand const* caller = nullptr;
  std::vector<ShellCommand> const& commands = commands_of(file, site.hop(), *at.step);
  for (ShellCommand const& command : commands) {
    if (command.file.empty()) caller = &command;
    if (!is_of(site, command, command_place(file, at, command))) continue;
    // A script may be left to fail where it is called: that is the place to mend.
    bool const by_caller = caller != nullptr && caller->failure_ignored();
    ShellCommand const& swallowed = by_caller ? *caller : command;
    if (!swallowed.failure_ignored()) continue;
    AuditFinding finding = finding_of(
        site, command_place(file, at, swallowed),
        fmt::format("`{}` deploys {}, and {}: a deploy that failed is green",
                    printable(site.deploy().tool), site.targets, how(swallowed.failure)));
    mend_command(file, at, swallowed, finding);
    findings.add(std::move(finding));
  }
}

}  // namespace

void deploy_error_swallowed(AuditedFile const& file, Findings& findings) {
  for (DeploySite const& site : deploy_sites(file)) {
    SiteStep const at = site_step(file, site.path());
    if (is_true(at.step->continue_on_error) && !is_looked_at(at)) {
      yaml::Node const& node = *at.step->continue_on_error;
      AuditFinding finding = finding_of(
          site, {at.file, node.begin, node.end},
          fmt::format("the step that deploys {} may fail, and the job is green all the same",
                      site.targets));
      mend_key(file, at.file, at.document, at.step->node, finding);
      findings.add(std::move(finding));
    }
    Job const& job = site.job();
    if (site.hop().workflow == file.workflow && is_true(job.continue_on_error) &&
        !is_looked_at(file, job)) {
      AuditFinding finding = finding_of(
          site, file.place(*job.continue_on_error),
          fmt::format("the job that deploys {} may fail, and the run is green all the same",
                      site.targets));
      mend_key(file, file.path, file.document, job.node, finding);
      findings.add(std::move(finding));
    }
    look_at_commands(file, site, at, findings);
  }
}

}  // namespace landfall::audit_rules
