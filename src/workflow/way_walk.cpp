#include "workflow/way_walk.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "workflow/deploy_step_health.h"
#include "workflow/unread_call.h"

namespace landfall {
namespace {

/// GitHub's limit of nested calls.
constexpr std::size_t calls_max = 10;

/// What is known of a job on this way.
struct JobState {
  Judgement judgement;
  std::vector<std::string> ships_over;
  std::map<std::string, std::string> outputs;
};

/// A workflow on the way: the entry, or one that is called.
struct Instance {
  WorkflowSource source;
  std::vector<Hop> above;
  Judgement outer;
  std::vector<std::string> outer_ships_over;
  std::optional<std::map<std::string, Value>> inputs;
  bool asked_after = false;             ///< something after the call asks for an answer
  yaml::Node const* outputs = nullptr;  ///< that the called workflow declares
};

bool step_asks(Step const& step) {
  if (action_asks_for_an_answer(step.uses_text())) return true;
  if (step.run == nullptr || !step.hints.asks) return false;
  ShellVariables const none = [](std::string_view) { return std::nullopt; };
  std::vector<ShellCommand> const commands = shell_commands(step.script(), none);
  return std::any_of(commands.begin(), commands.end(),
                     [](ShellCommand const& command) { return asks_for_an_answer(command); });
}

/// Jobs that run after a job and ask for an answer prove it as well as its own steps do.
std::vector<bool> asked_afterwards(Workflow const& workflow, bool asked_after) {
  std::vector<bool> after(workflow.jobs.size(), asked_after);
  for (auto at = workflow.order.rbegin(); at != workflow.order.rend(); ++at) {
    Job const& job = workflow.jobs[*at];
    if (job.needs.empty()) continue;
    bool const asks = after[*at] ||
                      (job.uses != nullptr && action_asks_for_an_answer(job.uses->text)) ||
                      std::any_of(job.steps.begin(), job.steps.end(), step_asks);
    for (std::size_t const need : job.needs) after[need] = after[need] || asks;
  }
  return after;
}

/// Most jobs build and test behind no deploy and before none: these are not walked.
std::vector<Worth> worth_of_jobs(Workflow const& workflow, bool has_outputs) {
  std::vector<Worth> worth(workflow.jobs.size(), has_outputs ? Worth::whether : Worth::nothing);
  for (auto at = workflow.order.rbegin(); at != workflow.order.rend(); ++at) {
    Job const& job = workflow.jobs[*at];
    bool const says =
        worth[*at] == Worth::whether && (job.outputs != nullptr || job.uses != nullptr);
    if (says || may_deploy(job)) worth[*at] = Worth::steps;
    if (worth[*at] == Worth::nothing) continue;
    for (std::size_t const need : job.needs) worth[need] = std::max(worth[need], Worth::whether);
  }
  return worth;
}

void append(std::vector<Reason>& all, std::vector<Reason> const& more) {
  for (Reason const& reason : more) {
    bool const is_new = std::none_of(all.begin(), all.end(), [&](Reason const& each) {
      return each.kind == reason.kind && each.text == reason.text &&
             each.place.begin == reason.place.begin;
    });
    if (is_new) all.push_back(reason);
  }
}

/// Both must hold.
Judgement both(Judgement left, Judgement const& right) {
  if (right.runs == Runs::no && left.runs != Runs::no) return right;
  if (left.runs == Runs::no) return left;
  left.runs = std::max(left.runs, right.runs);
  append(left.reasons, right.reasons);
  return left;
}

Reach reach_of(Runs runs) {
  return runs == Runs::yes       ? Reach::possible
         : runs == Runs::depends ? Reach::undecided
                                 : Reach::impossible;
}

/// Is the text of a target a name, and not an expression or what is left of one.
bool is_name(FoundDeploy const& deploy) {
  std::string_view const name = deploy.target;
  if (!is_known(name) || name.empty()) return false;
  if (deploy.provider != "heroku") return true;
  return name.size() <= 64 && name.front() != '-' && name.back() != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// Is any of a text's lone names empty here: an environment that is named by nothing.
bool names_nothing(std::string_view text, Names& names) {
  return interpolate(text, names).empty() ||
         interpolate_names(text, names) != interpolate(text, names);
}

std::string key_of(Path const& path, std::string const& where) {
  std::string key = where;
  for (std::string_view const part :
       {std::string_view(path.target), std::string_view(path.environment()),
        std::string_view(path.deploy.tool)}) {
    key += '\n';
    key += part;
  }
  return key;
}

class WayWalk {
 public:
  WayWalk(Way const& way, Library& library, WalkCache& cache, std::size_t work_max)
      : way_(way), library_(library), cache_(cache), work_max_(work_max) {}

  /// Returns what is known of the outputs of a called workflow.
  std::map<std::string, std::string> walk(Instance const& instance) {
    Workflow const& workflow = instance.source.workflow;
    WayNames names(way_, library_.names(), &result_.trace);
    if (instance.inputs) names.enter_call(*instance.inputs);
    std::vector<JobState> states(workflow.jobs.size());
    std::vector<Worth> const& worth = worth_of(instance);
    for (std::size_t const i : workflow.order) {
      if (++result_.work > work_max_) return {};
      if (worth[i] == Worth::nothing) continue;
      enter(names, workflow, i, states);
      states[i] = judge(names, instance, i, states);
      if (worth[i] == Worth::steps) walk_job(names, instance, i, states[i]);
    }
    std::map<std::string, std::string> outputs;
    if (instance.outputs != nullptr) {
      enter_all(names, workflow, states);
      outputs = called_outputs(names, *instance.outputs);
    }
    add_questions(names.take_questions());
    return outputs;
  }

  WayResult take() { return std::move(result_); }

 private:
  void add_questions(std::vector<RefQuestion> const& questions) {
    result_.questions.insert(result_.questions.end(), questions.begin(), questions.end());
  }

  /// Does anything after a job ask for an answer.
  bool asked_after(Instance const& instance, std::size_t job) {
    Workflow const& workflow = instance.source.workflow;
    auto const [place, is_new] =
        cache_.asked_afterwards.try_emplace({&workflow, instance.asked_after});
    if (is_new) place->second = asked_afterwards(workflow, instance.asked_after);
    return place->second[job];
  }

  std::vector<Worth> const& worth_of(Instance const& instance) {
    Workflow const& workflow = instance.source.workflow;
    bool const has_outputs = instance.outputs != nullptr;
    auto const [place, is_new] = cache_.worth.try_emplace({&workflow, has_outputs});
    if (is_new) place->second = worth_of_jobs(workflow, has_outputs);
    return place->second;
  }

  static void enter(WayNames& names, Workflow const& workflow, std::size_t i,
                    std::vector<JobState> const& states) {
    std::map<std::string, NeededJob> needs;
    Runs ancestors = Runs::yes;
    for (std::size_t const need : workflow.jobs[i].needs)
      needs[lower(workflow.jobs[need].id)] = {states[need].judgement.runs, states[need].outputs};
    for (std::size_t const ancestor : workflow.jobs[i].ancestors)
      ancestors = std::max(ancestors, states[ancestor].judgement.runs);
    names.enter_job(std::move(needs), ancestors);
  }

  /// What outputs of a called workflow see: all of its jobs.
  static void enter_all(WayNames& names, Workflow const& workflow,
                        std::vector<JobState> const& states) {
    std::map<std::string, NeededJob> jobs;
    for (std::size_t i = 0; i < states.size(); ++i)
      jobs[lower(workflow.jobs[i].id)] = {states[i].judgement.runs, states[i].outputs};
    names.enter_job(std::move(jobs), Runs::yes);
  }

  static std::map<std::string, std::string> called_outputs(WayNames& names,
                                                           yaml::Node const& declared) {
    std::map<std::string, std::string> known;
    for (yaml::Pair const& pair : declared.pairs) {
      yaml::Node const* value = pair.value.find("value");
      if (value == nullptr || !value->is_scalar()) continue;
      std::string const text = interpolate(value->text, names);
      if (is_known(text)) known[lower(pair.key.text)] = text;
    }
    return known;
  }

  JobState judge(WayNames& names, Instance const& instance, std::size_t i,
                 std::vector<JobState> const& states) const {
    Job const& job = instance.source.workflow.jobs[i];
    bool const implied = job.condition == nullptr || !asks_status(job.condition->text);
    JobState state;
    if (implied) state.judgement = judge_ancestors(instance.source, job, states);
    if (job.condition == nullptr) return state;
    state.judgement = both(state.judgement, judge_condition(*job.condition, instance.source.file,
                                                            Reason::Kind::job_condition, names));
    if (implied) return state;
    for (std::size_t const need : job.needs) {
      std::string const id(instance.source.workflow.jobs[need].id);
      if (states[need].judgement.runs == Runs::no) continue;
      names.suppose({Supposed::Kind::failure, lower(id)});
      if (condition(job.condition->text, names) == std::optional(true))
        state.ships_over.push_back(id);
    }
    names.suppose({});
    names.take_unknown();
    return state;
  }

  /// The implied success(): no ancestor may be skipped, however far it is.
  static Judgement judge_ancestors(WorkflowSource const& source, Job const& job,
                                   std::vector<JobState> const& states) {
    Judgement judgement;
    for (std::size_t const ancestor : job.ancestors) {
      Job const& other = source.workflow.jobs[ancestor];
      Judgement const& its = states[ancestor].judgement;
      bool const direct =
          std::find(job.needs.begin(), job.needs.end(), ancestor) != job.needs.end();
      if (its.runs == Runs::depends) judgement = both(judgement, its);
      if (its.runs != Runs::no) continue;
      bool const needs_run = std::all_of(job.needs.begin(), job.needs.end(), [&](std::size_t need) {
        return states[need].judgement.runs != Runs::no;
      });
      if (!direct && !needs_run) continue;
      std::string const why = its.reasons.empty() ? "" : ": " + its.reasons.front().text;
      std::string const text =
          direct ? fmt::format("job '{}', which it needs, is skipped{}", other.id, why)
                 : fmt::format(
                       "job '{}', far above it, is skipped, and so the success() that every "
                       "job without a status function has is false{}",
                       other.id, why);
      Place const place = its.reasons.empty()
                              ? Place{std::string(source.file), job.key->begin, job.key->end}
                              : its.reasons.front().place;
      return {Runs::no,
              {{direct ? Reason::Kind::need_skipped : Reason::Kind::ancestor_skipped, text, place,
                std::string(other.id)}}};
    }
    return judgement;
  }

  void walk_job(WayNames& names, Instance const& instance, std::size_t at, JobState& state) {
    Job const& job = instance.source.workflow.jobs[at];
    std::vector<Leg> legs = matrix_legs(job.matrix, names);
    bool const is_lone = legs.size() == 1;
    std::set<std::size_t> ended;
    for (Leg& leg : legs) {
      if (++result_.work > work_max_) return;
      names.enter_leg(std::move(leg));
      if (job.uses != nullptr) {
        auto outputs = walk_call(names, instance, at, state);
        if (is_lone && state.judgement.runs == Runs::yes) state.outputs = std::move(outputs);
        continue;
      }
      std::size_t const index = walked_leg(names, instance.source, job);
      // Legs that come to the same end in the same.
      if (!ended.insert(index).second) continue;
      WalkedLeg const& walked = cache_.legs[&job][index];
      add_questions(walked.questions);
      add_ends(instance, at, state, walked);
      // Legs overwrite each other's outputs; only a lone one says for certain.
      if (is_lone && state.judgement.runs == Runs::yes) state.outputs = walked.outputs;
    }
  }

  /// The leg as it was walked on another way, or another leg of this one, that looks the same from
  /// inside; or walked now.
  std::size_t walked_leg(WayNames& names, WorkflowSource const& source, Job const& job) {
    std::vector<WalkedLeg>& known = cache_.legs[&job];
    auto const ask = [&](std::vector<std::string> const& path) { return names.lookup(path); };
    for (std::size_t i = 0; i < known.size(); ++i)
      if (known[i].trace.holds(ask, way_.refs)) return i;
    add_questions(names.take_questions());
    WalkedLeg& walked = known.emplace_back();
    names.trace_job(&walked.trace);
    names.add_variables(source.workflow.env);
    names.add_variables(job.env);
    walked.hop = hop_of(names, source, job);
    yaml::Node const* const environment = job.environment_name();
    walked.environment_empty = environment != nullptr && names_nothing(environment->text, names);
    names.enter_steps();
    walked.result =
        walk_leg({source.file, source.text, source.workflow, job, library_, cache_.scripts}, names);
    if (job.outputs != nullptr) walked.outputs = known_outputs(names, *job.outputs);
    names.trace_job(nullptr);
    walked.questions = names.take_questions();
    result_.work += walked.result.work;
    return known.size() - 1;
  }

  void add_ends(Instance const& instance, std::size_t at, JobState const& state,
                WalkedLeg const& walked) {
    if (walked.result.deploys.empty()) return;
    bool const asked = asked_after(instance, at);
    std::vector<Hop> hops = instance.above;
    hops.push_back(walked.hop);
    Judgement const outer = both(instance.outer, state.judgement);
    for (SpottedDeploy const& deploy : walked.result.deploys) {
      Judgement const judgement = both(outer, {deploy.runs, deploy.reasons});
      Path path{.hops = hops, .step = deploy.step, .place = deploy.place, .deploy = deploy.deploy};
      path.target = readable(deploy.deploy.target);
      path.target_known = is_name(deploy.deploy);
      path.reach = reach_of(judgement.runs);
      path.reasons = judgement.reasons;
      path.ships_over = state.ships_over;
      path.ships_over.insert(path.ships_over.end(), instance.outer_ships_over.begin(),
                             instance.outer_ships_over.end());
      path.environment_empty = walked.environment_empty;
      path.health_check = deploy.deploy.health_check || asked ||
                          std::any_of(walked.result.asks.begin(), walked.result.asks.end(),
                                      [&](StepSpot const& ask) { return ask > deploy.spot; });
      std::string place = where(hops, deploy.spot);
      std::string key = key_of(path, place);
      result_.ends.push_back({std::move(path), std::move(place), std::move(key)});
    }
  }

  std::map<std::string, std::string> walk_call(WayNames& names, Instance const& instance,
                                               std::size_t at, JobState const& state) {
    Job const& job = instance.source.workflow.jobs[at];
    LoadedWorkflow const* called = library_.called_workflow(job.uses->text);
    std::vector<Hop> hops = instance.above;
    hops.push_back(hop_of(names, instance.source, job));
    bool const is_known_call = called != nullptr && hops.size() <= calls_max;
    if (called == nullptr && state.judgement.runs != Runs::no && is_deploying_use(job.uses->text))
      cache_.unread.push_back({{std::string(instance.source.file), job.uses->begin, job.uses->end},
                               std::string(job.uses->text)});
    if (!is_known_call || is_inside(hops, called->path)) return {};
    Event const* call = called->workflow.event("workflow_call");
    Instance inner{.source = {called->path, called->document.text(), called->workflow},
                   .above = std::move(hops),
                   .outer = both(instance.outer, state.judgement),
                   .outer_ships_over = instance.outer_ships_over,
                   .inputs = call_inputs(job.with, call == nullptr ? nullptr : call->inputs, names),
                   .asked_after = asked_after(instance, at),
                   .outputs = called->document.root().at("on.workflow_call.outputs")};
    inner.outer_ships_over.insert(inner.outer_ships_over.end(), state.ships_over.begin(),
                                  state.ships_over.end());
    return walk(inner);
  }

  static bool is_inside(std::vector<Hop> const& hops, std::string_view file) {
    return std::any_of(hops.begin(), hops.end(), [&](Hop const& hop) { return hop.file == file; });
  }

  static Hop hop_of(WayNames& names, WorkflowSource const& source, Job const& job) {
    Hop hop{.file = source.file, .workflow = &source.workflow, .job = &job};
    if (yaml::Node const* name = job.environment_name()) {
      std::string const text = interpolate(name->text, names);
      hop.environment = readable(text);
      hop.environment_known = is_known(text);
    }
    if (yaml::Node const* group = concurrency_group(job.concurrency))
      hop.concurrency = readable(interpolate(group->text, names));
    return hop;
  }

  static std::map<std::string, std::string> known_outputs(WayNames& names,
                                                          yaml::Node const& outputs) {
    std::map<std::string, std::string> known;
    for (yaml::Pair const& pair : outputs.pairs) {
      if (!pair.value.is_scalar()) continue;
      std::string const text = interpolate(pair.value.text, names);
      if (is_known(text)) known[lower(pair.key.text)] = text;
    }
    return known;
  }

  static std::string where(std::vector<Hop> const& hops, StepSpot spot) {
    std::string text;
    for (Hop const& hop : hops) text += std::string(hop.job->id) + "/";
    return text + std::to_string(spot.step) + "." + std::to_string(spot.command);
  }

  Way const& way_;
  Library& library_;
  WalkCache& cache_;
  std::size_t work_max_;
  WayResult result_;
};

}  // namespace

WayResult walk_way(WorkflowSource const& source, Way const& way, Library& library, WalkCache& cache,
                   std::size_t work_max) {
  WayWalk walk(way, library, cache, work_max);
  walk.walk({.source = source});
  return walk.take();
}

}  // namespace landfall
