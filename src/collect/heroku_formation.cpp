#include "base/text.h"
#include "collect/heroku.h"
#include "collect/rows.h"

namespace landfall {

Ask heroku_formation_ask(std::string const& app) {
  return {.service = Service::heroku,
          .source = "heroku.formation",
          .path = "/apps/" + url_encode(app) + "/formation",
          .pages = Pages::all,
          .range = "id ..; max=1000"};
}

Result<std::vector<Fact>> heroku_formation_facts(std::string const& app, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    Fact fact{{"app", app}};
    fact.emplace_back("type", TRY(item.text("type")));
    fact.emplace_back("quantity", TRY(item.integer("quantity")));
    fact.emplace_back("size", TRY(name_at(item, "size")));
    fact.emplace_back("command", TRY(item.text_or_null("command")).value_or(""));
    return fact;
  });
}

}  // namespace landfall
