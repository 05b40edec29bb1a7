#include "workflow/leg_walk.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "workflow/call_hints.h"
#include "workflow/deploy_step_health.h"
#include "workflow/scripts.h"
#include "workflow/shell_writes.h"
#include "workflow/unread_call.h"

namespace landfall {
namespace {

constexpr int action_depth_max = 10;

/// Is an expression nothing but the name of one thing.
bool is_lone_name(std::string_view expression) {
  std::string_view const name = trim(expression);
  return name.find('.') != std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

std::string listed(std::set<std::string> const& names) {
  return join({names.begin(), names.end()}, ", ");
}

/// A scalar of the file as an input: YAML's booleans become `true` or `false`.
std::string input_text(yaml::Node const& node, Names& names) {
  if (node.is_null()) return {};
  if (auto const flag = node.boolean()) return *flag ? "true" : "false";
  return interpolate_names(node.text, names);
}

yaml::Node const* own_or_default(yaml::Node const* own, yaml::Node const* job,
                                 yaml::Node const* workflow, std::string_view key) {
  if (own != nullptr) return own;
  for (yaml::Node const* defaults : {job, workflow}) {
    yaml::Node const* run = defaults == nullptr ? nullptr : defaults->find("run");
    yaml::Node const* value = run == nullptr ? nullptr : run->find(key);
    if (value != nullptr && value->is_scalar()) return value;
  }
  return nullptr;
}

class LegWalk {
 public:
  LegWalk(LegScene const& scene, WayNames& names)
      : scene_(scene),
        names_(names),
        read_([this](std::string_view path) { return scene_.library.text(path); }) {}

  LegResult run() {
    for (Step const& step : scene_.job.steps) {
      at_ = {step.number, 0};
      outer_ = &step;
      walk(step, {scene_.file, scene_.text}, {}, 0);
    }
    return std::move(result_);
  }

 private:
  struct File {
    std::string_view path;
    std::string_view text;
  };

  void walk(Step const& step, File file, Judgement judgement, int depth) {
    ++result_.work;
    std::map<std::string, std::string> outer;
    if (step.env != nullptr) outer = names_.variables();
    names_.add_variables(step.env);
    if (step.condition != nullptr) {
      Judgement own =
          judge_condition(*step.condition, file.path, Reason::Kind::step_condition, names_);
      judgement.runs = std::max(judgement.runs, own.runs);
      judgement.reasons.insert(judgement.reasons.end(), own.reasons.begin(), own.reasons.end());
    }
    if (step.uses != nullptr) walk_action(step, file, judgement, depth);
    if (step.run != nullptr) walk_script(step, file, judgement);
    if (step.env != nullptr) names_.restore_variables(std::move(outer));
  }

  void walk_action(Step const& step, File file, Judgement const& judgement, int depth) {
    std::string_view const uses = step.uses_text();
    if (uses.starts_with("./")) return walk_local_action(step, judgement, depth);
    if (action_asks_for_an_answer(uses)) result_.asks.push_back(at_);
    auto const input = [&](std::string_view key) -> std::optional<std::string> {
      if (step.with == nullptr) return std::nullopt;
      for (yaml::Pair const& pair : step.with->pairs)
        if (pair.key.text.size() == key.size() && lower(pair.key.text) == key &&
            pair.value.is_scalar())
          return with_images(input_text(pair.value, names_));
      return std::nullopt;
    };
    ShellVariables const variables = [this](std::string_view name) {
      return names_.variable(name);
    };
    if (!step.id.empty() && lower(uses).starts_with("docker/metadata-action@"))
      images_[lower(step.id)] = input("images").value_or("");
    if (step.action == nullptr && is_deploying_use(uses) && judgement.runs != Runs::no)
      note_unread(*step.uses, file, uses);
    if (step.action != nullptr && step.action->deploys) {
      for (FoundDeploy& deploy : action_deploys(uses, input, {remotes_, variables, read_}))
        note(std::move(deploy), {std::string(file.path), step.uses->begin, step.uses->end},
             judgement);
    }
    ++at_.command;
  }

  void walk_local_action(Step const& step, Judgement const& judgement, int depth) {
    LoadedAction const* loaded = scene_.library.local_action(step.uses_text());
    bool const has_steps = loaded != nullptr && !loaded->action.steps.empty();
    if (!has_steps && is_deploying_use(step.uses_text()) && judgement.runs != Runs::no)
      note_unread(*step.uses, {scene_.file, scene_.text}, step.uses_text());
    if (!has_steps || depth == action_depth_max) return;
    auto inputs = call_inputs(step.with, loaded->action.inputs, names_);
    auto const outer = names_.call_inputs();
    names_.enter_call(std::move(inputs));
    for (Step const& inner : loaded->action.steps)
      walk(inner, {loaded->path, loaded->document.text()}, judgement, depth + 1);
    names_.restore_call(outer);
  }

  void walk_script(Step const& step, File file, Judgement const& judgement) {
    ScriptHints const& hints = step.hints;
    bool const asks_afterwards = hints.asks && !result_.deploys.empty();
    if (!hints.deploys && !hints.calls && !hints.writes && !asks_afterwards) return;
    yaml::Node const* shell =
        own_or_default(step.shell, scene_.job.defaults, scene_.workflow.defaults, "shell");
    yaml::Node const* directory = own_or_default(step.directory, scene_.job.defaults,
                                                 scene_.workflow.defaults, "working-directory");
    std::string const script = interpolate_names(step.script(), names_);
    std::string const where =
        directory == nullptr ? std::string() : interpolate(directory->text, names_);
    ShellVariables const variables = [this](std::string_view name) {
      return names_.variable(name);
    };
    ShellMode const mode = shell_mode(shell == nullptr ? std::string_view() : shell->text);
    ScriptCommands const commands = read_script(step, {script, where, mode});
    if (commands == nullptr) return;
    for (ShellCommand const& command : *commands) {
      std::vector<FoundDeploy> deploys = command_deploys(command, {remotes_, variables, read_});
      if (deploys.empty() && judgement.runs != Runs::no) note_unread(command, step, file);
      for (FoundDeploy& deploy : deploys) {
        Place place = place_of(command, step, file);
        Judgement here = judgement;
        // `if [ ... ]` in a script is the shell's to decide, and not followed here.
        if (command.perhaps && here.runs != Runs::no) {
          here.runs = Runs::depends;
          here.reasons.push_back(
              {Reason::Kind::depends, "depends on a condition in its script", place, {}});
        }
        note(std::move(deploy), std::move(place), here);
      }
      if (asks_for_an_answer(command)) result_.asks.push_back(at_);
      note_writes(command, step, judgement.runs == Runs::yes);
      ++at_.command;
    }
  }

  /// The commands of a script; those of an earlier leg where all that it reads is the same.
  ScriptCommands read_script(Step const& step, StepScript const& script) {
    std::vector<ReadScript>& known = scene_.scripts[&step];
    for (ReadScript const& each : known) {
      bool const reads_the_same =
          each.text == script.text && each.directory == script.directory &&
          std::all_of(each.variables.begin(), each.variables.end(), [&](auto const& variable) {
            return names_.variable(variable.first) == variable.second;
          });
      if (reads_the_same) return each.commands;
    }
    ReadScript read{.text = std::string(script.text), .directory = std::string(script.directory)};
    ShellVariables const variables = [&](std::string_view name) {
      std::optional<std::string> value = names_.variable(name);
      read.variables.emplace_back(name, value);
      return value;
    };
    ScriptHints const& hints = step.hints;
    bool const only_calls =
        !hints.deploys && !hints.asks && !hints.writes && !hints.events && !hints.installs;
    if (!only_calls || may_follow_calls(script, read_))
      read.commands = scene_.library.commands(script, variables);
    result_.work += read.text.size() / 64;
    if (read.commands != nullptr) result_.work += read.commands->size();
    known.push_back(std::move(read));
    return known.back().commands;
  }

  Place place_of(ShellCommand const& command, Step const& step, File file) {
    if (!command.file.empty())
      return script_place(command, scene_.library.text(command.file).value_or(""));
    return line_place(file.path, file.text, *step.run, command.step_line);
  }

  /// The tags that docker/metadata-action makes are not known, but the images are: those that it
  /// was given. https://github.com/docker/metadata-action#images-input
  std::string with_images(std::string text) const {
    for (auto const& [id, images] : images_) {
      std::string const tags = "steps." + id + ".outputs.tags";
      std::size_t const at = lower(text).find(tags);
      std::size_t const begin = text.rfind(unknown_begin, at);
      std::size_t const end = text.find(unknown_end, at);
      if (at == std::string::npos || begin == std::string::npos || end == std::string::npos)
        continue;
      bool const is_alone =
          trim(std::string_view(text).substr(begin + 1, at - begin - 1)) == "${{" &&
          trim(std::string_view(text).substr(at + tags.size(), end - at - tags.size())) == "}}";
      std::string const name = first_image(images);
      if (is_alone && !name.empty()) text.replace(begin, end + 1 - begin, name);
    }
    return text;
  }

  /// `acme/shop`, or `name=acme/shop,enable=true`.
  static std::string first_image(std::string_view images) {
    for (std::string const& line : lines_of(replace_all(std::string(images), ",", "\n"))) {
      std::string_view const word = trim(line);
      if (word.starts_with("name=")) return std::string(trim(word.substr(5)));
      if (!word.empty() && word.find('=') == std::string_view::npos) return std::string(word);
    }
    return {};
  }

  void note_unread(ShellCommand const& command, Step const& step, File file) {
    std::string call = unread_call(command);
    if (call.empty()) return;
    result_.unread.push_back(
        {line_place(file.path, file.text, *step.run, command.step_line), std::move(call)});
  }

  void note_unread(yaml::Node const& uses, File file, std::string_view text) {
    result_.unread.push_back({{std::string(file.path), uses.begin, uses.end}, std::string(text)});
  }

  void note(FoundDeploy deploy, Place place, Judgement const& judgement) {
    result_.deploys.push_back(
        {std::move(deploy), at_, outer_, std::move(place), judgement.runs, judgement.reasons});
  }

  /// What goes to GITHUB_ENV and GITHUB_OUTPUT holds for the steps after it.
  void note_writes(ShellCommand const& command, Step const& step, bool certain) {
    for (StepWrite const& write : step_writes(command)) {
      bool const known = certain && !command.perhaps && write.value && is_known(*write.value);
      std::optional<std::string> value = known ? write.value : std::nullopt;
      if (write.to == StepWrite::To::env && write.name.empty()) names_.forget_all_variables();
      if (write.to == StepWrite::To::env && !write.name.empty())
        names_.write_variable(write.name, value);
      if (write.to == StepWrite::To::output && !step.id.empty())
        names_.write_output(std::string(step.id), write.name, value);
    }
  }

  LegScene const& scene_;
  WayNames& names_;
  ReadFile read_;
  Remotes remotes_;
  StepSpot at_;
  Step const* outer_ = nullptr;
  std::map<std::string, std::string> images_;  ///< that docker/metadata-action tags, by step
  LegResult result_;
};

}  // namespace

Place line_place(std::string_view file, std::string_view text, yaml::Node const& script,
                 std::size_t line) {
  bool const is_block = script.style == yaml::Style::literal || script.style == yaml::Style::folded;
  if (!is_block || text.empty()) return {std::string(file), script.begin, script.end};
  std::size_t begin = script.begin.byte;
  for (std::size_t i = 0; i <= line; ++i) {
    std::size_t const end = text.find('\n', begin);
    if (end == std::string_view::npos || end >= script.end.byte)
      return {std::string(file), script.begin, script.begin};
    begin = end + 1;
  }
  std::size_t const end = std::min(text.find_first_of("\r\n", begin), text.size());
  std::size_t const first = std::min(text.find_first_not_of(" \t", begin), end);
  auto const mark = [&](std::size_t byte) {
    return yaml::Mark{static_cast<std::uint32_t>(script.begin.line + line + 1),
                      static_cast<std::uint32_t>(byte - begin + 1),
                      static_cast<std::uint32_t>(byte)};
  };
  return {std::string(file), mark(first), mark(end)};
}

Place script_place(ShellCommand const& command, std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < command.line && begin < text.size(); ++i)
    begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
  std::size_t const end = std::min(text.find_first_of("\r\n", begin), text.size());
  std::size_t first = begin + command.column;
  if (command.column == 0) first = text.find_first_not_of(" \t", begin);
  first = std::min(first, end);
  auto const mark = [&](std::size_t byte) {
    return yaml::Mark{static_cast<std::uint32_t>(command.line + 1),
                      static_cast<std::uint32_t>(byte - begin + 1),
                      static_cast<std::uint32_t>(byte)};
  };
  return {command.file, mark(first), mark(first)};
}

bool may_deploy(Job const& job) {
  if (job.uses != nullptr)
    return job.uses->text.starts_with("./") || is_deploying_use(job.uses->text);
  return std::any_of(job.steps.begin(), job.steps.end(), [](Step const& step) {
    std::string_view const uses = step.uses_text();
    if (uses.starts_with("./")) return true;
    if (step.action != nullptr) return step.action->deploys;
    if (step.uses != nullptr) return is_deploying_use(uses);
    if (step.run == nullptr) return false;
    ScriptHints const& hints = step.hints;
    return hints.deploys || hints.calls;
  });
}

LegResult walk_leg(LegScene const& scene, WayNames& names) {
  return LegWalk(scene, names).run();
}

std::map<std::string, Value> call_inputs(yaml::Node const* with, yaml::Node const* declared,
                                         Names& names) {
  std::map<std::string, Value> inputs;
  if (declared != nullptr) {
    for (yaml::Pair const& pair : declared->pairs) {
      yaml::Node const* type = pair.value.find("type");
      yaml::Node const* fallback = pair.value.find("default");
      Value empty = Value::of("");
      if (type != nullptr && type->text == "boolean") empty = Value::of(false);
      if (type != nullptr && type->text == "number") empty = Value::of(0.0);
      inputs[lower(pair.key.text)] = fallback == nullptr ? empty : template_value(*fallback, names);
    }
  }
  if (with != nullptr)
    for (yaml::Pair const& pair : with->pairs)
      inputs[lower(pair.key.text)] = template_value(pair.value, names);
  return inputs;
}

std::string interpolate_names(std::string_view text, Names& names) {
  if (!has_expression(text)) return std::string(text);
  std::string made;
  TemplatePieces pieces(text);
  for (TemplatePiece piece; pieces.next(piece);) {
    bool const is_expression = piece.kind == TemplatePiece::Kind::expression;
    std::string const value =
        is_expression ? interpolate(piece.text, names) : std::string(piece.text);
    bool const names_nothing = is_expression && value.empty() && is_lone_name(piece.inner);
    made += names_nothing ? unknown_begin + std::string(piece.text) + unknown_end : value;
  }
  return made;
}

Judgement judge_condition(yaml::Node const& node, std::string_view file, Reason::Kind kind,
                          WayNames& names) {
  Place const place{std::string(file), node.begin, node.end};
  names.suppose({Supposed::Kind::success});
  names.take_unknown();
  std::optional<bool> const happy = condition(node.text, names);
  std::set<std::string> const unknown = names.take_unknown();
  names.suppose({});
  if (happy == true) return {};
  if (!happy)
    return {Runs::depends, {{Reason::Kind::depends, "depends on " + listed(unknown), place, {}}}};
  if (condition(node.text, names) == std::optional(false))
    return {Runs::no,
            {{kind, "its `if` is false here: " + shortened(trim(node.text), 100), place, {}}}};
  return {Runs::depends,
          {{Reason::Kind::depends,
            "only after something before it failed or was cancelled: " +
                shortened(trim(node.text), 100),
            place,
            {}}}};
}

}  // namespace landfall
