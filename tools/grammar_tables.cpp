// Writes a grammar of GitHub's (grammar/*.json) as the constant tables of
// src/workflow/schema_grammar.h. Run by the build: grammar_tables KIND GRAMMAR CORRECTIONS OUTPUT.
// What it does not understand ends the build: a newer grammar is never half read.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "base/json.h"
#include "base/text.h"
#include "workflow/schema_grammar.h"

namespace landfall::grammar {
namespace {

struct LooseMapping {
  std::string name;
  std::vector<Property> properties;
  std::vector<Index> required;
  Index loose_rule = none;
  bool empty_key = false;
};

struct Tables {
  std::vector<Rule> rules;
  std::vector<std::string> rule_names;
  std::vector<LooseMapping> mappings;
  std::vector<std::string> keys;
  std::vector<std::string> constants;
  std::vector<Index> mapping_lists;
  std::vector<std::string> contexts;
};

Index place_in(std::vector<std::string>& list, std::string const& text) {
  auto const place = static_cast<Index>(std::find(list.begin(), list.end(), text) - list.begin());
  if (place == list.size()) list.push_back(text);
  return place;
}

/// The member's own name, which may hold dots.
Json const* member(Json const& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  for (auto const& [key, value] : object.as_object())
    if (key == name) return &value;
  return nullptr;
}

class Compiler {
 public:
  Compiler(Json const& definitions, Json const& corrections)
      : definitions_(definitions), corrections_(corrections) {}

  Result<Index> rule(std::string const& name) {
    if (auto const known = rules_.find(name); known != rules_.end()) return known->second;
    auto const index = static_cast<Index>(tables_.rules.size());
    rules_[name] = index;
    tables_.rules.emplace_back();
    tables_.rule_names.push_back(name);
    Rule rule;
    rule.condition = name.ends_with("-if");
    Parts parts;
    TRY(collect(name, 0, parts));
    rule.scalars = parts.scalars;
    rule.contexts = parts.contexts;
    if (!parts.item.empty()) rule.item = TRY(this->rule(parts.item));
    rule.first_constant = static_cast<Index>(tables_.constants.size());
    rule.constants = static_cast<Index>(parts.constants.size());
    for (std::string const& each : parts.constants) tables_.constants.push_back(each);
    std::vector<Index> mappings;
    for (std::string const& each : parts.mappings) mappings.push_back(TRY(mapping(each)));
    if (mappings.size() > most_mappings) return refuse(name, "too many mappings in a one-of");
    rule.first_mapping = static_cast<Index>(tables_.mapping_lists.size());
    rule.mappings = static_cast<Index>(mappings.size());
    for (Index const each : mappings) tables_.mapping_lists.push_back(each);
    tables_.rules[index] = rule;
    return index;
  }

  Tables const& tables() const { return tables_; }

 private:
  struct Parts {
    std::uint8_t scalars = 0;
    std::uint32_t contexts = 0;
    std::vector<std::string> constants;
    std::vector<std::string> mappings;
    std::string item;
  };

  static std::unexpected<Error> refuse(std::string_view name, std::string_view text) {
    return fail(ErrorKind::data, fmt::format("definition '{}': {}", name, text));
  }

  static Json built_in(std::string_view name) {
    Json const string = Json::object({{"string", Json::object()}});
    if (name == "string") return string;
    if (name == "null" || name == "boolean" || name == "number")
      return Json::object({{std::string(name), Json::object()}});
    if (name == "sequence")
      return Json::object({{"sequence", Json::object({{"item-type", "any"}})}});
    if (name == "mapping")
      return Json::object(
          {{"mapping", Json::object({{"loose-key-type", "string"}, {"loose-value-type", "any"}})}});
    if (name != "any") return {};
    return Json::object(
        {{"one-of", Json::array({"null", "boolean", "number", "string", "sequence", "mapping"})}});
  }

  Result<Json> definition(std::string const& name) const {
    if (Json const* found = member(corrections_, name)) return *found;
    if (Json const* found = member(definitions_, name)) return *found;
    Json const found = built_in(name);
    if (found.is_null()) return refuse(name, "expected one that is defined, found none");
    return found;
  }

  /// The definition and, as GitHub's reader does it, what a one-of refers to: scalars at any
  /// depth, sequences and mappings one level down.
  Result<> collect(std::string const& name, int depth, Parts& parts) {
    if (depth > 4) return refuse(name, "one-of definitions nest too deep");
    Json const found = TRY(definition(name));
    for (auto const& [key, value] : found.as_object()) {
      if (key == "description" || key == "why") continue;
      if (key == "context") {
        TRY(collect_contexts(name, value, depth, parts));
      } else if (key == "null") {
        parts.scalars |= takes_null;
      } else if (key == "boolean") {
        parts.scalars |= takes_boolean;
      } else if (key == "number") {
        parts.scalars |= takes_number;
      } else if (key == "string") {
        TRY(collect_string(name, value, parts));
      } else if (key == "allowed-values") {
        for (Json const& each : value.as_array()) parts.constants.push_back(each.as_string());
      } else if (key == "sequence") {
        TRY(collect_sequence(name, value, depth, parts));
      } else if (key == "mapping") {
        if (depth < 2) parts.mappings.push_back(name);
      } else if (key == "one-of") {
        for (Json const& each : value.as_array()) TRY(collect(each.as_string(), depth + 1, parts));
      } else {
        return refuse(name, fmt::format("unknown member '{}'", key));
      }
    }
    return {};
  }

  Result<> collect_contexts(std::string const& name, Json const& value, int depth, Parts& parts) {
    if (depth > 0) return refuse(name, "a context inside of a one-of");
    for (Json const& each : value.as_array()) {
      Index const place = place_in(tables_.contexts, each.as_string());
      if (place > 31) return refuse(name, "more than 32 contexts");
      parts.contexts |= std::uint32_t{1} << place;
    }
    return {};
  }

  static Result<> collect_sequence(std::string const& name, Json const& value, int depth,
                                   Parts& parts) {
    if (depth > 1) return {};
    if (!parts.item.empty()) return refuse(name, "two sequences in a one-of");
    parts.item = TRY(value.text("item-type"));
    return {};
  }

  static Result<> collect_string(std::string const& name, Json const& value, Parts& parts) {
    bool constant = false;
    bool nonempty = false;
    for (auto const& [key, each] : value.as_object()) {
      if (key == "constant") {
        constant = true;
        parts.constants.push_back(each.as_string());
      } else if (key == "require-non-empty") {
        nonempty = each.as_bool();
      } else if (key != "is-expression") {
        return refuse(name, fmt::format("unknown member 'string.{}'", key));
      }
    }
    if (!constant) parts.scalars |= nonempty ? takes_nonempty_text : takes_text;
    return {};
  }

  Result<Index> mapping(std::string const& name) {
    if (auto const known = mappings_.find(name); known != mappings_.end()) return known->second;
    auto const index = static_cast<Index>(tables_.mappings.size());
    mappings_[name] = index;
    tables_.mappings.emplace_back();
    LooseMapping made{.name = name};
    Json const found = TRY(definition(name));
    for (auto const& [key, value] : found.find("mapping")->as_object()) {
      if (key == "properties") {
        TRY(add_properties(name, value, made));
      } else if (key == "loose-key-type") {
        TRY(add_loose_key(name, value.as_string(), made));
      } else if (key == "loose-value-type") {
        made.loose_rule = TRY(rule(value.as_string()));
      } else {
        return refuse(name, fmt::format("unknown member 'mapping.{}'", key));
      }
    }
    tables_.mappings[index] = std::move(made);
    return index;
  }

  Result<> add_properties(std::string const& name, Json const& properties, LooseMapping& made) {
    for (auto const& [key, value] : properties.as_object()) {
      Property property{.key = place_in(tables_.keys, key)};
      std::string type = value.is_string() ? value.as_string() : "";
      if (value.is_object()) {
        for (auto const& [part, each] : value.as_object()) {
          if (part == "type") type = each.as_string();
          if (part == "required" && each.as_bool()) made.required.push_back(property.key);
          if (part != "type" && part != "required" && part != "description")
            return refuse(name, fmt::format("unknown member '{}.{}'", key, part));
        }
      }
      property.rule = TRY(rule(type));
      made.properties.push_back(property);
    }
    std::sort(made.properties.begin(), made.properties.end(),
              [](Property const& a, Property const& b) { return a.key < b.key; });
    return {};
  }

  Result<> add_loose_key(std::string const& name, std::string const& type, LooseMapping& made) {
    Index const key = TRY(rule(type));
    std::uint8_t const scalars = tables_.rules[key].scalars;
    if (scalars != takes_text && scalars != takes_nonempty_text)
      return refuse(name, "its keys are not simple strings");
    made.empty_key = scalars == takes_text;
    return {};
  }

  Json const& definitions_;
  Json const& corrections_;
  std::map<std::string, Index> rules_;
  std::map<std::string, Index> mappings_;
  Tables tables_;
};

std::string quoted(std::string const& text) {
  return Json(text).dump();
}

std::string strings(std::string_view name, std::vector<std::string> const& list) {
  std::string text = fmt::format("constexpr std::string_view {}[] = {{", name);
  for (std::string const& each : list) text += quoted(each) + ",\n";
  return text + (list.empty() ? "\"\"};\n" : "};\n");
}

std::string indices(std::string_view name, std::vector<Index> const& list) {
  std::string text = fmt::format("constexpr Index {}[] = {{", name);
  for (Index const each : list) text += fmt::format("{},", each);
  return text + (list.empty() ? "none};\n" : "};\n");
}

std::vector<Index> slots_of(std::vector<std::string> const& keys) {
  std::size_t size = 16;
  while (size < keys.size() * 4) size *= 2;
  std::vector<Index> slots(size, none);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::size_t slot = key_hash(keys[i]) & (size - 1);
    while (slots[slot] != none) slot = (slot + 1) & (size - 1);
    slots[slot] = static_cast<Index>(i);
  }
  return slots;
}

std::string mappings_text(Tables const& tables) {
  std::string properties = "constexpr Property properties[] = {";
  std::string mappings = "constexpr Mapping mappings[] = {";
  std::vector<Index> required;
  std::size_t count = 0;
  for (LooseMapping const& each : tables.mappings) {
    mappings += fmt::format("{{{}, {}, {}, {}, {}, {}, {}}},\n", quoted(each.name), count,
                            each.properties.size(), required.size(), each.required.size(),
                            each.loose_rule, each.empty_key);
    count += each.properties.size();
    required.insert(required.end(), each.required.begin(), each.required.end());
    for (Property const& property : each.properties)
      properties += fmt::format("{{{}, {}}},\n", property.key, property.rule);
  }
  return properties + "};\n" + mappings + "};\n" + indices("required", required);
}

std::string rules_text(Tables const& tables) {
  std::string text = "constexpr Rule rules[] = {";
  for (std::size_t i = 0; i < tables.rules.size(); ++i) {
    Rule const& rule = tables.rules[i];
    text += fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}, {}}},\n", quoted(tables.rule_names[i]),
                        rule.contexts, rule.scalars, rule.condition, rule.first_constant,
                        rule.constants, rule.first_mapping, rule.mappings, rule.item);
  }
  return text + "};\n";
}

Result<Json> read_json(char const* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return during(path, Json::parse(text.str()));
}

Result<std::string> tables_text(std::string const& kind, char const* grammar,
                                char const* corrections) {
  Json const published = TRY(read_json(grammar));
  Json const corrected = TRY(read_json(corrections));
  Json const* definitions = published.find("definitions");
  Json const* own = corrected.find(kind);
  if (definitions == nullptr || own == nullptr)
    return fail(ErrorKind::data, "expected definitions and corrections for " + kind);
  Compiler compiler(*definitions, *own);
  Index const strict = TRY(compiler.rule(kind + "-root-strict"));
  // The runner reads action.yml by a grammar of its own, which is published beside the strict one.
  Index const loose = kind == "action" ? TRY(compiler.rule("action-root")) : strict;
  Index const any = TRY(compiler.rule("any"));
  Tables const& tables = compiler.tables();
  std::string text = fmt::format(
      "// Written by tools/grammar_tables.cpp from {}.\n#include \"workflow/schema_grammar.h\"\n"
      "namespace landfall::grammar {{\nnamespace {{\n",
      std::string_view(grammar).substr(std::string_view(grammar).rfind('/') + 1));
  text += strings("keys", tables.keys) + strings("constants", tables.constants) +
          strings("contexts", tables.contexts) + indices("mapping_lists", tables.mapping_lists) +
          indices("slots", slots_of(tables.keys)) + mappings_text(tables) + rules_text(tables);
  text += fmt::format(
      "constexpr Grammar grammar{{rules, mappings, properties, required, keys, constants, "
      "mapping_lists, "
      "contexts, slots, {}, {}, {}}};\n}}  // namespace\n"
      "Grammar const& {}_grammar() {{ return grammar; }}\n}}  // namespace landfall::grammar\n",
      strict, loose, any, kind);
  return text;
}

}  // namespace
}  // namespace landfall::grammar

int main(int count, char** arguments) {
  if (count != 5) return 2;
  auto const text = landfall::grammar::tables_text(arguments[1], arguments[2], arguments[3]);
  if (!text) {
    fmt::print(stderr, "grammar_tables: {}\n", text.error().text);
    return 1;
  }
  std::ofstream(arguments[4]) << *text;
  return 0;
}
