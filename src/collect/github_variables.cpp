// Variables, and what a repository may use of its organisation's secrets and variables. Of
// variables GitHub tells the values too: they are dropped before anything is kept.
#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {
namespace {

Json names_only(Json json) {
  Json const* variables = json.find("variables");
  if (variables == nullptr || !variables->is_array()) return json;
  Json kept = only_members({variables->as_array()}, {"name"});
  json.set("variables", std::move(kept));
  return json;
}

}  // namespace

Ask github_variables_ask(std::string const& repository, std::string const& environment) {
  // Lists of variables have pages of 30 at most.
  std::string const rest =
      environment.empty() ? "/actions/variables?per_page=30"
                          : "/environments/" + url_encode(environment) + "/variables?per_page=30";
  return {.service = Service::github,
          .source = "github.variables",
          .path = repository_path(repository, rest),
          .pages = Pages::all,
          .items = "variables",
          .redact = names_only};
}

Result<std::vector<Fact>> github_variables_facts(std::string const& repository,
                                                 std::string const& environment, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    return Fact{
        {"repository", repository}, {"environment", environment}, {"name", TRY(item.text("name"))}};
  });
}

Ask github_shared_ask(std::string const& repository, std::string const& kind) {
  bool const secrets = kind == "secret";
  return {
      .service = Service::github,
      .source = secrets ? "github.secrets" : "github.variables",
      .path = repository_path(repository, secrets ? "/actions/organization-secrets?per_page=100"
                                                  : "/actions/organization-variables?per_page=30"),
      .pages = Pages::all,
      .items = secrets ? "secrets" : "variables",
      .redact = names_only};
}

Result<std::vector<Fact>> github_shared_facts(std::string const& repository,
                                              std::string const& kind, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    return Fact{{"repository", repository}, {"kind", kind}, {"name", TRY(item.text("name"))}};
  });
}

}  // namespace landfall
