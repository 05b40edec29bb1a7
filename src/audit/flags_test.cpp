#include "audit/flags.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

constexpr std::string_view workflow_yml = R"(on:
  workflow_dispatch:
    inputs:
      go: {type: boolean}
      Both: {type: boolean}
      words: {type: string}
      mixed: {type: boolean}
  workflow_call:
    inputs:
      both: {type: boolean}
      called: {type: boolean}
      mixed: {type: string}
jobs: {}
)";

std::vector<WrongComparison> found(std::string_view text, bool is_condition) {
  auto const document = yaml::read(std::string(workflow_yml));
  return wrong_comparisons(text, is_condition, InputTypes(read_workflow(document->root())));
}

TEST(WrongComparisons, are_found_with_what_mends_them) {
  struct Row {
    std::string_view text;
    bool is_condition = true;
    std::string_view wrong;  ///< the part that is wrong, "" for none
    std::string_view mended;
  };
  Row const rows[]{
      {"inputs.go == 'true'", true, "inputs.go == 'true'", "inputs.go == true"},
      {"inputs.GO != 'False'", true, "inputs.GO != 'False'", "inputs.GO != false"},
      {"'true' == inputs.go", true, "'true' == inputs.go", "true == inputs.go"},
      {"inputs.both == 'true' && x", true, "inputs.both == 'true'", "inputs.both == true && x"},
      {"(inputs.called) == 'true'", true, "(inputs.called) == 'true'", "(inputs.called) == true"},
      {"github.event.inputs.go == true", true, "github.event.inputs.go == true",
       "github.event.inputs.go == 'true'"},
      {"github.event.inputs.words == false", true, "github.event.inputs.words == false",
       "github.event.inputs.words == 'false'"},
      {"github.event.inputs.go", true, "github.event.inputs.go", "inputs.go"},
      {"!github.event.inputs.go", true, "github.event.inputs.go", "!inputs.go"},
      {"github.event.inputs.go && 'a' || 'b'", false, "", ""},
      {"a ${{ github.event.inputs.go && 'a' || 'b' }} c", false, "github.event.inputs.go",
       "a ${{ inputs.go && 'a' || 'b' }} c"},
      {"x ${{ inputs.go == 'true' }}", false, "inputs.go == 'true'", "x ${{ inputs.go == true }}"},
      {"inputs.go", true, "", ""},
      {"!inputs.go", true, "", ""},
      {"inputs.go == true", true, "", ""},
      {"inputs.go == 'yes'", true, "", ""},
      {"inputs.words == 'true'", true, "", ""},
      {"inputs.mixed == 'true'", true, "", ""},
      {"inputs.nobody == 'true'", true, "", ""},
      {"github.event.inputs.go == 'true'", true, "", ""},
      {"github.event.inputs.called", true, "", ""},
      {"github.event.inputs.words", true, "", ""},
      {"${{ github.event.inputs.go }}", false, "", ""},
      {"${{ github.event.inputs.go || 'x' }}", false, "", ""},
      {"needs.a.outputs.inputs.go == 'true'", true, "", ""},
      {"inputs.go ==", true, "", ""},
      {"${{ inputs.go == 'true'", true, "", ""},
      {"inputs.go == 'true'", false, "", ""},
      {"", true, "", ""},
  };
  for (Row const& row : rows) {
    SCOPED_TRACE(row.text);
    std::vector<WrongComparison> const all = found(row.text, row.is_condition);
    ASSERT_EQ(all.size(), row.wrong.empty() ? 0U : 1U);
    if (all.empty()) continue;
    EXPECT_EQ(row.text.substr(all[0].begin, all[0].end - all[0].begin), row.wrong);
    EXPECT_EQ(all[0].text, row.wrong);
    std::string mended(row.text);
    mended.replace(all[0].fix_begin, all[0].fix_end - all[0].fix_begin, all[0].fix);
    EXPECT_EQ(mended, row.mended);
    EXPECT_TRUE(found(mended, row.is_condition).empty());
  }
}

TEST(MeantFlag, is_what_a_person_means) {
  for (std::string_view const text : {"true", "True", "YES", "on", " 1 ", "y", "enabled"})
    EXPECT_EQ(meant_flag(text), true) << text;
  for (std::string_view const text : {"false", "False", "no", "OFF", "0", "", "n", "disabled"})
    EXPECT_EQ(meant_flag(text), false) << text;
  for (std::string_view const text : {"maybe", "2", "${{ x }}"})
    EXPECT_EQ(meant_flag(text), std::nullopt) << text;
}

}  // namespace
}  // namespace landfall
