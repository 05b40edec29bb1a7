#include "workflow/ways.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/filter.h"

namespace landfall {
namespace {

constexpr std::string_view special = "*?+[]!\\";

bool is_literal(std::string_view pattern) {
  return pattern.find_first_of(special) == std::string_view::npos;
}

/// With what every name that a pattern matches begins.
std::string beginning(std::string_view pattern) {
  std::size_t end = std::min(pattern.find_first_of(special), pattern.size());
  bool const counts_last = end < pattern.size() && (pattern[end] == '?' || pattern[end] == '+');
  if (counts_last && end > 0) --end;
  return std::string(pattern.substr(0, end));
}

std::string escaped(std::string_view name) {
  std::string text;
  for (char const c : name) {
    if (special.find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

RefPart name_part(RefGroup const& group, std::string const& name) {
  RefPart part{RefPart::Kind::name, {}, escaped(name)};
  part.refs.space = group.space;
  part.refs.begin = name;
  part.refs.exact = true;
  return part;
}

RefPart open_part(RefGroup const& group, RefPart::Kind kind, std::string const& begin,
                  std::string pattern) {
  RefPart part{kind, {}, std::move(pattern)};
  part.refs.space = group.space;
  part.refs.begin = begin;
  return part;
}

RefGroup group_of(RefKind kind, std::string space, std::optional<std::vector<std::string>> filter) {
  RefGroup group{kind, std::move(space), std::move(filter), false, {}};
  group.divisible = group.space == "refs/heads/" || group.space == "refs/tags/";
  divide(group, {});
  return group;
}

/// Refs whose names are not for the file to say: the default branch, a pull request's.
RefGroup fixed(RefKind kind, std::string space,
               std::optional<std::vector<std::string>> filter = {}) {
  RefGroup group{kind, std::move(space), std::move(filter), false, {}};
  group.parts.push_back(open_part(group, RefPart::Kind::pattern, "", "**"));
  return group;
}

/// The pattern for names of a group that begin so, nullopt if one cannot be given.
std::optional<std::string> prefix_pattern(RefGroup const& group, std::string const& prefix) {
  if (!group.filter) return escaped(prefix) + "**";
  for (std::string const& pattern : *group.filter) {
    if (pattern.starts_with('!') || is_literal(pattern)) continue;
    std::string const begin = beginning(pattern);
    std::string const tail = pattern.substr(begin.size());
    bool const open = tail == "*" || tail == "**";
    if (open && prefix.starts_with(begin) && prefix != begin) return escaped(prefix) + tail;
  }
  return std::nullopt;
}

void add_unique(std::vector<std::string>& texts, std::string const& text) {
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
}

void exclude(RefPart& part, std::vector<std::string> const& names,
             std::vector<std::string> const& prefixes) {
  if (part.kind == RefPart::Kind::name) return;
  for (std::string const& name : names)
    if (name.starts_with(part.refs.begin)) part.refs.not_names.push_back(name);
  for (std::string const& prefix : prefixes)
    if (prefix.starts_with(part.refs.begin) && prefix.size() > part.refs.begin.size())
      part.refs.not_prefixes.push_back(prefix);
}

}  // namespace

std::vector<RefGroup> ref_groups(Event const& event, std::string_view default_branch) {
  std::string_view const name = event.name;
  auto const patterns = [](std::optional<EventFilter> const& filter) {
    return filter ? std::optional(filter->in_order()) : std::nullopt;
  };
  std::optional<std::vector<std::string>> const branches = patterns(event.branches);
  if (name == "push") {
    // A filter of one kind alone shuts the other kind out.
    bool const neither = !event.branches && !event.tags;
    std::vector<RefGroup> groups;
    if (event.branches || neither)
      groups.push_back(group_of(RefKind::branch, "refs/heads/", branches));
    if (event.tags || neither)
      groups.push_back(group_of(RefKind::tag, "refs/tags/", patterns(event.tags)));
    std::erase_if(groups, [](RefGroup const& group) { return group.parts.empty(); });
    return groups;
  }
  if (name == "workflow_dispatch")
    return {group_of(RefKind::branch, "refs/heads/", {}), group_of(RefKind::tag, "refs/tags/", {})};
  if (name == "release") return {group_of(RefKind::tag, "refs/tags/", {})};
  if (name == "pull_request") return {fixed(RefKind::branch, "refs/pull/", branches)};
  if (name == "workflow_call" || name == "create" || name.starts_with("deployment"))
    return {fixed(RefKind::any, "refs/")};
  // All others come with the default branch, whatever their filters look at.
  RefGroup group = fixed(RefKind::branch, "refs/heads/", branches);
  if (!default_branch.empty()) {
    group.parts[0].refs.begin = default_branch;
    group.parts[0].refs.exact = true;
  }
  return {group};
}

void divide(RefGroup& group, std::vector<RefQuestion> const& questions) {
  std::vector<std::string> names;
  std::vector<std::string> strangers;  // asked for, but the event never brings them
  std::vector<std::string> prefixes;
  std::vector<std::string> patterns;
  if (group.filter) {
    for (std::string const& pattern : *group.filter) {
      if (is_literal(pattern) && filter_matches(*group.filter, pattern)) add_unique(names, pattern);
      if (!is_literal(pattern) && !pattern.starts_with('!')) add_unique(patterns, pattern);
    }
  } else {
    patterns = {"**"};
  }
  for (RefQuestion const& question : questions) {
    if (question.prefix && prefix_pattern(group, question.text))
      add_unique(prefixes, question.text);
    bool const can_come = !group.filter || filter_matches(*group.filter, question.text);
    if (!question.prefix && !question.text.empty())
      add_unique(can_come ? names : strangers, question.text);
  }
  std::stable_sort(prefixes.begin(), prefixes.end(),
                   [](std::string const& a, std::string const& b) { return a.size() < b.size(); });
  group.parts.clear();
  for (std::string const& pattern : patterns)
    group.parts.push_back(open_part(group, RefPart::Kind::pattern, beginning(pattern), pattern));
  for (std::string const& prefix : prefixes)
    group.parts.push_back(open_part(group, RefPart::Kind::prefix, prefix,
                                    prefix_pattern(group, prefix).value_or("")));
  for (std::string const& name : names) group.parts.push_back(name_part(group, name));
  std::vector<std::string> others = names;
  others.insert(others.end(), strangers.begin(), strangers.end());
  for (RefPart& part : group.parts) exclude(part, others, prefixes);
}

std::vector<std::string> filter_of(RefGroup const& group, std::vector<bool> const& leads_on) {
  bool const all = std::find(leads_on.begin(), leads_on.end(), false) == leads_on.end();
  if (all || !group.divisible) return group.filter.value_or(std::vector<std::string>{});
  std::vector<std::string> filter;
  // Taking away is only worth a pattern where something wider was let in.
  auto const is_inside = [&](RefPart const& part) {
    for (std::size_t i = 0; i < group.parts.size(); ++i)
      if (leads_on[i] && group.parts[i].kind < part.kind &&
          part.refs.begin.starts_with(group.parts[i].refs.begin))
        return true;
    return false;
  };
  auto const add = [&](RefPart::Kind kind) {
    for (std::size_t i = 0; i < group.parts.size(); ++i) {
      RefPart const& part = group.parts[i];
      if (part.kind != kind) continue;
      if (leads_on[i])
        filter.push_back(part.pattern);
      else if (is_inside(part))
        filter.push_back("!" + part.pattern);
    }
  };
  // The last match wins, so from the wide to the narrow.
  add(RefPart::Kind::pattern);
  add(RefPart::Kind::prefix);
  if (group.filter && !filter.empty())
    for (std::string const& pattern : *group.filter)
      if (pattern.starts_with('!')) filter.push_back(pattern);
  add(RefPart::Kind::name);
  return filter;
}

namespace {

std::vector<Value> choices_of(yaml::Node const& input) {
  yaml::Node const* type = input.find("type");
  if (type == nullptr) return {};
  if (type->text == "boolean") return {Value::of(true), Value::of(false)};
  yaml::Node const* options = input.find("options");
  std::vector<Value> choices;
  if (type->text != "choice" || options == nullptr) return choices;
  for (yaml::Node const& option : options->items)
    if (option.is_scalar()) choices.push_back(Value::of(std::string_view(option.text)));
  return choices;
}

class Combinations {
 public:
  explicit Combinations(std::size_t most) : most_(most) {}

  void add(std::string const& name, std::vector<Value> choices) {
    if (choices.empty() || all_.size() * choices.size() > most_) choices = {Value{}};
    std::vector<Choices> next;
    next.reserve(all_.size() * choices.size());
    for (Choices const& each : all_) {
      for (Value const& choice : choices) {
        next.push_back(each);
        next.back()[name] = choice;
      }
    }
    all_ = std::move(next);
  }
  std::vector<Choices> take() { return std::move(all_); }

 private:
  std::size_t most_;
  std::vector<Choices> all_{{}};
};

std::vector<Value> values_of(std::vector<std::string_view> const& texts) {
  std::vector<Value> values;
  for (std::string_view const text : texts) values.push_back(Value::of(text));
  return values;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

std::vector<Choices> event_choices(Event const& event, std::string_view text, std::size_t most) {
  Combinations combinations(most);
  if (event.name == "workflow_dispatch" && event.inputs != nullptr) {
    for (yaml::Pair const& input : event.inputs->pairs) {
      std::string const name(input.key.text);
      bool const named = has(text, "inputs." + name) || has(text, "inputs['" + name);
      combinations.add("inputs." + lower(name),
                       named ? choices_of(input.value) : std::vector<Value>{});
    }
  }
  if (event.types.size() > 1 && has(text, "event.action"))
    combinations.add("event.action", values_of(event.types));
  if (event.types.size() == 1) combinations.add("event.action", values_of(event.types));
  if (event.name == "schedule" && has(text, "event.schedule")) {
    std::vector<Value> crons;
    for (yaml::Node const* cron : event.crons) crons.push_back(Value::of(std::string_view(cron->text)));
    combinations.add("event.schedule", std::move(crons));
  }
  if (event.name == "workflow_run")
    combinations.add("event.workflow_run.conclusion",
                     has(text, "workflow_run.conclusion")
                         ? values_of({"success", "failure", "cancelled"})
                         : std::vector<Value>{});
  return combinations.take();
}

}  // namespace landfall
