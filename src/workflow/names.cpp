#include "workflow/names.h"

#include <algorithm>

#include "base/text.h"

namespace landfall {

Value WayNames::lookup(std::vector<std::string> const& path) {
  if (path.size() < 2) return {};
  if (path[0] == "github") return github(path);
  if (path[0] == "inputs") return input(lower(path[1]));
  if (path[0] == "matrix") return matrix(path);
  if (path[0] == "needs") return needs(path);
  if (path[0] == "env") {
    std::optional<std::string> const known = variable(path[1]);
    return known ? Value::of(std::string_view(*known)) : Value{};
  }
  // vars, secrets, steps, runner...: nothing in the file tells.
  return {};
}

Value WayNames::status(std::string_view function) {
  if (function == "always") return Value::of(true);
  if (in_steps_ || function == "cancelled") return {};
  if (function == "success") return success_ ? Value::of(*success_) : Value{};
  // Nothing can have failed before a job that needs nothing.
  return needs_skipped_.empty() ? Value::of(false) : Value{};
}

void WayNames::asked(RefQuestion question) {
  constexpr std::size_t most = 32;
  if (questions_.size() < most) questions_.push_back(std::move(question));
}

void WayNames::enter_job(std::map<std::string, bool> needs_skipped, std::optional<bool> success) {
  needs_skipped_ = std::move(needs_skipped);
  success_ = success;
  in_steps_ = false;
  leg_.reset();
  variables_.clear();
  forgotten_.clear();
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

std::optional<std::string> WayNames::variable(std::string_view name) const {
  auto const found = variables_.find(std::string(name));
  bool const kept = !all_forgotten_ && forgotten_.find(std::string(name)) == forgotten_.end();
  if (found == variables_.end() || !kept || !is_known(found->second)) return std::nullopt;
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
  if (key == "event") return event(path);
  // A called workflow sees its caller's event.
  if (way_.event == "workflow_call") return {};
  std::string const& space = way_.refs.space;
  bool const is_pull = way_.event.starts_with("pull_request");
  if (key == "event_name") return Value::of(std::string_view(way_.event));
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
    Value const value = input(lower(path[3]));
    // Here all inputs are texts, booleans too.
    std::optional<std::string> const text = text_of(value);
    return text && value.kind != Value::Kind::null ? Value::of(std::string_view(*text)) : value;
  }
  if (key == "inputs" && way_.event != "workflow_dispatch") return Value::null();
  bool const is_pull = key == "pull_request" && !way_.event.starts_with("pull_request");
  bool const is_own = (key == "workflow_run" || key == "release" || key == "deployment_status" ||
                       key == "schedule") &&
                      way_.event != key;
  return is_pull || is_own ? Value::null() : Value{};
}

Value WayNames::input(std::string const& name) const {
  if (way_.event == "workflow_call") return {};
  if (way_.event != "workflow_dispatch") return Value::null();
  auto const found = way_.inputs.find(name);
  return found == way_.inputs.end() ? Value::null() : found->second;
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
  auto const found = needs_skipped_.find(lower(path[1]));
  if (found == needs_skipped_.end()) return Value::null();
  if (!found->second || path.size() < 3) return {};
  return lower(path[2]) == "result" ? Value::of("skipped") : Value::null();
}

}  // namespace landfall
