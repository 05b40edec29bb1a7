// Steps, and what `uses` names.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "workflow/schema_expression.h"
#include "workflow/schema_names.h"
#include "workflow/schema_rules.h"

namespace landfall::grammar {
namespace {

/// Of ids, as GitHub's IdBuilder has it.
constexpr std::size_t id_limit = 100;

bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_id_part(char c) {
  return is_alpha(c) || (c >= '0' && c <= '9') || c == '-';
}

/// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses
bool is_action(std::string_view uses) {
  if (uses.starts_with("docker://")) return uses.size() > 9;
  if (uses.starts_with("./") || uses.starts_with(".\\") || uses.starts_with("$/")) return true;
  std::size_t const at = uses.find('@');
  if (at == std::string_view::npos || at + 1 == uses.size()) return false;
  if (uses.find('@', at + 1) != std::string_view::npos) return false;
  std::size_t segments = 0;
  bool inside = false;
  for (char const c : uses.substr(0, at)) {
    bool const is_separator = c == '/' || c == '\\';
    if (!is_separator && !inside) ++segments;
    inside = !is_separator;
  }
  return segments >= 2;
}

bool is_name(yaml::Node const& node) {
  return node.is_scalar() && !node.text.empty() && !node.is_null() &&
         find_expression(node.text) == std::string_view::npos;
}

void judge_uses(Spot const& spot, Problems& problems) {
  std::string_view const uses = spot.node->text;
  if (!is_name(*spot.node) || is_action(uses)) return;
  bool const lacks_ref = uses.find('@') == std::string_view::npos &&
                         uses.find('/') != std::string_view::npos && !uses.starts_with('.');
  problems.add(
      Kind::invalid, *spot.node,
      fmt::format("{}: expected owner/repository@ref, ./path or docker://image, found '{}'",
                  name_of(spot), excerpt(uses)),
      lacks_ref ? fmt::format("say which version: '{}@REF'", excerpt(uses)) : "");
}

void judge_id(yaml::Node const& id, NameSet& ids, Problems& problems) {
  if (!is_name(id)) return;
  if (std::string problem = id_problem(id.text); !problem.empty())
    return problems.add(Kind::invalid, id, "step id " + problem);
  if (NameSet::Entry const* first = ids.add({key_hash(id.text), 0, &id}))
    problems.add(Kind::invalid, id,
                 fmt::format("step id '{}' stands a second time: it is in line {} already",
                             excerpt(id.text), first->node->begin.line));
}

/// `wait` and `cancel` name steps above them.
void judge_target(Spot const& spot, NameSet const& ids, yaml::Node const* own, Problems& problems) {
  std::size_t number = 0;
  for (yaml::Node const& item : spot.node->items)
    judge_target(spot.item(++number, item), ids, own, problems);
  if (!is_name(*spot.node) || problems.is_full()) return;
  bool const is_own = own != nullptr && same_name(own->text, spot.node->text);
  if (!is_own && ids.find(spot.node->text, key_hash(spot.node->text)) != nullptr) return;
  problems.add(Kind::invalid, *spot.node,
               fmt::format("{}: expected the id of a step above, found '{}'", name_of(spot),
                           excerpt(spot.node->text)));
}

/// What only background steps have, and what cannot stand in `parallel`.
void judge_background(Spot const& spot, NameSet const& ids, bool in_parallel, Problems& problems) {
  static constexpr std::array<std::string_view, 5> keys{"background", "wait", "wait-all", "cancel",
                                                        "parallel"};
  std::string_view const key = spot.key->text;
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) return;
  if (in_parallel)
    return problems.add(Kind::invalid, *spot.key,
                        fmt::format("key '{}' cannot stand in a step of 'parallel'", key));
  if (key == "parallel") return judge_steps(spot, problems);
  if (key == "wait" || key == "cancel")
    return judge_target(spot, ids, spot.above->node->find("id"), problems);
  if (key == "wait-all" && spot.node->boolean() == false)
    problems.add(Kind::invalid, *spot.node,
                 fmt::format("{}: expected true or nothing, found 'false'", name_of(spot)));
}

}  // namespace

std::string id_problem(std::string_view id) {
  if (id.size() >= id_limit)
    return fmt::format("'{}': expected less than {} characters, found {}", excerpt(id), id_limit,
                       id.size());
  if (id.starts_with("__"))
    return fmt::format("'{}': names that begin with '__' are GitHub's own", excerpt(id));
  if (!id.empty() && is_alpha(id.front()) && std::all_of(id.begin(), id.end(), is_id_part)) return {};
  return fmt::format("'{}': expected letters, digits, '-' and '_', the first a letter or '_'",
                     excerpt(id));
}

void judge_steps(Spot const& steps, Problems& problems) {
  if (!steps.node->is_sequence()) return;
  bool const is_parallel = steps.key != nullptr && steps.key->text == "parallel";
  NameSet ids(steps.node->items.size());
  std::size_t number = 0;
  for (yaml::Node const& item : steps.node->items) {
    if (problems.is_full()) return;
    Spot const step = steps.item(++number, item);
    for (yaml::Pair const& pair : item.pairs) {
      std::string_view const key = pair.key.text;
      if (key == "id") judge_id(pair.value, ids, problems);
      if (key == "uses") judge_uses(step.under(pair), problems);
      judge_background(step.under(pair), ids, is_parallel, problems);
    }
  }
}

}  // namespace landfall::grammar
