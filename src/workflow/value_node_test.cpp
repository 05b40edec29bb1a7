#include <gtest/gtest.h>

#include <string>

#include "base/yaml.h"
#include "workflow/expression.h"
#include "workflow/value_json.h"

namespace landfall {
namespace {

/// A matrix as the file says it.
class FileNames : public Names {
 public:
  explicit FileNames(yaml::Node const& matrix) : matrix_(matrix) {}
  Value lookup(std::vector<std::string> const& path) override {
    return path.size() == 1 && path[0] == "matrix" ? Value::of(matrix_) : Value{};
  }
  Value status(std::string_view /*function*/) override { return {}; }
  RefClass const& refs() const override { return refs_; }
  void asked(RefQuestion /*question*/) override {}

 private:
  yaml::Node const& matrix_;
  RefClass refs_;
};

TEST(ValueOfNode, values_of_a_file_are_those_of_expressions) {
  struct Row {
    std::string_view text;
    std::string_view value;
  };
  Row const table[]{
      {"matrix.node[0]", "3.1"},
      {"format('{0}', matrix.node[0])", R"("3.1")"},
      {"matrix.node[1]", R"("3.10")"},
      {"matrix.node[2]", "1000"},
      {"matrix.node[3]", "16"},
      {"matrix.NODE[4]", "true"},
      {"matrix.node[5]", "null"},
      {"matrix.node[9]", "null"},
      {"matrix.deep.A.b", R"("c")"},
      {"matrix.deep.*.b", "[\n  \"c\"\n]"},
      {"toJSON(matrix.deep)", R"("{\n  \"a\": {\n    \"b\": \"c\"\n  }\n}")"},
      {"join(matrix.node)", R"("3.1,3.10,1000,16,true,")"},
      {"contains(matrix.node, '3.10')", "true"},
      {"matrix.deep == matrix.deep", "true"},
      {"matrix.node == matrix.deep", "false"},
      {"matrix.open", "?"},
      {"toJSON(matrix.half)", "?"},
      {"matrix.half.known", "1"},
      {"matrix.half.unknown", "?"},
      {"matrix.made.x", "?"},
  };
  auto const document = yaml::parse(R"(node: [3.10, '3.10', 1e3, 0x10, true, null]
deep: {a: {b: c}}
open: ${{ vars.x }}
half: {known: 1, unknown: "${{ vars.x }}"}
made: {"${{ vars.x }}": 1}
)",
                                    "matrix");
  ASSERT_TRUE(document) << document.error().text;
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    FileNames names(document->root());
    Value const value = evaluate(row.text, names);
    EXPECT_EQ(json_text(value, 1000).value_or("?"), row.value);
  }
}

}  // namespace
}  // namespace landfall
