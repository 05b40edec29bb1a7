#include <algorithm>

#include "base/text.h"
#include "collect/heroku.h"
#include "collect/rows.h"
#include "collect/wire.h"

namespace landfall {
namespace {

// The blob's URL is signed: whoever reads it can fetch the code.
Json without_blob(Json json) {
  return without_doors(without_members(std::move(json), {"blob"}));
}

bool carries_code(Fact const& release) {
  sql::Value const* value = column_of(release, "carries_code");
  return value != nullptr && value->integer() != 0;
}

}  // namespace

Ask heroku_slug_ask(std::string const& app, std::string const& slug) {
  return {.service = Service::heroku,
          .source = "heroku.slugs",
          .path = "/apps/" + url_encode(app) + "/slugs/" + url_encode(slug),
          .redact = without_blob};
}

Result<std::vector<Fact>> heroku_slug_facts(std::string const& app, Json const& json) {
  std::vector<std::string> types;
  for (auto const& [type, command] : *TRY(json.members("process_types"))) types.push_back(type);
  Fact fact{{"id", TRY(json.text("id"))}, {"app", app}};
  fact.emplace_back("commit_id", TRY(json.text_or_null("commit")));
  fact.emplace_back("size", TRY(json.integer_or_null("size")));
  fact.emplace_back("process_types", join(types, " "));
  fact.emplace_back("created_at", TRY(seconds_at(json, "created_at")));
  return std::vector<Fact>{std::move(fact)};
}

std::vector<std::string> slugs_to_ask(std::vector<Fact> const& releases,
                                      std::map<std::string, sql::Value> const& commits,
                                      std::size_t newest) {
  std::vector<std::pair<std::int64_t, std::string>> slugs;  // version, id
  for (Fact const& release : releases) {
    sql::Value const* slug = column_of(release, "slug_id");
    if (!carries_code(release) || slug == nullptr || slug->is_null()) continue;
    slugs.emplace_back(column_of(release, "version")->integer(), slug->text());
  }
  std::sort(slugs.rbegin(), slugs.rend());
  slugs.resize(std::min(slugs.size(), newest));
  std::vector<std::string> ids;
  for (auto const& [version, id] : slugs)
    if (!commits.contains(id) && std::find(ids.begin(), ids.end(), id) == ids.end())
      ids.push_back(id);
  return ids;
}

std::vector<Fact> with_commits(std::vector<Fact> releases,
                               std::map<std::string, sql::Value> const& commits) {
  for (Fact& release : releases) {
    sql::Value const* slug = column_of(release, "slug_id");
    if (slug == nullptr || slug->is_null()) continue;
    auto const found = commits.find(slug->text());
    if (found != commits.end()) set_column(release, "commit_id", found->second);
  }
  return releases;
}

}  // namespace landfall
