#include "base/text.h"
#include "collect/heroku.h"
#include "collect/rows.h"

namespace landfall {

Ask heroku_domains_ask(std::string const& app) {
  return {.service = Service::heroku,
          .source = "heroku.domains",
          .path = "/apps/" + url_encode(app) + "/domains",
          .pages = Pages::all,
          .range = "id ..; max=1000"};
}

Result<std::vector<Fact>> heroku_domains_facts(std::string const& app, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    Fact fact{{"app", app}};
    fact.emplace_back("hostname", TRY(item.text("hostname")));
    fact.emplace_back("kind", TRY(item.text("kind")));
    fact.emplace_back("status", TRY(item.text_or_null("status")).value_or("none"));
    return fact;
  });
}

}  // namespace landfall
