#include "base/text.h"
#include "collect/heroku.h"
#include "collect/rows.h"

namespace landfall {

Ask heroku_app_ask(std::string const& app) {
  return {.service = Service::heroku, .source = "heroku.app", .path = "/apps/" + url_encode(app)};
}

Result<std::vector<Fact>> heroku_app_facts(std::string const& app, Json const& json) {
  Fact fact{{"name", app}};
  fact.emplace_back("id", TRY(json.text("id")));
  fact.emplace_back("created_at", TRY(seconds_at(json, "created_at")));
  fact.emplace_back("released_at", TRY(seconds_or_null(json, "released_at")));
  fact.emplace_back("archived_at", TRY(seconds_or_null(json, "archived_at")));
  fact.emplace_back("stack", TRY(name_at(json, "stack")));
  fact.emplace_back("generation", json.find("generation") == nullptr
                                      ? "cedar"
                                      : TRY(name_at(json, "generation")));
  fact.emplace_back("region", TRY(name_at(json, "region")));
  fact.emplace_back("owner", TRY(json.text("owner.email")));
  fact.emplace_back("maintenance", TRY(json.boolean("maintenance")));
  fact.emplace_back("slug_size", TRY(json.integer_or_null("slug_size")));
  fact.emplace_back("web_url", TRY(json.text_or_null("web_url")));
  return std::vector<Fact>{std::move(fact)};
}

}  // namespace landfall
