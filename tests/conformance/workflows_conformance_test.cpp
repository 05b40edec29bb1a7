// Do we refuse the workflow files that GitHub's own parser refuses, and no others? Its answers are
// recorded in answers.json. Where we differ on purpose, differences.json says why.
#include <fmt/core.h>

#include "base/yaml.h"
#include "recorded.h"
#include "workflow/schema.h"

namespace landfall {
namespace {

/// Why we refuse a file, empty if we do not.
std::string refusal(std::string const& text) {
  auto const document = yaml::read(text);
  if (!document)
    return fmt::format("{}:{}: {}", document.error().mark.line, document.error().mark.column,
                       document.error().text);
  for (SchemaProblem const& problem : judge_workflow(document->root(), text))
    if (problem.kind != SchemaProblem::Kind::doubtful)
      return fmt::format("{}:{}: {}", problem.begin.line, problem.begin.column, problem.text);
  return "";
}

TEST(Conformance, a_workflow_is_refused_where_GitHubs_parser_refuses_it) {
  Json const answers = recorded("answers.json");
  std::map<std::string, std::string> found;
  std::size_t valid = 0;
  std::size_t refused = 0;
  for (auto const& [name, answer] : answers.find("workflows")->as_object()) {
    std::string const ours =
        refusal(read_file(std::string(LANDFALL_CORPUS) + "/workflows/" + name));
    ++(answer.is_null() ? valid : refused);
    if (ours.empty() == answer.is_null()) continue;
    found[name] = answer.is_null() ? "only we refuse it: " + ours
                                   : "only GitHub's parser refuses it: " + answer.as_string();
  }
  EXPECT_GT(valid, 400U);
  EXPECT_GT(refused, 400U);
  expect_listed(found, differences("files"));
}

}  // namespace
}  // namespace landfall
