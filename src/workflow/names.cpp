#include "workflow/names.h"

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

std::string dotted(std::vector<std::string> const& path, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < path.size(); ++i) {
    if (!text.empty()) text += '.';
    text += path[i];
  }
  return text;
}

/// Parts of a payload that only some events have; of all others nothing is said here.
/// https://docs.github.com/en/webhooks/webhook-events-and-payloads
bool comes_with(std::string_view event, std::string_view key) {
  struct Part {
    std::string_view key;
    std::string_view events;  ///< each between blanks; `*` at the end: and what begins so
  };
  static constexpr Part parts[]{
      {"pull_request", " pull_request* "},
      {"review", " pull_request_review "},
      {"issue", " issues issue_comment "},
      {"comment", " issue_comment commit_comment discussion_comment pull_request_review_comment "},
      {"discussion", " discussion discussion_comment "},
      {"release", " release "},
      {"workflow_run", " workflow_run "},
      {"check_run", " check_run "},
      {"check_suite", " check_suite "},
      {"deployment", " deployment deployment_status "},
      {"deployment_status", " deployment_status "},
      {"merge_group", " merge_group "},
      {"schedule", " schedule "},
      {"client_payload", " repository_dispatch "},
      {"head_commit", " push "},
      {"commits", " push "},
  };
  for (Part const& part : parts) {
    if (part.key != key) continue;
    if (part.events.find(" " + std::string(event) + " ") != std::string_view::npos) return true;
    std::size_t const star = part.events.find('*');
    return star != std::string_view::npos && event.starts_with(part.events.substr(1, star - 1));
  }
  return true;
}

}  // namespace

Value WayNames::lookup(std::vector<std::string> const& path) {
  if (path.size() < 2) return {};
  Value value = known(path);
  note(path, value);
  constexpr std::size_t most = 64;
  bool const not_known = value.kind == Value::Kind::unknown && !value.unknown_truth;
  if (!not_known || unknown_.size() >= most) return value;
  // The shorter names of the same thing are asked for after the longest.
  std::string const name = dotted(path, 0);
  auto const longer = unknown_.lower_bound(name + ".");
  if (longer == unknown_.end() || !longer->starts_with(name + ".")) unknown_.insert(name);
  return value;
}

void WayNames::note(std::vector<std::string> const& path, Value const& value) {
  bool const is_input = path[0] == "inputs";
  bool const is_of_way = path[0] == "github" || (is_input && !call_inputs_);
  if (of_way_ != nullptr && is_of_way) of_way_->note(path, value, way_.refs);
  bool const is_outside = is_of_way || is_input || path[0] == "needs" || path[0] == "matrix";
  if (of_job_ != nullptr && is_outside) of_job_->note(path, value, way_.refs);
}

Value WayNames::known(std::vector<std::string> const& path) const {
  if (path[0] == "github") return github(path);
  if (path[0] == "inputs") return input(lower(path[1]));
  if (path[0] == "matrix") return matrix(path);
  // `jobs` are those of a called workflow, in its outputs.
  if (path[0] == "needs" || path[0] == "jobs") return needs(path);
  if (path[0] == "steps") return steps(path);
  if (path[0] == "env") {
    std::optional<std::string> const text = variable(path[1]);
    return text ? Value::of(std::string_view(*text)) : Value{};
  }
  // vars, secrets, runner...: nothing in the file tells.
  return {};
}

Value WayNames::status(std::string_view function) {
  if (function == "always") return Value::of(true);
  bool const supposes = supposed_.kind != Supposed::Kind::nothing;
  bool const fails = supposed_.kind == Supposed::Kind::failure;
  if (function == "cancelled" && supposes) return Value::of(false);
  if (function == "success") {
    if (!in_steps_ && ancestors_ == Runs::no) return Value::of(false);
    if (!in_steps_ && needs_.empty()) return Value::of(true);
    if (supposes && (in_steps_ || ancestors_ == Runs::yes)) return Value::of(!fails);
  }
  if (function == "failure") {
    // Nothing can have failed before a job that needs nothing.
    if (!in_steps_ && needs_.empty()) return Value::of(false);
    if (supposes) return Value::of(fails);
  }
  unknown_.insert(std::string(function) + "()");
  return {};
}

void WayNames::asked(RefQuestion question) {
  constexpr std::size_t most = 32;
  if (questions_.size() < most) questions_.push_back(std::move(question));
  unknown_.insert("github.ref");
}

std::set<std::string> WayNames::take_unknown() {
  return std::exchange(unknown_, {});
}

void WayNames::enter_job(std::map<std::string, NeededJob> needs, Runs ancestors) {
  needs_ = std::move(needs);
  ancestors_ = ancestors;
  enter_leg(std::nullopt);
}

void WayNames::enter_leg(Leg leg) {
  leg_ = std::move(leg);
  in_steps_ = false;
  variables_.clear();
  written_.clear();
  outputs_.clear();
  all_forgotten_ = false;
}

void WayNames::add_variables(yaml::Node const* env) {
  if (env == nullptr) return;
  // Variables of one mapping do not see each other.
  std::map<std::string, std::string> added;
  for (yaml::Pair const& pair : env->pairs)
    if (pair.value.is_scalar())
      added[std::string(pair.key.text)] =
          pair.value.is_null() ? "" : interpolate(pair.value.text, *this);
  for (auto& [name, value] : added) variables_[name] = std::move(value);
}

void WayNames::restore_variables(std::map<std::string, std::string> variables) {
  variables_ = std::move(variables);
}

void WayNames::write_variable(std::string const& name, std::optional<std::string> value) {
  written_[name] = std::move(value);
}

void WayNames::write_output(std::string const& step, std::string const& name,
                            std::optional<std::string> value) {
  outputs_[lower(step) + "." + lower(name)] = std::move(value);
}

std::optional<std::string> WayNames::variable(std::string_view name) const {
  auto const written = written_.find(std::string(name));
  if (written != written_.end()) return written->second;
  auto const found = variables_.find(std::string(name));
  if (all_forgotten_ || found == variables_.end() || !is_known(found->second)) return std::nullopt;
  return found->second;
}

Value WayNames::ref(bool full) const {
  RefClass const& refs = way_.refs;
  if (refs.exact) return Value::of(std::string_view((full ? refs.space : "") + refs.begin));
  Value value{.kind = Value::Kind::ref};
  value.full_ref = full;
  return value;
}

Value WayNames::github(std::vector<std::string> const& path) const {
  std::string const key = lower(path[1]);
  std::string const& repository = repository_.repository;
  if (key == "repository" && !repository.empty()) return Value::of(std::string_view(repository));
  if (key == "repository_owner" && !repository.empty())
    return Value::of(std::string_view(repository).substr(0, repository.find('/')));
  if (key == "event") return event(path);
  // A called workflow sees its caller's event.
  if (way_.event == "workflow_call") return {};
  std::string const& space = way_.refs.space;
  bool const is_pull = way_.event.starts_with("pull_request");
  if (key == "event_name") return Value::of(way_.event);
  if (key == "ref") return ref(true);
  if (key == "ref_name") return space == "refs/" ? Value{} : ref(false);
  if (key == "ref_type" && space != "refs/")
    return Value::of(space == "refs/tags/" ? "tag" : "branch");
  if ((key == "head_ref" || key == "base_ref") && !is_pull) return Value::of("");
  return {};
}

Value WayNames::event(std::vector<std::string> const& path) const {
  if (path.size() < 3 || way_.event == "workflow_call") return {};
  std::string const key = lower(path[2]);
  if (key == "inputs" && path.size() == 4) {
    Value const value = event_input(lower(path[3]));
    // Here all inputs are texts, booleans too.
    std::optional<std::string> const text = text_of(value);
    return text && value.kind != Value::Kind::null ? Value::of(std::string_view(*text)) : value;
  }
  if (key == "inputs" && way_.event != "workflow_dispatch") return Value::null();
  auto const chosen = way_.choices.find(lower(dotted(path, 1)));
  if (chosen != way_.choices.end()) {
    bool const is_conclusion = path.size() == 4 && lower(path[3]) == "conclusion";
    bool const open = chosen->second.kind == Value::Kind::unknown;
    // Without a choice of its own it is like a needed job's result.
    if (open && is_conclusion && supposed_.kind != Supposed::Kind::nothing)
      return Value::of("success");
    return chosen->second;
  }
  if (key == "repository" && path.size() == 4 && lower(path[3]) == "default_branch" &&
      !repository_.default_branch.empty())
    return Value::of(std::string_view(repository_.default_branch));
  return comes_with(way_.event, key) ? Value{} : Value::null();
}

Value WayNames::event_input(std::string const& name) const {
  if (way_.event == "workflow_call") return {};
  if (way_.event != "workflow_dispatch") return Value::null();
  auto const found = way_.choices.find("inputs." + name);
  return found == way_.choices.end() ? Value::null() : found->second;
}

Value WayNames::input(std::string const& name) const {
  if (!call_inputs_) return event_input(name);
  auto const found = call_inputs_->find(name);
  return found == call_inputs_->end() ? Value::null() : found->second;
}

Value WayNames::matrix(std::vector<std::string> const& path) const {
  if (!leg_) return {};
  auto const found = std::find_if(leg_->begin(), leg_->end(), [&](auto const& entry) {
    return lower(entry.first) == lower(path[1]);
  });
  if (found == leg_->end()) return Value::null();
  Value value = found->second;
  for (std::size_t i = 2; i < path.size(); ++i) {
    if (value.kind != Value::Kind::node) return {};
    yaml::Node const* inner = value.node->find(path[i]);
    if (inner == nullptr) return Value::null();
    value = Value::of(*inner);
  }
  return value;
}

Value WayNames::needs(std::vector<std::string> const& path) const {
  std::string const id = lower(path[1]);
  auto const found = needs_.find(id);
  if (found == needs_.end()) return Value::null();
  if (path.size() < 3) return {};
  NeededJob const& needed = found->second;
  bool const is_result = lower(path[2]) == "result";
  if (needed.runs == Runs::no) return is_result ? Value::of("skipped") : Value::null();
  if (!is_result) {
    auto const output =
        path.size() == 4 ? needed.outputs.find(lower(path[3])) : needed.outputs.end();
    return output == needed.outputs.end() ? Value{} : Value::of(std::string_view(output->second));
  }
  if (needed.runs == Runs::depends || supposed_.kind == Supposed::Kind::nothing) return {};
  bool const failed = supposed_.kind == Supposed::Kind::failure && supposed_.failed == id;
  return Value::of(failed ? "failure" : "success");
}

Value WayNames::steps(std::vector<std::string> const& path) const {
  if (path.size() == 4 && lower(path[2]) == "outputs") {
    auto const found = outputs_.find(lower(path[1]) + "." + lower(path[3]));
    return found == outputs_.end() || !found->second ? Value{}
                                                     : Value::of(std::string_view(*found->second));
  }
  bool const is_result =
      path.size() == 3 && (lower(path[2]) == "outcome" || lower(path[2]) == "conclusion");
  if (is_result && supposed_.kind == Supposed::Kind::success) return Value::of("success");
  return {};
}

}  // namespace landfall
