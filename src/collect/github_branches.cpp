#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {

Ask github_branch_ask(std::string const& repository, std::string const& branch) {
  return {.service = Service::github,
          .source = "github.branches",
          .path = repository_path(repository, "/branches/" + url_encode(branch))};
}

Result<std::vector<Fact>> github_branch_facts(std::string const& repository, Json const& json) {
  Fact fact{{"repository", repository}};
  fact.emplace_back("branch", TRY(json.text("name")));
  fact.emplace_back("commit_id", TRY(json.text("commit.sha")));
  fact.emplace_back("protected", TRY(boolean_or(json, "protected", false)));
  return std::vector<Fact>{std::move(fact)};
}

Ask github_protected_branches_ask(std::string const& repository) {
  return {.service = Service::github,
          .source = "github.environments",
          .path = repository_path(repository, "/branches?protected=true&per_page=100"),
          .pages = Pages::all};
}

Result<std::vector<Fact>> github_protected_branches_facts(std::string const& repository,
                                                          Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    return Fact{{"repository", repository}, {"branch", TRY(item.text("name"))}};
  });
}

}  // namespace landfall
