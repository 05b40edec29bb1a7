#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {

Ask github_secrets_ask(std::string const& repository, std::string const& environment) {
  std::string const rest =
      environment.empty() ? "/actions/secrets?per_page=100"
                          : "/environments/" + url_encode(environment) + "/secrets?per_page=100";
  return {.service = Service::github,
          .source = "github.secrets",
          .path = repository_path(repository, rest),
          .pages = Pages::all,
          .items = "secrets"};
}

Result<std::vector<Fact>> github_secrets_facts(std::string const& repository,
                                               std::string const& environment, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    return Fact{
        {"repository", repository}, {"environment", environment}, {"name", TRY(item.text("name"))}};
  });
}

}  // namespace landfall
