// Any bytes as YAML: every place that a tree names lies in the text, and a text that was read once
// can be read again.
#include "base/result.h"
#include "base/yaml.h"
#include "targets.h"

namespace landfall {
namespace {

void check(yaml::Node const& node, std::string_view text) {
  require(node.begin.byte <= node.end.byte && node.end.byte <= text.size(), "a node in its text");
  require(node.begin.line >= 1 && node.begin.column >= 1, "a line and a column");
  (void)node.boolean();
  (void)node.integer();
  (void)node.number();
  for (yaml::Node const& item : node.items) check(item, text);
  for (yaml::Pair const& pair : node.pairs) {
    check(pair.key, text);
    check(pair.value, text);
    if (pair.key.is_scalar()) require(node.find(pair.key.text) != nullptr, "a key that is found");
  }
}

}  // namespace

void fuzz_yaml(std::string_view text) {
  auto const document = yaml::read(std::string(text), {.bytes = 1 << 20, .nodes = 20'000});
  if (!document) {
    require(document.error().mark.byte <= text.size() && !document.error().text.empty(),
            "a problem with its place");
    return;
  }
  check(document->root(), document->text());
  for (yaml::Comment const& comment : document->comments())
    require(
        comment.text.starts_with('#') && comment.begin.byte + comment.text.size() <= text.size(),
        "a comment in its text");
}

}  // namespace landfall
