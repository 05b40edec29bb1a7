#include "audit/heroku_check.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "workflow/deploy_step_events.h"
#include "workflow/expression.h"

namespace landfall {
namespace {

/// Does the command fail when the app that it names is not there?
bool names_an_app(ShellCommand const& command) {
  if (command.failure_ignored() || command.words.empty()) return false;
  if (uses_heroku_cli(command)) {
    bool const creates = command.words.size() > 1 &&
                         (command.words[1] == "create" || command.words[1] == "apps:create");
    return !creates &&
           std::any_of(command.words.begin(), command.words.end(), [](std::string const& word) {
             return word == "-a" || word == "--app" || word == "-r" || word == "--remote" ||
                    word.starts_with("--app=") || word.starts_with("-a=") ||
                    word.starts_with("--remote=");
           });
  }
  return std::any_of(command.words.begin(), command.words.end(), [](std::string const& word) {
    return word.find("api.heroku.com/apps/") != std::string::npos;
  });
}

/// Is the action's own word on it, `Skipped deploy...`, looked at later?
bool reads_status(Hop const& hop, Step const& step, yaml::Document const& document) {
  if (step.id.empty() || hop.job->node == nullptr) return false;
  yaml::Node const& job = *hop.job->node;
  std::string_view const text =
      document.text().substr(job.begin.byte, job.end.byte - job.begin.byte);
  return text.find(fmt::format("steps.{}.outputs.status", step.id)) != std::string_view::npos;
}

/// A scalar as it stands in the file, if that is one line.
std::optional<std::string> source_of(SiteStep const& step, yaml::Node const& node) {
  if (!node.is_scalar() || node.alias || step.document == nullptr) return std::nullopt;
  std::string_view const source =
      step.document->text().substr(node.begin.byte, node.end.byte - node.begin.byte);
  if (source.empty() || source.find('\n') != std::string_view::npos) return std::nullopt;
  return std::string(source);
}

bool steps_ask(AuditedFile const& file, Hop const& hop, std::span<Step const> steps) {
  for (Step const& step : steps) {
    bool const speaks_of_it =
        step.script().find("heroku") != std::string_view::npos || step.hints.calls;
    if (!speaks_of_it || is_true(step.continue_on_error)) continue;
    std::vector<ShellCommand> const& commands = commands_of(file, hop, step);
    if (std::any_of(commands.begin(), commands.end(), names_an_app)) return true;
  }
  return false;
}

}  // namespace

bool asks_for_app(AuditedFile const& file, Hop const& hop, SiteStep const& deploying) {
  if (deploying.document != nullptr && reads_status(hop, *deploying.step, *deploying.document))
    return true;
  if (steps_ask(file, hop, deploying.steps) || steps_ask(file, hop, hop.job->steps)) return true;
  // A job that must be over before stops this one by failing.
  return std::any_of(hop.job->ancestors.begin(), hop.job->ancestors.end(), [&](std::size_t job) {
    Hop before = hop;
    before.job = &hop.workflow->jobs[job];
    return steps_ask(file, before, before.job->steps);
  });
}

std::optional<std::vector<std::string>> app_check_step(SiteStep const& deploying) {
  yaml::Pair const* app = step_input(*deploying.step, "heroku_app_name");
  yaml::Pair const* key = step_input(*deploying.step, "heroku_api_key");
  if (app == nullptr || key == nullptr) return std::nullopt;
  auto const app_source = source_of(deploying, app->value);
  auto const key_source = source_of(deploying, key->value);
  if (!app_source || !key_source) return std::nullopt;
  std::vector<std::string> lines{"name: Check that the app is there"};
  if (deploying.step->condition != nullptr) {
    auto const condition = source_of(deploying, *deploying.step->condition);
    if (!condition) return std::nullopt;
    lines.push_back("if: " + *condition);
  }
  lines.push_back("env:");
  lines.push_back("  HEROKU_API_KEY: " + *key_source);
  lines.push_back("  APP: " + *app_source);
  // A composite action must name the shell.
  if (deploying.file.ends_with("action.yml") || deploying.file.ends_with("action.yaml"))
    lines.emplace_back("shell: bash");
  lines.emplace_back("run: heroku apps:info --app \"$APP\"");
  return lines;
}

}  // namespace landfall
