#include "sandbox/github_contexts.h"

#include <algorithm>
#include <set>

#include "workflow/expression.h"
#include "workflow/value_json.h"

namespace landfall::sandbox {
namespace {

std::string ref_name(std::string_view ref) {
  for (std::string_view const prefix : {"refs/heads/", "refs/tags/", "refs/"})
    if (ref.starts_with(prefix)) return std::string(ref.substr(prefix.size()));
  return std::string(ref);
}

/// `inputs` keeps the types that the file gives them; `github.event.inputs` has texts alone.
Json typed_inputs(Run const& run) {
  Json inputs = Json::object();
  for (auto const& [name, value] : run.inputs) {
    auto const type = run.input_types.find(name);
    bool const typed = type != run.input_types.end();
    if (typed && type->second == "boolean")
      inputs.set(name, value == "true");
    else if (typed && type->second == "number")
      inputs.set(name, number_of(value));
    else
      inputs.set(name, value);
  }
  return inputs;
}

Json event_of(Repository const& repository, Run const& run) {
  Json inputs = Json::object();
  for (auto const& [name, value] : run.inputs) inputs.set(name, value);
  Json event =
      Json::object({{"inputs", std::move(inputs)},
                    {"repository", Json::object({{"name", repository.name},
                                                 {"full_name", repository.full_name()},
                                                 {"default_branch", repository.default_branch}})}});
  if (!run.schedule.empty()) event.set("schedule", run.schedule);
  return event;
}

/// All jobs that must be over before this one, however far back.
std::vector<RunJob const*> ancestors_of(Run const& run, RunJob const& job) {
  std::vector<RunJob const*> found;
  std::set<std::string> seen;
  std::vector<std::string> left = job.needs;
  while (!left.empty()) {
    std::string const key = std::move(left.back());
    left.pop_back();
    if (!seen.insert(key).second) continue;
    for (RunJob const& other : run.jobs) {
      if (other.key != key) continue;
      found.push_back(&other);
      left.insert(left.end(), other.needs.begin(), other.needs.end());
    }
  }
  return found;
}

/// What became of a job with all of its legs: the worst that became of any.
std::string result_of(Run const& run, std::string_view key) {
  std::string result = "skipped";
  for (std::string_view const worse : {"success", "cancelled", "failure"})
    for (RunJob const& job : run.jobs)
      if (job.key == key && job.conclusion == worse) result = worse;
  return result;
}

Json needs_of(Run const& run, RunJob const& job) {
  Json needs = Json::object();
  for (std::string const& need : job.needs)
    needs.set(need, Json::object({{"result", result_of(run, need)}, {"outputs", Json::object()}}));
  return needs;
}

/// Names of expressions over the contexts of a run. Outside of an `if` no job has a status.
class RunNames : public landfall::Names {
 public:
  explicit RunNames(Json const& contexts) : contexts_(contexts) {}

  Value lookup(std::vector<std::string> const& path) override {
    // The context as a whole, which the evaluation then looks into.
    if (path.size() != 1) return {};
    asks_needs_ = asks_needs_ || path.front() == "needs";
    Json const* const context = contexts_.find(path.front());
    return context == nullptr ? Value::null() : value_of(*context, JsonOwner::context);
  }
  Value status(std::string_view /*function*/) override { return {}; }
  RefClass const& refs() const override { return refs_; }
  void asked(RefQuestion /*question*/) override {}
  bool asks_needs() const { return asks_needs_; }

 private:
  Json const& contexts_;
  RefClass refs_;
  bool asks_needs_ = false;
};

/// Of a job's `if`.
class JobNames : public RunNames {
 public:
  JobNames(Json const& contexts, Run const& run, RunJob const& job)
      : RunNames(contexts), run_(run), ancestors_(ancestors_of(run, job)) {}

  Value status(std::string_view function) override {
    auto const became = [&](std::string_view conclusion) {
      return [conclusion](RunJob const* job) { return job->conclusion == conclusion; };
    };
    if (function == "always") return Value::of(true);
    if (function == "cancelled") return Value::of(run_.cancelled);
    if (function == "failure")
      return Value::of(std::any_of(ancestors_.begin(), ancestors_.end(), became("failure")));
    return Value::of(std::all_of(ancestors_.begin(), ancestors_.end(), became("success")));
  }

 private:
  Run const& run_;
  std::vector<RunJob const*> ancestors_;
};

}  // namespace

Json contexts_of(Repository const& repository, Run const& run) {
  Json vars = Json::object();
  for (auto const& [name, variable] : repository.variables) vars.set(name, variable.value);
  Json github = Json::object({
      {"ref", run.ref},
      {"ref_name", ref_name(run.ref)},
      {"ref_type", run.ref.starts_with("refs/tags/") ? "tag" : "branch"},
      {"sha", run.sha},
      {"event_name", run.event},
      {"event", event_of(repository, run)},
      {"workflow", run.name},
      {"actor", run.actor},
      {"triggering_actor", run.triggering_actor},
      {"repository", repository.full_name()},
      {"repository_owner", repository.owner},
      {"run_id", std::to_string(run.id)},
      {"run_number", std::to_string(run.number)},
      {"run_attempt", std::to_string(run.attempt)},
      {"head_ref", run.pulls.empty() ? "" : run.branch},
  });
  return Json::object(
      {{"github", std::move(github)}, {"inputs", typed_inputs(run)}, {"vars", std::move(vars)}});
}

std::string interpolated(std::string_view text, Json const& contexts) {
  RunNames names(contexts);
  std::string made = interpolate(text, names);
  for (std::size_t begin = 0; (begin = made.find(unknown_begin, begin)) != std::string::npos;) {
    std::size_t const end = made.find(unknown_end, begin);
    made.erase(begin, end == std::string::npos ? end : end - begin + 1);
  }
  return made;
}

std::vector<Leg> legs_of(yaml::Node const* matrix, Json const& contexts) {
  RunNames names(contexts);
  auto legs = matrix_legs(matrix, names);
  bool const refused = legs.size() == 1 && !legs.front() && !names.asks_needs();
  return refused ? std::vector<Leg>() : legs;
}

std::optional<bool> lets_run(Repository const& repository, Run const& run, RunJob const& job) {
  Json contexts = contexts_of(repository, run);
  contexts.set("needs", needs_of(run, job));
  JobNames names(contexts, run, job);
  if (job.always) return true;
  bool const implied = !asks_status(job.condition);
  if (implied && truth(names.status("success")) != true) return false;
  return condition(job.condition, names);
}

}  // namespace landfall::sandbox
