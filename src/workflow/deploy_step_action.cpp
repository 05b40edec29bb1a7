#include <algorithm>

#include "base/text.h"
#include "workflow/deploy_step.h"
#include "workflow/deploy_step_words.h"
#include "workflow/expression.h"
#include "workflow/scripts.h"

// Actions by the signatures: what their inputs say, and the commands that they run.

namespace landfall {
namespace {

struct Reading {
  ActionSignature const& action;
  ActionInputs const& inputs;
  DeployScene const& scene;
  std::string_view uses;

  /// An input's text, or its default.
  std::optional<std::string> input(std::string_view name) const {
    if (name.starts_with("env.")) return scene.variables(name.substr(4));
    if (auto given = inputs(name)) return given;
    InputSignature const* declared = find_input(action, name);
    if (declared == nullptr || declared->fallback.empty()) return std::nullopt;
    return std::string(declared->fallback);
  }
};

std::optional<bool> holds(InputCondition const& condition, Reading const& reading) {
  std::optional<std::string> const given = reading.input(condition.input);
  if (!given) return false;
  if (!is_known(*given)) return std::nullopt;
  InputSignature const* declared = find_input(reading.action, condition.input);
  FlagRule const rule = declared == nullptr ? FlagRule::none : declared->flag;
  std::optional<bool> const flag = flag_value(rule, *given);
  std::string_view const text = flag ? (*flag ? "true" : "false") : trim(std::string_view(*given));
  return std::any_of(condition.values.begin(), condition.values.end(),
                     [text](std::string_view value) {
                       if (value == "*") return !text.empty();
                       return text.size() == value.size() && lower(text) == lower(value);
                     });
}

bool acts(Reading const& reading) {
  for (InputCondition const& condition : reading.action.when)
    if (holds(condition, reading) == false) return false;
  for (InputCondition const& condition : reading.action.unless)
    if (holds(condition, reading) == true) return false;
  return true;
}

std::optional<std::string> first_input(Reading const& reading,
                                       std::span<std::string_view const> names) {
  for (std::string_view const name : names)
    if (auto text = reading.input(name)) return text;
  return std::nullopt;
}

std::optional<bool> flag_of(Reading const& reading, std::string_view name) {
  InputSignature const* declared = find_input(reading.action, name);
  std::optional<std::string> const given = reading.input(name);
  // A version that does not know the input takes no notice of it.
  if (declared == nullptr || !given || !has_input(*declared, reading.uses)) return false;
  return is_known(*given) ? flag_value(declared->flag, *given) : std::nullopt;
}

FoundDeploy by_inputs(std::string tool, Reading const& reading) {
  ActionSignature const& action = reading.action;
  FoundDeploy deploy;
  deploy.provider = action.provider;
  deploy.role = action.role;
  deploy.tool = std::move(tool);
  deploy.action = &action;
  deploy.target = first_input(reading, action.target).value_or(unknown_text(action.provider));
  // Of a list of tags or manifests the first is the name.
  if (deploy.target.find('\n') != std::string::npos)
    deploy.target = std::string(trim(lines_of(trim(deploy.target))[0]));
  deploy.within = first_input(reading, action.within).value_or("");
  if (action.provider == "container")
    deploy.target = deploy.target.substr(
        0, deploy.target.rfind(':') > deploy.target.rfind('/') && is_known(deploy.target)
               ? deploy.target.rfind(':')
               : std::string::npos);
  if (find_input(action, "dontautocreate") != nullptr)
    deploy.dont_autocreate = flag_of(reading, "dontautocreate");
  deploy.needs_heroku_cli = action.needs == "heroku";
  std::string url = action.health.url.empty() ? "" : reading.input(action.health.url).value_or("");
  if (!url.empty())
    deploy.health_check =
        OwnHealthCheck{std::move(url), reading.input(action.health.text).value_or(""),
                       flag_of(reading, action.health.roll_back)};
  return deploy;
}

/// The first `{input}` of a template, with each line of the input a command of its own.
std::string filled(std::string_view text, Reading const& reading) {
  std::size_t const open = text.find('{');
  if (open == std::string_view::npos) return std::string(text);
  std::size_t const close = std::min(text.find('}', open), text.size() - 1);
  std::string_view const name = text.substr(open + 1, close - open - 1);
  std::string script;
  for (std::string const& line : lines_of(reading.input(name).value_or(""))) {
    if (trim(line).empty()) continue;
    script +=
        std::string(text.substr(0, open)) + line + filled(text.substr(close + 1), reading) + "\n";
  }
  return script.empty() ? std::string(text.substr(0, open)) : script;
}

std::vector<FoundDeploy> by_script(std::string_view script, std::string const& host,
                                   Reading const& reading) {
  ShellVariables const none = [](std::string_view) -> std::optional<std::string> { return {}; };
  bool const is_remote = !reading.action.host.empty();
  std::vector<ShellCommand> commands;
  if (is_remote)
    commands = shell_commands(script, none, {ShellLanguage::sh, false, false});
  else
    commands = step_commands({script, ".", {}}, reading.scene.variables, reading.scene.read);
  std::vector<FoundDeploy> found;
  for (ShellCommand& command : commands) {
    if (is_remote && command.host.empty()) command.host = host;
    for (FoundDeploy& deploy : command_deploys(command, reading.scene)) {
      bool const is_new = std::none_of(found.begin(), found.end(), [&](FoundDeploy const& other) {
        return other.provider == deploy.provider && other.target == deploy.target;
      });
      if (is_new) found.push_back(std::move(deploy));
    }
  }
  return found;
}

}  // namespace

std::vector<FoundDeploy> action_deploys(std::string_view uses, ActionInputs const& inputs,
                                        DeployScene const& scene) {
  ActionSignature const* action = find_action(uses);
  if (action == nullptr || !action->deploys) return {};
  Reading const reading{*action, inputs, scene, uses};
  if (!acts(reading)) return {};
  std::string tool = lower(trim(uses.substr(0, uses.find('@'))));
  std::vector<FoundDeploy> found;
  if (action->runs.empty() && action->script.empty()) {
    found.push_back(by_inputs(std::move(tool), reading));
    return found;
  }
  bool const runs = !action->runs.empty();
  std::string const script =
      runs ? filled(action->runs, reading) : reading.input(action->script).value_or("");
  std::string const host = action->host.empty() ? "" : reading.input(action->host).value_or("");
  found = by_script(script, host.empty() && !action->host.empty() ? unknown_text("host") : host,
                    reading);
  // A script that publishes does so by whatever it calls.
  bool const publishes = !runs && action->role == DeployRole::release && !script.empty();
  if (found.empty() && publishes) found.push_back(by_inputs(tool, reading));
  for (FoundDeploy& deploy : found) {
    deploy.tool = tool;
    deploy.action = action;
    if (deploy.within.empty()) deploy.within = first_input(reading, action->within).value_or("");
    bool const is_named = is_known(deploy.target);
    if (!is_named && !action->target.empty())
      deploy.target = first_input(reading, action->target).value_or(deploy.target);
  }
  return found;
}

}  // namespace landfall
