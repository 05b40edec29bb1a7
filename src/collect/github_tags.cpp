#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {

Ask github_tags_ask(std::string const& repository) {
  return {.service = Service::github,
          .source = "github.tags",
          .path = repository_path(repository, "/tags?per_page=100"),
          .pages = Pages::all,
          .items_max = 20'000};
}

Result<std::vector<Fact>> github_tags_facts(std::string const& repository, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    Fact fact{{"repository", repository}};
    fact.emplace_back("tag", TRY(item.text("name")));
    fact.emplace_back("commit_id", TRY(item.text("commit.sha")));
    return fact;
  });
}

}  // namespace landfall
