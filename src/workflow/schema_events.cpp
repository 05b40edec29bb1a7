// `on`: what the grammar cannot say of events.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "workflow/cron.h"
#include "workflow/schema_expression.h"
#include "workflow/schema_rules.h"

namespace landfall::grammar {
namespace {

/// https://github.blog/changelog/2025-12-04-actions-workflow-dispatch-workflows-now-support-25-inputs/
constexpr std::size_t most_inputs = 25;

bool only_negates(yaml::Node const& patterns) {
  if (patterns.is_scalar()) return patterns.text.starts_with('!');
  return !patterns.items.empty() &&
         std::all_of(patterns.items.begin(), patterns.items.end(),
                     [](yaml::Node const& item) { return item.text.starts_with('!'); });
}

/// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore
void judge_filters(Spot const& event, Problems& problems) {
  struct Filter {
    std::string_view name;
    std::string_view ignore;
  };
  static constexpr std::array<Filter, 3> filters{Filter{"branches", "branches-ignore"},
                                                 Filter{"tags", "tags-ignore"},
                                                 Filter{"paths", "paths-ignore"}};
  for (Filter const& filter : filters) {
    yaml::Pair const* wanted = nullptr;
    yaml::Pair const* ignored = nullptr;
    for (yaml::Pair const& pair : event.node->pairs) {
      if (pair.key.text == filter.name) wanted = &pair;
      if (pair.key.text == filter.ignore) ignored = &pair;
    }
    if (wanted != nullptr && ignored != nullptr) {
      yaml::Pair const& second =
          wanted->key.begin.byte < ignored->key.begin.byte ? *ignored : *wanted;
      problems.add(Kind::invalid, second.key,
                   fmt::format("'{}' and '{}' in {}: expected one of them", filter.name,
                               filter.ignore, name_of(event)),
                   fmt::format("a pattern with '!' in '{}' leaves names out", filter.name));
    }
    if (wanted != nullptr && only_negates(wanted->value))
      problems.add(Kind::doubtful, wanted->key,
                   fmt::format("'{}' of {} has patterns with '!' only: nothing matches",
                               filter.name, name_of(event)),
                   fmt::format("put '**' before them, or use '{}'", filter.ignore));
  }
}

void judge_schedule(Spot const& schedule, Problems& problems) {
  std::size_t number = 0;
  for (yaml::Node const& item : schedule.node->items) {
    Spot const spot = schedule.item(++number, item);
    yaml::Node const* cron = item.find("cron");
    if (cron == nullptr || !cron->is_scalar() || cron->text.empty()) continue;
    if (find_expression(cron->text) != std::string_view::npos || problems.is_full()) continue;
    auto const parsed = Cron::parse(cron->text);
    if (!parsed) {
      std::string problem = parsed.error();
      problems.add(Kind::invalid, *cron,
                   fmt::format("'cron' of {}: {}", name_of(spot), std::move(problem)));
    } else if (int const minutes = parsed->minutes_between(); minutes < 5) {
      problems.add(Kind::doubtful, *cron,
                   fmt::format("'cron' of {} asks for a run after {}", name_of(spot),
                               counted(minutes, "minute", "minutes")),
                   "GitHub starts one every 5 minutes at most");
    }
  }
}

bool is_number(std::string_view text) {
  yaml::Node node;
  node.text = text;
  return node.number().has_value();
}

std::string default_problem(std::string_view type, yaml::Node const& value) {
  if (!value.is_scalar() || value.text.empty() || value.is_null()) return {};
  if (find_expression(value.text) != std::string_view::npos) return {};
  std::string const text = lower(value.text);
  if (type == "boolean" && text != "true" && text != "false") return "true or false";
  return type == "number" && !is_number(value.text) ? "a number" : "";
}

void judge_options(Spot const& input, std::string_view type, Problems& problems) {
  yaml::Node const* options = input.node->find("options");
  yaml::Node const* value = input.node->find("default");
  if (type != "choice") {
    if (options != nullptr)
      problems.add_missing(
          Kind::invalid, input,
          fmt::format("{} has 'options', but its type is '{}'", name_of(input), excerpt(type)),
          "options need `type: choice`");
    return;
  }
  if (options == nullptr || (options->is_sequence() && options->items.empty()))
    return problems.add_missing(
        Kind::invalid, input,
        fmt::format("{} is a choice: expected 'options', found none", name_of(input)));
  if (value == nullptr || !value->is_scalar() || value->text.empty()) return;
  bool const is_offered =
      std::any_of(options->items.begin(), options->items.end(),
                  [&](yaml::Node const& option) { return option.text == value->text; });
  if (!is_offered)
    problems.add(Kind::doubtful, *value,
                 fmt::format("'default' of {}: expected one of its options, found '{}'",
                             name_of(input), excerpt(value->text)),
                 "GitHub refuses a run with a value that is no option");
}

void judge_inputs(Spot const& inputs, bool is_dispatch, Problems& problems) {
  if (is_dispatch && inputs.node->pairs.size() > most_inputs)
    problems.add_missing(Kind::invalid, inputs,
                         fmt::format("{}: expected at most {}, found {}", name_of(inputs),
                                     most_inputs, inputs.node->pairs.size()));
  for (yaml::Pair const& pair : inputs.node->pairs) {
    if (!pair.value.is_mapping() || problems.is_full()) continue;
    Spot const input = inputs.under(pair);
    yaml::Node const* type = pair.value.find("type");
    std::string_view const type_name =
        type == nullptr || !type->is_scalar() ? std::string_view("string") : type->text;
    if (is_dispatch) judge_options(input, type_name, problems);
    yaml::Node const* value = pair.value.find("default");
    if (value == nullptr) continue;
    std::string const wanted = default_problem(type_name, *value);
    if (!wanted.empty())
      problems.add(type_name == "boolean" ? Kind::invalid : Kind::doubtful, *value,
                   fmt::format("'default' of {}: expected {}, found {}", name_of(input), wanted,
                               found(*value)));
  }
}

void judge_event(Spot const& event, Problems& problems) {
  std::string_view const name = event.key->text;
  if (name == "schedule") return judge_schedule(event, problems);
  if (!event.node->is_mapping()) return;
  if (name != "workflow_dispatch" && name != "workflow_call") return judge_filters(event, problems);
  for (yaml::Pair const& pair : event.node->pairs)
    if (pair.key.text == "inputs")
      judge_inputs(event.under(pair), name == "workflow_dispatch", problems);
}

}  // namespace

void judge_events(yaml::Node const& root, Problems& problems) {
  Spot const file{.node = &root};
  for (yaml::Pair const& pair : root.pairs) {
    if (pair.key.text != "on") continue;
    Spot const on = file.under(pair);
    bool const is_empty =
        !pair.value.is_scalar() && pair.value.items.empty() && pair.value.pairs.empty();
    if (is_empty)
      problems.add_missing(Kind::invalid, on, "'on': expected at least one event, found none");
    for (yaml::Pair const& event : pair.value.pairs) judge_event(on.under(event), problems);
  }
}

}  // namespace landfall::grammar
