#include "audit/site.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/leg_walk.h"
#include "workflow/scripts.h"

namespace landfall {
namespace {

bool is_workflow(std::string_view path) {
  return path.starts_with(".github/workflows/");
}

bool is_action(std::string_view path) {
  return path == "action.yml" || path == "action.yaml" || path.ends_with("/action.yml") ||
         path.ends_with("/action.yaml");
}

std::string listed(std::vector<std::string_view> const& names) {
  constexpr std::size_t shown_max = 3;
  std::string made;
  std::size_t const shown = names.size() > shown_max ? shown_max - 1 : names.size();
  for (std::size_t i = 0; i < shown; ++i) {
    bool const last = i + 1 == names.size();
    made += i == 0 ? "" : last ? " and " : ", ";
    made += names[i];
  }
  return names.size() == shown ? made : made + fmt::format(" and {} more", names.size() - shown);
}

void name_targets(DeploySite& site) {
  std::vector<std::string_view> names;
  for (Path const* path : site.paths)
    if (std::find(names.begin(), names.end(), path->target) == names.end())
      names.push_back(path->target);
  site.targets = names.front().empty() && names.size() == 1 ? "something" : listed(names);
  if (names.size() == 1) site.target = names.front();
}

Step const* step_at(std::span<Step const> steps, std::size_t byte) {
  for (Step const& step : steps)
    if (step.node != nullptr && step.node->begin.byte <= byte && byte <= step.node->end.byte)
      return &step;
  return nullptr;
}

std::string_view default_of(Hop const& hop, yaml::Node const* own, std::string_view key) {
  if (own != nullptr) return own->text;
  for (yaml::Node const* defaults : {hop.job->defaults, hop.workflow->defaults}) {
    yaml::Node const* value = defaults == nullptr ? nullptr : defaults->at("run");
    value = value == nullptr ? nullptr : value->find(key);
    if (value != nullptr && value->is_scalar()) return value->text;
  }
  return {};
}

bool is_on_windows(Job const& job) {
  std::vector<RunnerLabel> const labels = runner_labels(job);
  return !labels.empty() && labels.front().name.starts_with("windows");
}

/// The scalars of a matrix's key, where they are written down.
void add_matrix_values(yaml::Node const* matrix, std::string_view key,
                       std::vector<RunnerLabel>& labels) {
  if (matrix == nullptr || !matrix->is_mapping()) return;
  auto const add = [&](yaml::Node const* node) {
    if (node != nullptr && node->is_scalar() && !has_expression(node->text))
      labels.push_back({lower(node->text), node});
  };
  if (yaml::Node const* values = matrix->find(key))
    for (yaml::Node const& value : values->items) add(&value);
  if (yaml::Node const* include = matrix->find("include"))
    for (yaml::Node const& leg : include->items) add(leg.find(key));
}

void add_labels(Job const& job, yaml::Node const& node, std::vector<RunnerLabel>& labels) {
  for (yaml::Node const& item : node.items) add_labels(job, item, labels);
  if (yaml::Node const* inner = node.find("labels")) add_labels(job, *inner, labels);
  if (!node.is_scalar()) return;
  if (!has_expression(node.text)) {
    labels.push_back({lower(node.text), &node});
    return;
  }
  std::optional<std::string> const name = condition_expression(node.text);
  constexpr std::string_view matrix = "matrix.";
  if (name && trim(*name).starts_with(matrix))
    add_matrix_values(job.matrix, trim(*name).substr(matrix.size()), labels);
}

}  // namespace

DeploySite site_of(std::vector<Path const*> paths) {
  DeploySite site{.paths = std::move(paths)};
  name_targets(site);
  return site;
}

std::vector<DeploySite> const& deploy_sites(AuditedFile const& file) {
  if (file.readings->sites) return *file.readings->sites;
  std::vector<DeploySite>& sites = file.readings->sites.emplace();
  if (file.paths == nullptr) return sites;
  for (Path const& path : *file.paths) {
    if (path.place.file != file.path && is_workflow(path.place.file)) continue;
    auto const found = std::find_if(sites.begin(), sites.end(), [&](DeploySite const& site) {
      return site.path().step == path.step && site.path().place.file == path.place.file &&
             site.path().place.begin == path.place.begin;
    });
    if (found == sites.end()) {
      sites.push_back({.paths = {&path}});
    } else {
      found->paths.push_back(&path);
    }
  }
  for (DeploySite& site : sites) name_targets(site);
  return sites;
}

SiteStep site_step(AuditedFile const& file, Path const& path) {
  Hop const& hop = path.last();
  SiteStep found{.step = path.step, .steps = hop.job->steps, .file = std::string(hop.file)};
  if (hop.job->node != nullptr) found.list = hop.job->node->find("steps");
  if (hop.file == file.path) found.document = file.document;
  if (!is_action(path.place.file) || file.library == nullptr) return found;
  std::string_view const action = path.place.file;
  auto const slash = action.rfind('/');
  LoadedAction const* loaded = file.library->local_action(
      "./" + std::string(slash == std::string_view::npos ? "" : action.substr(0, slash)));
  if (loaded == nullptr) return found;
  Step const* inner = step_at(loaded->action.steps, path.place.begin.byte);
  if (inner == nullptr) return found;
  return {inner, loaded->action.steps, loaded->document.root().at("runs.steps"), loaded->path,
          &loaded->document};
}

std::vector<Job const*> jobs_on_paths(AuditedFile const& file) {
  std::vector<Job const*> jobs;
  if (file.paths == nullptr || file.workflow == nullptr) return jobs;
  std::vector<bool> wanted(file.workflow->jobs.size());
  for (Path const& path : *file.paths) {
    for (Hop const& hop : path.hops) {
      if (hop.workflow != file.workflow) continue;
      wanted[static_cast<std::size_t>(hop.job - file.workflow->jobs.data())] = true;
      for (std::size_t const ancestor : hop.job->ancestors) wanted[ancestor] = true;
    }
  }
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i]) jobs.push_back(&file.workflow->jobs[i]);
  return jobs;
}

std::vector<Job const*> jobs_after(Workflow const& workflow, std::span<Job const* const> jobs) {
  std::vector<Job const*> after;
  for (Job const& job : workflow.jobs) {
    bool const is_after = std::any_of(jobs.begin(), jobs.end(), [&](Job const* first) {
      auto const place = static_cast<std::size_t>(first - workflow.jobs.data());
      return first == &job || std::binary_search(job.ancestors.begin(), job.ancestors.end(), place);
    });
    if (is_after) after.push_back(&job);
  }
  return after;
}

MarkedScript::MarkedScript(std::string_view script) {
  if (!has_expression(script)) {
    text = script;
    return;
  }
  TemplatePieces pieces(script);
  for (TemplatePiece piece; pieces.next(piece);) {
    bool const is_expression = piece.kind == TemplatePiece::Kind::expression;
    if (is_expression) text += unknown_begin;
    text += piece.text;
    if (is_expression) text += unknown_end;
  }
}

std::size_t MarkedScript::original(std::size_t offset) const {
  std::string_view const before = std::string_view(text).substr(0, offset);
  return before.size() -
         static_cast<std::size_t>(std::count(before.begin(), before.end(), unknown_begin) +
                                  std::count(before.begin(), before.end(), unknown_end));
}

yaml::Pair const* step_input(Step const& step, std::string_view name) {
  if (step.with == nullptr) return nullptr;
  for (yaml::Pair const& pair : step.with->pairs)
    if (pair.key.text.size() == name.size() && lower(pair.key.text) == name) return &pair;
  return nullptr;
}

std::optional<std::string> step_input_text(Step const& step, std::string_view name) {
  yaml::Pair const* pair = step_input(step, name);
  if (pair == nullptr || !pair->value.is_scalar()) return std::nullopt;
  return MarkedScript(input_text(pair->value)).text;
}

std::optional<std::string> step_variable(Hop const& hop, Step const& step, std::string_view name) {
  for (yaml::Node const* env : {step.env, hop.job->env, hop.workflow->env}) {
    yaml::Node const* value = env == nullptr ? nullptr : env->find(name);
    if (value == nullptr || !value->is_scalar()) continue;
    return MarkedScript(input_text(*value)).text;
  }
  return std::nullopt;
}

std::vector<ShellCommand> const& commands_of(AuditedFile const& file, Hop const& hop,
                                             Step const& step) {
  static std::vector<ShellCommand> const none;
  if (step.run == nullptr) return none;
  auto const [place, is_new] = file.readings->commands.try_emplace({hop.job, &step});
  if (!is_new) return *place->second;
  std::string_view shell = default_of(hop, step.shell, "shell");
  if (shell.empty() && is_on_windows(*hop.job)) shell = "pwsh";
  std::string const script = MarkedScript(step.script()).text;
  std::string const directory =
      MarkedScript(default_of(hop, step.directory, "working-directory")).text;
  place->second =
      file.library->commands({script, directory, shell_mode(shell)},
                             [&](std::string_view name) { return step_variable(hop, step, name); });
  return *place->second;
}

Place command_place(AuditedFile const& file, SiteStep const& step, ShellCommand const& command) {
  if (!command.file.empty())
    return script_place(command, file.library->text(command.file).value_or(""));
  yaml::Node const& run = *step.step->run;
  std::string_view const text =
      step.document == nullptr ? file.document->text() : step.document->text();
  return line_place(step.file, text, run, command.step_line);
}

std::vector<RunnerLabel> runner_labels(Job const& job) {
  std::vector<RunnerLabel> labels;
  if (job.runs_on != nullptr) add_labels(job, *job.runs_on, labels);
  bool const own = std::any_of(labels.begin(), labels.end(), [](RunnerLabel const& label) {
    return label.name == "self-hosted";
  });
  return own ? std::vector<RunnerLabel>() : labels;
}

bool is_true(yaml::Node const* node) {
  if (node == nullptr || !node->is_scalar()) return false;
  std::optional<std::string> const inner =
      has_expression(node->text) ? condition_expression(node->text) : std::nullopt;
  return input_text(*node) == "true" || (inner && trim(*inner) == "true");
}

std::string input_text(yaml::Node const& node) {
  if (node.is_null()) return {};
  if (auto const flag = node.boolean()) return *flag ? "true" : "false";
  return std::string(node.text);
}

void FixEdits::add(std::string_view file, Result<TextEdit> const& edit) {
  refused_ = refused_ || !edit;
  if (edit) edits_.push_back({std::string(file), edit->begin, edit->end, edit->text});
}

void FixEdits::add(std::string_view file, Result<std::vector<TextEdit>> const& edits) {
  refused_ = refused_ || !edits;
  if (!edits) return;
  for (TextEdit const& edit : *edits)
    edits_.push_back({std::string(file), edit.begin, edit.end, edit.text});
}

void FixEdits::into(AuditFinding& finding) {
  if (!refused_) finding.fix = std::move(edits_);
}

}  // namespace landfall
