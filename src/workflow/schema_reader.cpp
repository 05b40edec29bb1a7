#include "workflow/schema_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "workflow/schema_names.h"
#include "workflow/schema_words.h"

namespace landfall::grammar {

struct StrictReader::Walk {
  Spot const& spot;
  std::uint32_t contexts;
  std::span<Index const> all;  ///< of the grammar's mappings
  NameSet keys;
  std::array<Index, most_mappings> candidates{};
  std::size_t count = 0;
  yaml::Node const* decided_by = nullptr;  ///< the first key that ruled some of them out
  bool expression_key = false;
  bool misspelt = false;  ///< a key was refused that is near to one of the grammar's

  std::span<Index const> left() const { return {candidates.data(), count}; }
};

void StrictReader::read(Spot const& spot, Index index, std::uint32_t contexts) {
  if (problems_.is_full()) return;
  Rule const& rule = grammar_.rules[index];
  contexts |= rule.contexts;
  if (spot.node->is_scalar()) return read_scalar(spot, rule, contexts);
  if (spot.node->is_mapping())
    return rule.mappings == 0 ? refuse(spot, rule) : read_mapping(spot, rule, contexts);
  if (rule.item == none) return refuse(spot, rule);
  std::size_t number = 0;
  for (yaml::Node const& item : spot.node->items)
    read(spot.item(++number, item), rule.item, contexts);
}

void StrictReader::read_scalar(Spot const& spot, Rule const& rule, std::uint32_t contexts) {
  if (find_expression(spot.node->text) != std::string_view::npos)
    return read_expression(spot, rule, contexts);
  if (!takes(rule, *spot.node)) return refuse(spot, rule);
  if (rule.condition) judge_if(*spot.node, names_of(contexts), problems_);
}

void StrictReader::read_expression(Spot const& spot, Rule const& rule, std::uint32_t contexts) {
  yaml::Node const& node = *spot.node;
  if (rule.condition) {
    judge_if(node, names_of(contexts), problems_);
    return;
  }
  if (std::optional<std::string> const literal = literal_of(node.text)) {
    if (!takes_string(rule, *literal)) refuse(spot, rule);
    return;
  }
  if (contexts == 0)
    return problems_.add(
        Kind::expression, node,
        fmt::format("{}: expected a plain value, found an expression", name_of(spot)),
        "GitHub evaluates no `${{ }}` here");
  if (is_insert(node.text))
    return problems_.add(
        Kind::expression, node,
        fmt::format("{}: expected a value, found the directive 'insert'", name_of(spot)),
        "it stands for the keys of another mapping: write it as a key");
  judge_expressions(node, names_of(contexts), problems_);
}

void StrictReader::read_mapping(Spot const& spot, Rule const& rule, std::uint32_t contexts) {
  Walk walk{.spot = spot,
            .contexts = contexts,
            .all = grammar_.mapping_lists.subspan(rule.first_mapping, rule.mappings),
            .keys = NameSet(spot.node->pairs.size())};
  std::copy(walk.all.begin(), walk.all.end(), walk.candidates.begin());
  walk.count = walk.all.size();
  for (yaml::Pair const& pair : spot.node->pairs) read_pair(walk, pair);
  end_mapping(walk);
}

void StrictReader::read_pair(Walk& walk, yaml::Pair const& pair) {
  if (problems_.is_full()) return;
  yaml::Node const& key = pair.key;
  std::uint32_t const hash = key_hash(key.text);
  Index const known = key_index(grammar_, key.text, hash);
  if (known == none && find_expression(key.text) != std::string_view::npos)
    return read_expression_key(walk, pair);
  if (NameSet::Entry const* first = walk.keys.add({hash, 0, &key}))
    return problems_.add(
        Kind::invalid, key,
        fmt::format("key '{}' stands a second time in {}: '{}' is in line {} already",
                    excerpt(key.text), name_of(walk.spot), excerpt(first->node->text),
                    first->node->begin.line),
        "GitHub's keys do not differ by case");
  if (known != none)
    if (Property const* property = match(walk, known, key))
      return read(walk.spot.under(pair), property->rule, walk.contexts);
  Mapping const& mapping = grammar_.mappings[walk.candidates[0]];
  if (mapping.loose_rule == none) return refuse_key(walk, key);
  if (!mapping.empty_key && (key.text.empty() || key.is_null()))
    return problems_.add(
        Kind::invalid, key,
        fmt::format("a key of {}: expected a name, found nothing", name_of(walk.spot)));
  read(walk.spot.under(pair), mapping.loose_rule, walk.contexts);
}

/// `${{ insert }}` or a name that an expression makes: what may stand under it cannot be known.
void StrictReader::read_expression_key(Walk& walk, yaml::Pair const& pair) {
  walk.expression_key = true;
  if (walk.contexts == 0)
    return problems_.add(
        Kind::expression, pair.key,
        fmt::format("a key of {}: expected a name, found an expression", name_of(walk.spot)));
  if (!is_insert(pair.key.text)) judge_expressions(pair.key, names_of(walk.contexts), problems_);
  Mapping const& mapping = grammar_.mappings[walk.candidates[0]];
  bool const is_open = mapping.count == 0 && mapping.loose_rule != none;
  Index const rule = is_open ? mapping.loose_rule : grammar_.any;
  read(walk.spot.under(pair), rule, walk.contexts);
}

Property const* StrictReader::match(Walk& walk, Index key, yaml::Node const& node) const {
  Property const* found = nullptr;
  std::size_t kept = 0;
  std::array<Index, most_mappings> left{};
  for (Index const each : walk.left()) {
    Mapping const& mapping = grammar_.mappings[each];
    Property const* property = find_property(grammar_, mapping, key);
    if (property == nullptr) continue;
    found = property;
    left[kept++] = each;
  }
  if (found == nullptr) return nullptr;
  if (kept < walk.count) {
    if (walk.decided_by == nullptr) walk.decided_by = &node;
    walk.candidates = left;
    walk.count = kept;
  }
  return found;
}

void StrictReader::refuse_key(Walk& walk, yaml::Node const& key) {
  std::string const where = name_of(walk.spot);
  std::string const name = excerpt(key.text);
  if (key.text == "<<")
    return problems_.add(Kind::invalid, key, fmt::format("a merge key '<<' in {}", where),
                         "GitHub takes anchors and aliases, but merges no mappings: write the keys "
                         "out");
  Index const known = key_index(grammar_, key.text, key_hash(key.text));
  bool const is_ruled_out = std::any_of(walk.all.begin(), walk.all.end(), [&](Index each) {
    return known != none && find_property(grammar_, grammar_.mappings[each], known) != nullptr;
  });
  if (is_ruled_out && walk.decided_by != nullptr)
    return problems_.add(Kind::invalid, key,
                         fmt::format("key '{}' cannot stand beside '{}' in {}", name,
                                     excerpt(walk.decided_by->text), where),
                         "keep one of them");
  std::string hint = key_hint(grammar_, walk.left(), key.text);
  walk.misspelt = walk.misspelt || hint.starts_with("did you mean");
  problems_.add(Kind::invalid, key, fmt::format("unknown key '{}' in {}", name, where),
                std::move(hint));
}

/// What is missing. Where a key was misspelt it is most likely that one, and said already.
void StrictReader::end_mapping(Walk const& walk) {
  if (walk.count > 1 && !walk.misspelt)
    return problems_.add_missing(
        Kind::invalid, walk.spot,
        fmt::format("{}: expected {}, found none of them", name_of(walk.spot),
                    telling_keys(grammar_, walk.left())));
  if (walk.count > 1 || walk.expression_key || walk.misspelt) return;
  Mapping const& mapping = grammar_.mappings[walk.candidates[0]];
  for (Index const key : grammar_.required.subspan(mapping.first_required, mapping.required)) {
    std::string_view const name = grammar_.keys[key];
    if (walk.keys.find(name, key_hash(name)) != nullptr) continue;
    bool const is_jobs = walk.spot.above == nullptr && name == "jobs";
    problems_.add_missing(
        is_jobs ? Kind::zero_jobs : Kind::invalid, walk.spot,
        fmt::format("{}: expected a key '{}', found none", name_of(walk.spot), name));
  }
}

void StrictReader::refuse(Spot const& spot, Rule const& rule) {
  bool const is_jobs =
      spot.key != nullptr && spot.above->above == nullptr && spot.key->text == "jobs";
  problems_.add_value(is_jobs ? Kind::zero_jobs : Kind::invalid, spot,
                      fmt::format("{}: expected {}, found {}", name_of(spot),
                                  expected(grammar_, rule), found(*spot.node)),
                      value_hint(grammar_, rule, *spot.node));
}

bool StrictReader::takes_string(Rule const& rule, std::string_view text) const {
  if ((rule.scalars & takes_text) != 0) return true;
  if ((rule.scalars & takes_nonempty_text) != 0 && !text.empty()) return true;
  auto const constants = grammar_.constants.subspan(rule.first_constant, rule.constants);
  return std::find(constants.begin(), constants.end(), text) != constants.end();
}

bool StrictReader::takes(Rule const& rule, yaml::Node const& node) const {
  if ((rule.scalars & takes_text) != 0) return true;
  if (node.is_null()) return (rule.scalars & takes_null) != 0;
  if (takes_string(rule, node.text)) return true;
  if ((rule.scalars & takes_boolean) != 0 && node.boolean()) return true;
  return (rule.scalars & takes_number) != 0 && node.number();
}

Contexts StrictReader::names_of(std::uint32_t contexts) {
  if (contexts != named_) {
    names_count_ = 0;
    for (std::uint32_t left = contexts; left != 0; left &= left - 1)
      names_[names_count_++] = grammar_.contexts[static_cast<std::size_t>(std::countr_zero(left))];
    named_ = contexts;
  }
  return {names_.data(), names_count_};
}

}  // namespace landfall::grammar
