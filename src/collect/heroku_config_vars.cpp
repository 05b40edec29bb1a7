#include "base/text.h"
#include "collect/heroku.h"
#include "collect/rows.h"

namespace landfall {
namespace {

// Whatever the answer is, only names of an object are let through: a value must not pass because
// the answer had another shape than expected.
Json names_only(Json json) {
  if (!json.is_object()) return {};
  Json names = Json::object();
  for (auto const& [name, value] : json.as_object()) names.set(name, nullptr);
  return names;
}

}  // namespace

Ask heroku_config_vars_ask(std::string const& app) {
  return {.service = Service::heroku,
          .source = "heroku.config",
          .path = "/apps/" + url_encode(app) + "/config-vars",
          .redact = names_only};
}

Result<std::vector<Fact>> heroku_config_vars_facts(std::string const& app, Json const& json) {
  std::vector<Fact> facts;
  for (auto const& [name, value] : *TRY(json.members()))
    facts.push_back({{"app", app}, {"name", name}});
  return facts;
}

}  // namespace landfall
