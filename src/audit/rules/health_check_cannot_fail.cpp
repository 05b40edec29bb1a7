#include <fmt/core.h>

#include <algorithm>

#include "audit/health_steps.h"
#include "base/text.h"
#include "workflow/deploy_step_health.h"

namespace landfall::audit_rules {
namespace {

constexpr std::string_view rule = "health-check-cannot-fail";

struct Question {
  AroundDeploy const& around;
  ShellCommand const& command;
  HealthQuestion asked;
  bool ignored = false;  ///< nothing comes of a bad answer
  bool waited = false;   ///< something slept before it
};

bool is_program(ShellCommand const& command, std::string_view name) {
  if (command.words.empty()) return false;
  std::string_view const word = command.words[0];
  return word.substr(word.rfind('/') + 1) == name;
}

bool has_word(ShellCommand const& command, std::string_view option) {
  return std::any_of(command.words.begin(), command.words.end(), [&](std::string const& word) {
    return word == option || (word.starts_with(option) && word[option.size()] == '=');
  });
}

/// `--fail` or a letter of it among others: `-fsS`.
bool has_fail(ShellCommand const& command) {
  return has_word(command, "--fail") || has_word(command, "--fail-with-body") ||
         std::any_of(command.words.begin(), command.words.end(), [](std::string const& word) {
           return word.size() > 1 && word[0] == '-' && word[1] != '-' &&
                  word.find('f') != std::string::npos &&
                  word.find_first_not_of("fsSLkvIiN", 1) == std::string::npos;
         });
}

/// The options that make curl fail when the app does, and ask again while it starts.
void mend_curl(AuditedFile const& file, Question const& question, AuditFinding& finding) {
  ShellCommand const& command = question.command;
  if (!is_program(command, "curl") || !command.file.empty()) return;
  std::string options;
  if (!has_fail(command) && !question.asked.fails_on_status) options += " --fail";
  if (!question.asked.retries && !has_word(command, "--retry"))
    options += " --retry 10 --retry-delay 6 --retry-all-errors";
  if (options.empty()) return;
  finding.fix_title = "add" + options;
  if (!file.fixes) return;
  Step const& step = *question.around.step;
  std::size_t const from = MarkedScript(step.script()).original(command.step_offset);
  std::size_t const curl = step.script().find("curl", from);
  if (curl == std::string_view::npos ||
      step.script().substr(from, curl - from).find('\n') != std::string_view::npos) {
    finding.fix_title.clear();
    return;
  }
  ScalarChange const change{curl + 4, curl + 4, options};
  FixEdits edits;
  edits.add(file.path, replace_in_scalar(*file.document, *step.run, std::span(&change, 1)));
  edits.into(finding);
}

AuditFinding finding_of(AuditedFile const& file, Question const& question, std::string message) {
  SiteStep const at{.step = question.around.step, .file = file.path, .document = file.document};
  return {.rule = rule,
          .place = command_place(file, at, question.command),
          .message = std::move(message),
          .target = question.around.site->target};
}

/// What the check asks, as people say it.
std::string subject(Question const& question) {
  std::string const& host = question.asked.host;
  return host.empty() ? "the app" : printable(host);
}

void judge_after(AuditedFile const& file, Question const& question, Findings& findings) {
  if (question.ignored) {
    findings.add(finding_of(
        file, question,
        fmt::format("asks {} for its health, and goes on whatever it answers", subject(question))));
    return;
  }
  if (!question.asked.fails_on_status) {
    AuditFinding finding = finding_of(
        file, question,
        fmt::format("asks {} for its health, and takes every answer for a good one: an error page "
                    "is an answer too",
                    subject(question)));
    mend_curl(file, question, finding);
    findings.add(std::move(finding));
    return;
  }
  if (question.asked.retries || question.waited || waits_until_up(question.around.site->job()))
    return;
  AuditFinding finding = finding_of(
      file, question,
      fmt::format("asks {} for its health once and at once: it hears the release before, or nobody "
                  "yet",
                  subject(question)));
  finding.severity = "SEV-4";
  finding.confidence = Confidence::likely;
  mend_curl(file, question, finding);
  findings.add(std::move(finding));
}

/// Does a later command speak of the variable that the answer went to?
bool is_read(std::span<ShellCommand const> commands, std::size_t index) {
  std::string const& name = commands[index].captured_by;
  auto const speaks = [&](std::string const& word) {
    return word.find("$" + name) != std::string::npos ||
           word.find("${" + name) != std::string::npos;
  };
  return std::any_of(commands.begin() + static_cast<std::ptrdiff_t>(index) + 1, commands.end(),
                     [&](ShellCommand const& later) {
                       return std::any_of(later.words.begin(), later.words.end(), speaks);
                     });
}

/// Does nothing come of a bad answer? Where a pipe or a later comparison judges it, the failure of
/// who asked is no loss.
bool is_ignored(std::span<ShellCommand const> commands, std::size_t index) {
  ShellCommand const& command = commands[index];
  if (!command.captured_by.empty() && is_read(commands, index)) return false;
  for (std::size_t i = index; i + 1 < commands.size() && commands[i].writes_pipe; ++i) {
    ShellCommand const& next = commands[i + 1];
    if (!next.reads_pipe) break;
    bool const judges =
        is_program(next, "grep") || is_program(next, "egrep") || is_program(next, "rg") ||
        (is_program(next, "jq") && (has_word(next, "-e") || has_word(next, "--exit-status")));
    if (judges) return next.failure_ignored() && !next.writes_pipe;
  }
  return command.failure_ignored();
}

bool may_ask(Step const& step) {
  return step.hints.asks || step.hints.calls;
}

/// The steps of a job in which something waits.
bool sleeps(ShellCommand const& command) {
  return is_program(command, "sleep") || is_program(command, "Start-Sleep");
}

void judge_step(AuditedFile const& file, AroundDeploy const& around, bool& waited,
                Findings& findings) {
  if (around.step->run == nullptr) {
    if (is_true(around.step->continue_on_error) &&
        action_asks_for_an_answer(around.step->uses_text()))
      findings.add(
          {.rule = rule,
           .place = file.place(*around.step->continue_on_error),
           .message = "checks the app's health, and may fail: the job is green all the same",
           .target = around.site->target});
    return;
  }
  std::string_view const script = around.step->script();
  waited = waited || script.find("sleep ") != std::string_view::npos;
  if (!may_ask(*around.step)) return;
  std::vector<ShellCommand> const& commands = commands_of(file, around.hop, *around.step);
  // What stands before the deploy in its own step is no check of it.
  bool const own = around.step == around.site->path().step;
  Place const& deploy = around.site->path().place;
  bool deployed = !own;
  bool slept = waited && !own;
  SiteStep const at{.step = around.step, .file = file.path, .document = file.document};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    slept = slept || sleeps(commands[i]);
    if (!deployed) {
      Place const place = command_place(file, at, commands[i]);
      deployed = place.file == deploy.file && place.begin.line == deploy.begin.line;
      slept = false;
      continue;
    }
    std::optional<HealthQuestion> asked = health_question(commands, i);
    if (!asked) continue;
    if (is_true(around.step->continue_on_error)) {
      findings.add(
          {.rule = rule,
           .place = file.place(*around.step->continue_on_error),
           .message = "checks the app's health, and may fail: the job is green all the same",
           .target = around.site->target});
      return;
    }
    judge_after(file, {around, commands[i], std::move(*asked), is_ignored(commands, i), slept},
                findings);
  }
}

/// A check before the deploy, where there is none behind it.
void judge_before(AuditedFile const& file, AroundDeploy const& around, Findings& findings) {
  DeploySite const& site = *around.site;
  if (site.path().health_check || site.deploy().health_check ||
      site.deploy().role != DeployRole::deploy || around.step->run == nullptr ||
      !may_ask(*around.step))
    return;
  std::vector<ShellCommand> const& commands = commands_of(file, around.hop, *around.step);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    std::optional<HealthQuestion> const asked = health_question(commands, i);
    if (!asked || site.target.empty() || asked->host.find(site.target) == std::string::npos)
      continue;
    AuditFinding finding = finding_of(
        file, {around, commands[i], *asked},
        fmt::format("asks {} for its health before it is deployed, and nothing asks it afterwards: "
                    "this judges the release that goes away",
                    printable(asked->host)));
    finding.confidence = Confidence::likely;
    findings.add(std::move(finding));
  }
}

}  // namespace

void health_check_cannot_fail(AuditedFile const& file, Findings& findings) {
  bool waited = false;
  for (AroundDeploy const& around : steps_around(file)) {
    DeployRole const role = around.site->deploy().role;
    if (role != DeployRole::deploy && role != DeployRole::site) continue;
    if (around.after)
      judge_step(file, around, waited, findings);
    else
      judge_before(file, around, findings);
  }
}

}  // namespace landfall::audit_rules
