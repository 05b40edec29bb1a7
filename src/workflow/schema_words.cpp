#include "workflow/schema_words.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace landfall::grammar {
namespace {

/// "a", "a or b", "a, b or c".
std::string either(std::vector<std::string> const& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

std::string quoted(std::string_view word) {
  return fmt::format("'{}'", word);
}

std::vector<std::string> constants_of(Grammar const& grammar, Rule const& rule) {
  std::vector<std::string> constants;
  for (std::string_view const each : grammar.constants.subspan(rule.first_constant, rule.constants))
    constants.emplace_back(each);
  return constants;
}

/// How people call the mappings of the grammar that a lost key may belong to.
struct Home {
  std::string_view mapping;
  std::string_view name;
};

constexpr Home homes[]{
    {"workflow-root-strict", "the top level of a workflow"},
    {"on-mapping-strict", "'on'"},
    {"push-mapping", "event 'push'"},
    {"pull-request-mapping", "event 'pull_request'"},
    {"pull-request-target-mapping", "event 'pull_request_target'"},
    {"workflow-run-mapping", "event 'workflow_run'"},
    {"workflow-dispatch-mapping", "event 'workflow_dispatch'"},
    {"workflow-call-mapping", "event 'workflow_call'"},
    {"cron-mapping", "an item of 'schedule'"},
    {"workflow-dispatch-input", "an input of 'workflow_dispatch'"},
    {"workflow-call-input-definition", "an input of 'workflow_call'"},
    {"permissions-mapping", "'permissions'"},
    {"workflow-defaults-run", "'defaults.run'"},
    {"job-factory", "a job"},
    {"workflow-job", "a job with 'uses'"},
    {"job-defaults-run", "'defaults.run'"},
    {"strategy", "'strategy'"},
    {"matrix", "'matrix'"},
    {"concurrency-mapping", "'concurrency'"},
    {"job-environment-mapping", "'environment'"},
    {"runs-on-mapping", "'runs-on'"},
    {"container-mapping", "'container'"},
    {"service-container-mapping", "a service"},
    {"container-registry-credentials", "'credentials'"},
    {"run-step", "a step with 'run'"},
    {"regular-step", "a step with 'uses'"},
    {"action-root-strict", "the top level of an action.yml"},
    {"container-runs-strict", "'runs' of a docker action"},
    {"node-runs-strict", "'runs' of a node action"},
    {"composite-runs-strict", "'runs' of a composite action"},
    {"uses-step", "a step with 'uses'"},
    {"branding", "'branding'"},
};

std::vector<std::string> homes_of(Grammar const& grammar, std::string_view key) {
  Index const index = key_index(grammar, key, key_hash(key));
  std::vector<std::string> names;
  if (index == none) return names;
  for (Home const& home : homes) {
    auto const mapping =
        std::find_if(grammar.mappings.begin(), grammar.mappings.end(),
                     [&](Mapping const& each) { return each.name == home.mapping; });
    if (mapping == grammar.mappings.end()) continue;
    if (find_property(grammar, *mapping, index) == nullptr) continue;
    // What both kinds of a step, or of a job, have belongs to any.
    std::string_view const last = names.empty() ? std::string_view() : names.back();
    if (last == "a step with 'run'" && home.name == "a step with 'uses'") {
      names.back() = "a step";
    } else if (last != home.name && !(last == "a job" && home.name == "a job with 'uses'")) {
      names.emplace_back(home.name);
    }
  }
  return names;
}

std::vector<std::string> keys_of(Grammar const& grammar, std::span<Index const> mappings) {
  std::vector<std::string> keys;
  for (Index const each : mappings) {
    Mapping const& mapping = grammar.mappings[each];
    for (Property const& property : grammar.properties.subspan(mapping.first, mapping.count))
      keys.emplace_back(grammar.keys[property.key]);
  }
  return keys;
}

}  // namespace

std::string meant(std::string_view word, std::vector<std::string> const& names) {
  if (word.size() < 3) return {};
  std::string const near = nearest(word.substr(0, 60), names);
  return near.empty() ? "" : fmt::format("did you mean '{}'?", near);
}

std::string expected(Grammar const& grammar, Rule const& rule) {
  std::vector<std::string> words;
  if (rule.constants > 8) {
    words.push_back(fmt::format("one of the {} names that GitHub knows", rule.constants));
  } else {
    for (std::string const& each : constants_of(grammar, rule)) words.push_back(quoted(each));
  }
  bool const takes_strings = (rule.scalars & (takes_text | takes_nonempty_text)) != 0;
  if (takes_strings) words.emplace_back("a string");
  if (!takes_strings && (rule.scalars & takes_boolean) != 0) words.emplace_back("true or false");
  if (!takes_strings && (rule.scalars & takes_number) != 0) words.emplace_back("a number");
  if (rule.item != none) words.emplace_back("a sequence");
  if (rule.mappings > 0) words.emplace_back("a mapping");
  if ((rule.scalars & takes_null) != 0) words.emplace_back("nothing");
  return either(words);
}

std::string value_hint(Grammar const& grammar, Rule const& rule, yaml::Node const& node) {
  if (!node.is_scalar()) return {};
  yaml::Node plain = node;
  plain.style = yaml::Style::plain;
  bool const wants_boolean = (rule.scalars & takes_boolean) != 0;
  bool const is_quoted =
      node.style != yaml::Style::plain && ((wants_boolean && plain.boolean()) ||
                                           ((rule.scalars & takes_number) != 0 && plain.number()));
  if (is_quoted) return "take the quotes away";
  std::string const word = lower(node.text.substr(0, 60));
  if (wants_boolean && (word == "yes" || word == "on")) return "write true";
  if (wants_boolean && (word == "no" || word == "off")) return "write false";
  return meant(node.text, constants_of(grammar, rule));
}

std::string key_hint(Grammar const& grammar, std::span<Index const> mappings,
                     std::string_view key) {
  key = key.substr(0, 60);
  std::string const near = nearest(key, keys_of(grammar, mappings));
  // A key that differs in case or number only is a slip even where the same word stands elsewhere.
  bool const is_slip = lower(near) == lower(key) || near == std::string(key) + "s" ||
                       near + "s" == key || near == std::string(key) + "es";
  std::vector<std::string> names = homes_of(grammar, key);
  if (names.empty() || (is_slip && !near.empty())) return meant(key, keys_of(grammar, mappings));
  if (names.size() > 4) names.resize(4);
  return fmt::format("'{}' belongs in {}", key, either(names));
}

std::string telling_keys(Grammar const& grammar, std::span<Index const> mappings) {
  std::vector<std::string> keys;
  for (Index const each : mappings) {
    Mapping const& mapping = grammar.mappings[each];
    // Steps without `run` or `uses` (`wait`, `cancel`, `parallel`) are new and rare: nobody forgot
    // them. They have few keys.
    bool const is_rare = mapping.count < 5 && mappings.size() > 3;
    if (is_rare) continue;
    for (Index const key : grammar.required.subspan(mapping.first_required, mapping.required)) {
      std::string const name = quoted(grammar.keys[key]);
      // All kinds of `runs` require `using`: it tells nothing.
      bool const is_common = std::all_of(mappings.begin(), mappings.end(), [&](Index other) {
        return find_property(grammar, grammar.mappings[other], key) != nullptr;
      });
      if (!is_common) keys.push_back(name);
    }
  }
  return either(keys);
}

}  // namespace landfall::grammar
