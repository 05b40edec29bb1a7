#include "workflow/deploy_paths.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "workflow/deploy_step.h"
#include "workflow/deploy_step_health.h"
#include "workflow/matrix.h"
#include "workflow/model.h"
#include "workflow/names.h"
#include "workflow/shell.h"
#include "workflow/shell_writes.h"
#include "workflow/ways.h"

// Each way into the workflow is walked as GitHub would: which jobs are certainly skipped, what the
// texts of the others become, which of their steps deploy. Ways that end alike are then one path
// again, with the patterns that are left of the event's filter.

namespace landfall {
namespace {

/// Where in a job something happens: in which step, at which command of its script.
struct Spot {
  int step = 0;
  std::size_t command = 0;
  auto operator<=>(Spot const&) const = default;
};

struct SpottedDeploy {
  FoundDeploy deploy;
  Spot spot;
  std::size_t line = 0;
  std::string environment;
};

/// What one leg of a job's matrix comes to.
struct LegResult {
  std::vector<SpottedDeploy> deploys;
  std::vector<Spot> asks;  ///< commands that ask for an answer
};

std::optional<std::string_view> no_file(std::string_view /*path*/) {
  return std::nullopt;
}

std::optional<std::string> no_variable(std::string_view /*name*/) {
  return std::nullopt;
}

bool step_asks(WorkflowStep const& step) {
  if (action_asks_for_an_answer(step.uses)) return true;
  std::vector<ShellCommand> const commands = shell_commands(step.run, no_variable);
  return std::any_of(commands.begin(), commands.end(), asks_for_an_answer);
}

/// Jobs that run after a job and ask for an answer prove it as well as its own steps do.
std::vector<bool> asked_afterwards(Workflow const& workflow) {
  std::vector<bool> after(workflow.jobs.size(), false);
  for (auto at = workflow.order.rbegin(); at != workflow.order.rend(); ++at) {
    WorkflowJob const& job = workflow.jobs[*at];
    bool const asks = after[*at] || action_asks_for_an_answer(job.uses) ||
                      std::any_of(job.steps.begin(), job.steps.end(), step_asks);
    for (std::size_t const need : job.needs) after[need] = after[need] || asks;
  }
  return after;
}

/// Everything that makes two ways one path.
struct Ending {
  std::size_t job = 0;
  Spot spot;
  std::string app;
  std::string environment;
  auto operator<=>(Ending const&) const = default;
};

/// Which part of which of an event's groups of refs a way stands for.
struct Place {
  std::size_t group = 0;
  std::size_t part = 0;
  std::size_t parts = 0;  ///< of the group
};

struct Reached {
  DeployPath path;
  std::map<std::size_t, std::vector<bool>> parts;  ///< by group: which of its parts lead here
};

/// A GitHub environment's name, in its short or its long form.
std::string environment_of(WorkflowJob const& job, WayNames& names) {
  yaml::Node const* node = job.environment;
  if (node != nullptr && node->is_mapping()) node = node->find("name");
  if (node == nullptr || !node->is_scalar() || node->is_null()) return {};
  return readable(interpolate(node->text, names));
}

/// What a name of an app may look like; what is none was not resolved.
bool is_app_name(std::string_view app) {
  return !app.empty() && app.size() <= 64 && app.front() != '-' && app.back() != '-' &&
         app.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

class Analysis {
 public:
  Analysis(Workflow const& workflow, std::string_view text, std::string_view file)
      : workflow_(workflow), text_(text), file_(file), asked_after_(asked_afterwards(workflow)) {}

  Result<std::vector<DeployPath>> run() {
    for (WorkflowEvent const& event : workflow_.events) {
      walk_event(event);
      if (work_left_ == 0)
        return fail(
            ErrorKind::data,
            fmt::format("{}:1:1: too many combinations of inputs, refs and matrix values to "
                        "follow",
                        file_));
    }
    std::stable_sort(paths_.begin(), paths_.end(), [](DeployPath const& a, DeployPath const& b) {
      return std::tie(a.line, a.step) < std::tie(b.line, b.step);
    });
    return std::move(paths_);
  }

 private:
  void walk_event(WorkflowEvent const& event) {
    std::vector<RefGroup> groups = ref_groups(event);
    constexpr std::size_t combinations_max = 64;
    std::vector<Inputs> const choices = input_choices(event, text_, combinations_max);
    std::map<Ending, Reached> reached;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      RefGroup& group = groups[g];
      if (group.divisible) divide(group, questions(event, group, choices.front()));
      for (std::size_t p = 0; p < group.parts.size(); ++p)
        for (Inputs const& inputs : choices)
          walk_way({event.name, group.parts[p].refs, inputs}, {g, p, group.parts.size()}, reached);
    }
    for (auto const& [ending, each] : reached) add_paths(each, groups);
  }

  /// False when there is more to look at than anybody's workflow has.
  bool spend(std::size_t work) {
    work_left_ -= std::min(work_left_, work);
    return work_left_ > 0;
  }

  /// What the file's conditions ask about the names of refs.
  std::vector<RefQuestion> questions(WorkflowEvent const& event, RefGroup const& group,
                                     Inputs const& inputs) {
    std::vector<RefQuestion> all;
    std::vector<bool> const none(workflow_.jobs.size(), false);
    skipped_ = none;
    for (RefPart const& part : group.parts) {
      Way const way{event.name, part.refs, inputs};
      WayNames names(way);
      for (WorkflowJob const& job : workflow_.jobs) {
        enter(names, job, none);
        if (!job.condition.empty()) condition(job.condition, names);
        walk_job(job, names);
      }
      std::vector<RefQuestion> asked = names.take_questions();
      all.insert(all.end(), std::make_move_iterator(asked.begin()),
                 std::make_move_iterator(asked.end()));
    }
    constexpr std::size_t most = 32;
    if (all.size() > most) all.resize(most);
    return all;
  }

  /// Which jobs are certainly skipped on this way.
  std::vector<bool> skipped_jobs(WayNames& names) {
    std::vector<bool> skipped(workflow_.jobs.size(), false);
    std::vector<bool> tainted(workflow_.jobs.size(), false);
    for (std::size_t const i : workflow_.order) {
      WorkflowJob const& job = workflow_.jobs[i];
      // success() looks at all ancestors, so one that is skipped skips what is far below it.
      bool const below_skipped = std::any_of(job.needs.begin(), job.needs.end(),
                                             [&](std::size_t need) { return tainted[need]; });
      enter(names, job, tainted);
      bool const implied = !asks_status(job.condition);
      bool const refused =
          !job.condition.empty() && condition(job.condition, names) == std::optional(false);
      skipped[i] = refused || (implied && below_skipped);
      tainted[i] = skipped[i] || below_skipped;
      skipped_[i] = skipped[i];
      spend(job.weight + job.needs.size());
    }
    return skipped;
  }

  void enter(WayNames& names, WorkflowJob const& job, std::vector<bool> const& tainted) {
    std::map<std::string, bool> needs;
    bool below_skipped = false;
    for (std::size_t const need : job.needs) {
      needs[lower(workflow_.jobs[need].id)] = skipped_[need];
      below_skipped = below_skipped || tainted[need];
    }
    std::optional<bool> success;
    if (job.needs.empty()) success = true;
    if (below_skipped) success = false;
    names.enter_job(std::move(needs), success);
  }

  void walk_way(Way const& way, Place place, std::map<Ending, Reached>& reached) {
    WayNames names(way);
    skipped_.assign(workflow_.jobs.size(), false);
    std::vector<bool> const skipped = skipped_jobs(names);
    for (std::size_t i = 0; i < workflow_.jobs.size(); ++i) {
      if (skipped[i]) continue;
      enter(names, workflow_.jobs[i], skipped);
      for (LegResult const& leg : walk_job(workflow_.jobs[i], names))
        for (SpottedDeploy const& deploy : leg.deploys)
          note(path_of(way, i, deploy, leg), {i, deploy.spot, {}, {}}, place, reached);
    }
  }

  static void note(DeployPath path, Ending ending, Place place,
                   std::map<Ending, Reached>& reached) {
    ending.app = path.app;
    ending.environment = path.environment;
    Reached& each = reached[std::move(ending)];
    path.health_check = path.health_check || each.path.health_check;
    each.path = std::move(path);
    std::vector<bool>& leads = each.parts[place.group];
    leads.resize(place.parts, false);
    leads[place.part] = true;
  }

  DeployPath path_of(Way const& way, std::size_t job, SpottedDeploy const& deploy,
                     LegResult const& leg) const {
    FoundDeploy const& found = deploy.deploy;
    DeployPath path;
    path.job = workflow_.jobs[job].id;
    path.step = deploy.spot.step;
    path.line = deploy.line;
    path.event = way.event;
    path.app = readable(found.target);
    path.app_known = is_known(found.target) && is_app_name(found.target);
    path.tool = found.tool;
    path.environment = deploy.environment;
    path.dont_autocreate = found.dont_autocreate;
    path.health_check = found.health_check.has_value() || asked_after_[job] ||
                        std::any_of(leg.asks.begin(), leg.asks.end(),
                                    [&](Spot const& ask) { return ask > deploy.spot; });
    return path;
  }

  /// All legs of a job's matrix. The names have entered the job.
  std::vector<LegResult> walk_job(WorkflowJob const& job, WayNames& names) {
    std::vector<LegResult> results;
    for (Leg& leg : matrix_legs(job.matrix)) {
      if (!spend(workflow_.env_weight + job.weight)) return results;
      names.enter_leg(std::move(leg));
      names.restore_variables({});
      names.add_variables(workflow_.env);
      names.add_variables(job.env);
      LegResult result;
      std::string const environment = environment_of(job, names);
      Remotes remotes;
      names.enter_steps();
      for (WorkflowStep const& step : job.steps) {
        if (!spend(step.weight)) return results;
        std::size_t const before = result.deploys.size();
        walk_step(step, names, remotes, result);
        for (std::size_t i = before; i < result.deploys.size(); ++i)
          result.deploys[i].environment = environment;
      }
      results.push_back(std::move(result));
    }
    return results;
  }

  void walk_step(WorkflowStep const& step, WayNames& names, Remotes& remotes, LegResult& result) {
    std::map<std::string, std::string> const outer = names.variables();
    names.add_variables(step.env);
    bool const certainly_not =
        !step.condition.empty() && condition(step.condition, names) == std::optional(false);
    if (!certainly_not && !step.uses.empty()) walk_action(step, names, remotes, result);
    if (!certainly_not && !step.run.empty()) walk_script(step, names, remotes, result);
    names.restore_variables(outer);
  }

  static void walk_action(WorkflowStep const& step, WayNames& names, Remotes& remotes,
                          LegResult& result) {
    auto const input = [&](std::string_view key) -> std::optional<std::string> {
      if (step.with == nullptr) return std::nullopt;
      for (yaml::Pair const& pair : step.with->pairs) {
        if (lower(pair.key.text) != key || !pair.value.is_scalar()) continue;
        if (pair.value.is_null()) return "";
        // A boolean of YAML becomes `true` or `false`, however it was written.
        if (auto const flag = pair.value.boolean()) return *flag ? "true" : "false";
        bool const is_app = key.find("app") != std::string_view::npos;
        return is_app ? interpolate_app(std::string(pair.value.text), names)
                      : interpolate(pair.value.text, names);
      }
      return std::nullopt;
    };
    Spot const spot{step.number, 0};
    auto const variables = [&names](std::string_view name) { return names.variable(name); };
    for (FoundDeploy& deploy : action_deploys(step.uses, input, {remotes, variables, no_file}))
      result.deploys.push_back({std::move(deploy), spot, step.line, {}});
    if (action_asks_for_an_answer(step.uses)) result.asks.push_back(spot);
  }

  /// A name that an empty input makes no name of stays the expression that it was.
  static std::string interpolate_app(std::string const& text, WayNames& names) {
    std::string const value = interpolate(text, names);
    bool const is_made = text.find("${{") != std::string::npos;
    bool const is_half = is_known(value) && !is_app_name(value);
    return is_made && is_half ? unknown_begin + text + unknown_end : value;
  }

  static void walk_script(WorkflowStep const& step, WayNames& names, Remotes& remotes,
                          LegResult& result) {
    auto const variables = [&names](std::string_view name) { return names.variable(name); };
    std::vector<ShellCommand> const commands =
        shell_commands(interpolate(step.run, names), variables);
    for (std::size_t i = 0; i < commands.size(); ++i) {
      Spot const spot{step.number, i};
      for (FoundDeploy& deploy : command_deploys(commands[i], {remotes, variables, no_file}))
        result.deploys.push_back({std::move(deploy), spot, step.line, {}});
      if (asks_for_an_answer(commands[i])) result.asks.push_back(spot);
      note_written_variables(commands[i], names);
    }
  }

  /// What goes to GITHUB_ENV holds for the steps after it, and is not followed.
  static void note_written_variables(ShellCommand const& command, WayNames& names) {
    for (StepWrite const& write : step_writes(command)) {
      if (write.to != StepWrite::To::env) continue;
      if (write.name.empty())
        names.forget_all_variables();
      else
        names.forget_variable(write.name);
    }
  }

  void add_paths(Reached const& each, std::vector<RefGroup> const& groups) {
    bool const both = each.parts.size() == 2 &&
                      std::all_of(each.parts.begin(), each.parts.end(), [&](auto const& entry) {
                        RefGroup const& group = groups[entry.first];
                        return !group.filter && filter_of(group, entry.second).empty();
                      });
    for (auto const& [index, leads] : each.parts) {
      DeployPath path = each.path;
      path.ref_kind = both ? RefKind::any : groups[index].kind;
      path.filter = filter_of(groups[index], leads);
      paths_.push_back(std::move(path));
      if (both) break;
    }
  }

  Workflow const& workflow_;
  std::string_view text_;
  std::string_view file_;
  std::vector<bool> asked_after_;
  std::vector<bool> skipped_;
  std::vector<DeployPath> paths_;
  std::size_t work_left_ = 500'000;
};

}  // namespace

Result<std::vector<DeployPath>> deploy_paths(std::string_view text, std::string_view file) {
  // GitHub itself takes no larger file.
  yaml::Document const document =
      TRY(yaml::parse(text, file, {.bytes = 1 << 20, .nodes = 100'000}));
  Workflow const workflow = TRY(read_workflow(document.root(), file));
  return Analysis(workflow, text, file).run();
}

}  // namespace landfall
