#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {

Ask github_workflows_ask(std::string const& repository) {
  return {.service = Service::github,
          .source = "github.workflows",
          .path = repository_path(repository, "/actions/workflows?per_page=100"),
          .pages = Pages::all,
          .items = "workflows"};
}

Result<std::vector<Fact>> github_workflows_facts(std::string const& repository, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    Fact fact{{"repository", repository}};
    fact.emplace_back("path", TRY(item.text("path")));
    fact.emplace_back("id", TRY(item.integer("id")));
    fact.emplace_back("name", TRY(item.text("name")));
    fact.emplace_back("state", TRY(item.text("state")));
    fact.emplace_back("created_at", TRY(seconds_at(item, "created_at")));
    return fact;
  });
}

}  // namespace landfall
