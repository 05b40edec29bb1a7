#include "base/text.h"
#include "collect/heroku.h"
#include "collect/rows.h"

namespace landfall {
namespace {

// The source's URL is signed, and the build's output may print what the build was told.
Json without_urls(Json json) {
  return without_members(std::move(json), {"output_stream_url", "url"});
}

}  // namespace

Ask heroku_builds_ask(std::string const& app) {
  return {.service = Service::heroku,
          .source = "heroku.builds",
          .path = "/apps/" + url_encode(app) + "/builds",
          .pages = Pages::all,
          .range = "created_at ..; max=1000, order=desc",
          .redact = without_urls};
}

Result<std::vector<Fact>> heroku_builds_facts(std::string const& app, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    Fact fact{{"id", TRY(item.text("id"))}, {"app", app}};
    fact.emplace_back("status", TRY(item.text("status")));
    fact.emplace_back("commit_id", TRY(item.text_or_null("source_blob.version")));
    fact.emplace_back("slug_id", TRY(item.text_or_null("slug.id")));
    fact.emplace_back("user", TRY(item.text("user.email")));
    fact.emplace_back("created_at", TRY(seconds_at(item, "created_at")));
    return fact;
  });
}

}  // namespace landfall
