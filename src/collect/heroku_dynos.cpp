#include "base/text.h"
#include "collect/heroku.h"
#include "collect/rows.h"

namespace landfall {
namespace {

// People pass secrets to one-off dynos on the command line; an attach URL is a shell.
Json without_commands(Json json) {
  return without_members(std::move(json), {"command", "attach_url"});
}

}  // namespace

Ask heroku_dynos_ask(std::string const& app) {
  return {.service = Service::heroku,
          .source = "heroku.dynos",
          .path = "/apps/" + url_encode(app) + "/dynos",
          .pages = Pages::all,
          .range = "id ..; max=1000",
          .redact = without_commands};
}

Result<std::vector<Fact>> heroku_dynos_facts(std::string const& app, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    Fact fact{{"app", app}};
    fact.emplace_back("name", TRY(item.text("name")));
    fact.emplace_back("type", TRY(item.text("type")));
    fact.emplace_back("state", TRY(item.text("state")));
    fact.emplace_back("size", TRY(name_at(item, "size")));
    fact.emplace_back("version", TRY(item.integer("release.version")));
    fact.emplace_back("created_at", TRY(seconds_at(item, "created_at")));
    fact.emplace_back("updated_at", TRY(seconds_at(item, "updated_at")));
    return fact;
  });
}

}  // namespace landfall
