#include "base/yaml.h"
#include "workflow/expression_template.h"
#include "workflow/value.h"

namespace landfall {

Value Value::of(yaml::Node const& node) {
  if (node.is_mapping()) {
    Value value{.kind = Kind::node};
    value.node = &node;
    value.origin = &node;
    return value;
  }
  if (node.is_sequence()) {
    Value value{.kind = Kind::list};
    value.origin = &node;
    for (yaml::Node const& item : node.items) value.list.push_back(of(item));
    return value;
  }
  if (node.is_null()) return null();
  std::string_view const text = node.text;
  if (has_expression(text)) return {};
  if (auto const flag = node.boolean()) return of(*flag);
  if (auto const number = node.number()) return of(*number);
  return of(text);
}

Value opened(Value value) {
  if (value.kind != Value::Kind::node) return value;
  Value object{.kind = Value::Kind::object};
  object.origin = value.origin;
  for (yaml::Pair const& pair : value.node->pairs) {
    // A name that an expression makes may be any name.
    if (has_expression(pair.key.text)) return Value::unknown(true);
    object.keys.emplace_back(pair.key.text);
    object.list.push_back(Value::of(pair.value));
  }
  return object;
}

}  // namespace landfall
