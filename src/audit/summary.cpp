#include "audit/summary.h"

#include <algorithm>

#include "audit/site.h"
#include "base/text.h"
#include "workflow/deploy_step_events.h"
#include "workflow/expression.h"

namespace landfall {
namespace {

using Emission = FileSummary::Emission;

Place place_of(AuditedFile const& file, std::optional<EventFilter> const& filter) {
  return filter && filter->node != nullptr ? file.place(*filter->node) : Place{};
}

std::optional<EventFilter> without_node(std::optional<EventFilter> filter) {
  if (filter) filter->node = nullptr;
  return filter;
}

FileSummary::EventSummary summarise(AuditedFile const& file, Event const& event) {
  FileSummary::EventSummary summary{.name = std::string(event.name),
                                    .place = file.place(*event.node),
                                    .branches = without_node(event.branches),
                                    .tags = without_node(event.tags),
                                    .paths = without_node(event.paths),
                                    .branches_place = place_of(file, event.branches),
                                    .tags_place = place_of(file, event.tags),
                                    .paths_place = place_of(file, event.paths)};
  for (std::string_view const type : event.types) summary.types.emplace_back(type);
  for (yaml::Node const* name : event.workflows)
    summary.workflows.emplace_back(std::string(name->text), file.place(*name));
  for (yaml::Node const* cron : event.crons) summary.crons.emplace_back(cron->text);
  return summary;
}

std::string step_label(Step const& step) {
  return step.name.empty() ? "step " + std::to_string(step.number) : std::string(step.name);
}

/// The name of the nearest concurrency group: the job's, its callers', the workflow's.
std::string nearest_group(Path const& path) {
  for (auto hop = path.hops.rbegin(); hop != path.hops.rend(); ++hop)
    if (!hop->concurrency.empty()) return hop->concurrency;
  yaml::Node const* group = concurrency_group(path.hops.front().workflow->concurrency);
  return group == nullptr ? std::string() : std::string(group->text);
}

/// What the event asks for besides refs.
void add_event(Event const& event, PathSummary& summary) {
  if (event.paths) summary.known.emplace_back("files", join(event.paths->in_order(), " "));
  if (!event.types.empty())
    summary.known.emplace_back("types", join({event.types.begin(), event.types.end()}, ", "));
  std::vector<std::string> names;
  for (yaml::Node const* name : event.workflows) names.emplace_back(name->text);
  if (!names.empty()) summary.known.emplace_back("after", join(names, ", "));
}

PathSummary summarise(AuditedFile const& file, Path const& path) {
  PathSummary summary{.file = file.path,
                      .event = std::string(path.event->name),
                      .event_place = file.place(*path.event->node),
                      .place = path.place,
                      .provider = std::string(path.deploy.provider),
                      .tool = path.deploy.tool,
                      .target = path.target,
                      .target_known = path.target_known,
                      .within = readable(path.deploy.within),
                      .role = path.deploy.role,
                      .environment = path.environment(),
                      .ref_kind = path.ref_kind,
                      .filter = path.filter,
                      .reach = path.reach,
                      .concurrency = nearest_group(path),
                      .health_check = path.health_check,
                      .step = step_label(*path.step),
                      .inputs = path.inputs,
                      .reasons = path.reasons,
                      .ships_over = path.ships_over};
  for (Hop const& hop : path.hops) {
    if (!summary.job.empty()) summary.job += '/';
    summary.job += hop.job->id;
  }
  add_event(*path.event, summary);
  return summary;
}

bool is_default_token(std::string_view token) {
  std::string const text = lower(token);
  return text.empty() || text.find("github.token") != std::string::npos ||
         text.find("secrets.github_token") != std::string::npos;
}

ActionInputs inputs_of(Step const& step) {
  return [&step](std::string_view key) { return step_input_text(step, key); };
}

/// Git pushes with the token that checkout left behind.
bool checks_out_with_own_token(Job const& job) {
  return std::any_of(job.steps.begin(), job.steps.end(), [](Step const& step) {
    if (!lower(step.uses_text()).starts_with("actions/checkout@")) return false;
    return step_input(step, "ssh-key") != nullptr ||
           !is_default_token(step_input_text(step, "token").value_or(""));
  });
}

class Emissions {
 public:
  explicit Emissions(AuditedFile const& file) : file_(file) {}

  std::vector<Emission> all() {
    for (Job const& job : file_.workflow->jobs)
      for (Step const& step : job.steps) look(job, step);
    return std::move(emissions_);
  }

 private:
  void look(Job const& job, Step const& step) {
    bool const makes = step.action != nullptr || (step.run != nullptr && step.hints.events);
    if (!makes) return;
    Hop const hop{.file = file_.path, .workflow = file_.workflow, .job = &job};
    ShellVariables const variables = [&](std::string_view name) {
      return step_variable(hop, step, name);
    };
    if (step.uses != nullptr)
      if (auto const made = action_makes(step.uses_text(), inputs_of(step), variables))
        note(*made, file_.place(*step.uses), false);
    if (step.run == nullptr || !step.hints.events) return;
    bool const own_token = checks_out_with_own_token(job);
    SiteStep const site{.step = &step, .file = file_.path, .document = file_.document};
    for (ShellCommand const& command : commands_of(file_, hop, step))
      if (auto const made = command_makes(command, variables))
        note(*made, command_place(file_, site, command), own_token);
  }

  void note(MadeEvent const& made, Place place, bool own_token) {
    std::string_view event;
    if (made.kind == MadeEventKind::tag) event = "push tag";
    if (made.kind == MadeEventKind::release) event = "release";
    if (made.kind == MadeEventKind::pull_request) event = "pull_request";
    if (event.empty()) return;
    bool const is_default =
        made.token.empty() ? !own_token || event != "push tag" : is_default_token(made.token);
    emissions_.push_back({.event = std::string(event),
                          .default_token = is_default,
                          .place = std::move(place),
                          .by = made.tool});
  }

  AuditedFile const& file_;
  std::vector<Emission> emissions_;
};

}  // namespace

FileSummary summarise(AuditedFile const& file) {
  Workflow const& workflow = *file.workflow;
  FileSummary summary{.path = file.path,
                      .name = workflow.name.empty() ? file.path : std::string(workflow.name)};
  for (Event const& event : workflow.events) summary.events.push_back(summarise(file, event));
  for (Job const& job : workflow.jobs)
    if (job.uses != nullptr && job.uses->text.starts_with("./"))
      summary.calls.emplace_back(normal_path(job.uses->text), file.place(*job.uses));
  summary.emissions = Emissions(file).all();
  for (Path const& path : *file.paths) summary.paths.push_back(summarise(file, path));
  return summary;
}

}  // namespace landfall
