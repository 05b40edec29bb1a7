#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {

std::string repository_path(std::string_view repository, std::string_view rest) {
  std::string path = "/repos";
  for (std::string const& part : split(repository, '/')) path += "/" + url_encode(part);
  return path.append(rest);
}

Ask github_repository_ask(std::string const& repository) {
  return {.service = Service::github,
          .source = "github.repository",
          .path = repository_path(repository, "")};
}

Result<std::vector<Fact>> github_repository_facts(std::string const& repository, Json const& json) {
  Fact fact{{"repository", repository}};
  fact.emplace_back("default_branch", TRY(json.text("default_branch")));
  fact.emplace_back("private", TRY(json.boolean("private")));
  fact.emplace_back("archived", TRY(boolean_or(json, "archived", false)));
  fact.emplace_back("pushed_at", TRY(seconds_or_null(json, "pushed_at")));
  std::optional<std::string> const visibility = TRY(json.text_or_null("visibility"));
  fact.emplace_back("visibility", visibility ? sql::Value(*visibility) : sql::Value());
  return std::vector<Fact>{std::move(fact)};
}

}  // namespace landfall
