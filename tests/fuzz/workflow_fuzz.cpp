// Any bytes as the workflow file of a repository: what GitHub would refuse in it lies in the text.
#include "base/result.h"
#include "base/yaml.h"
#include "targets.h"
#include "workflow/schema.h"

namespace landfall {

void fuzz_workflow(std::string_view text) {
  auto const document = yaml::read(std::string(text));
  if (!document) return;
  std::vector<SchemaProblem> problems = judge_workflow(document->root(), document->text());
  for (SchemaProblem& problem : judge_action(document->root(), document->text()))
    problems.push_back(std::move(problem));
  for (SchemaProblem const& problem : problems)
    require(!problem.text.empty() && problem.begin.byte <= text.size() &&
                problem.end.byte <= text.size(),
            "a problem with its place");
}

}  // namespace landfall
