#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {
namespace {

Json slim(Json json) {
  return only_members(std::move(json),
                      {"id", "sha", "ref", "environment", "creator", "created_at"});
}

}  // namespace

Ask github_deployments_ask(std::string const& repository) {
  return {.service = Service::github,
          .source = "github.deployments",
          .path = repository_path(repository, "/deployments?per_page=100"),
          .redact = slim};
}

Result<std::vector<Fact>> github_deployments_facts(std::string const& repository,
                                                   Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    Fact fact{{"repository", repository}};
    fact.emplace_back("deployment_id", TRY(item.integer("id")));
    fact.emplace_back("environment", TRY(item.text("environment")));
    fact.emplace_back("ref", TRY(item.text("ref")));
    fact.emplace_back("commit_id", TRY(item.text("sha")));
    fact.emplace_back("creator", TRY(item.text_or_null("creator.login")).value_or(""));
    fact.emplace_back("created_at", TRY(seconds_at(item, "created_at")));
    return fact;
  });
}

}  // namespace landfall
