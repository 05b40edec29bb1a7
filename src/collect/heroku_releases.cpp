#include <algorithm>

#include "base/text.h"
#include "collect/heroku.h"
#include "collect/rows.h"
#include "collect/wire.h"

namespace landfall {
namespace {

bool starts_with_one_of(std::string_view text, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return text.starts_with(start); });
}

// Container releases have an image, Fir's have artifacts; neither has a slug.
Result<sql::Value> artifact_of(Json const& release) {
  if (Json const* artifacts = release.find("artifacts");
      artifacts != nullptr && !artifacts->is_null()) {
    Json::Array const& list = *TRY(release.items("artifacts"));
    if (!list.empty()) return sql::Value(TRY(during("artifacts[0]", list[0].text("id"))));
  }
  Json const* image = release.find("oci_image");
  if (image == nullptr || image->is_null()) return sql::Value();
  if (image->is_object()) return sql::Value(TRY(release.text("oci_image.id")));
  return sql::Value(TRY(release.text("oci_image")));
}

Result<sql::Value> slug_of(Json const& release) {
  Json const* slug = release.find("slug");
  // Heroku always tells it; an answer without it would make a deployed app look empty.
  if (slug == nullptr)
    return fail(ErrorKind::data, "slug: expected an object or null, found nothing");
  if (slug->is_null()) return sql::Value();
  return sql::Value(TRY(release.text("slug.id")));
}

Result<Fact> release_row(std::string const& app, Json const& json) {
  sql::Value const slug = TRY(slug_of(json));
  sql::Value const artifact = TRY(artifact_of(json));
  std::string const description = TRY(json.text("description"));
  Fact fact{{"app", app}};
  fact.emplace_back("version", TRY(json.integer("version")));
  fact.emplace_back("kind", release_kind(description));
  fact.emplace_back("status", TRY(json.text("status")));
  fact.emplace_back("description", description);
  fact.emplace_back("carries_code", !slug.is_null() || !artifact.is_null());
  fact.emplace_back("slug_id", slug);
  fact.emplace_back("artifact_id", artifact);
  fact.emplace_back("commit_id", sql::Value());
  fact.emplace_back("created_at", TRY(seconds_at(json, "created_at")));
  fact.emplace_back("user", TRY(json.text("user.email")));
  fact.emplace_back("release_id", TRY(json.text("id")));
  return fact;
}

}  // namespace

Ask heroku_releases_ask(std::string const& app) {
  return {.service = Service::heroku,
          .source = "heroku.releases",
          .path = "/apps/" + url_encode(app) + "/releases",
          .pages = Pages::all,
          .range = "version ..; max=1000, order=desc",
          .redact = without_doors};
}

Result<std::vector<Fact>> heroku_releases_facts(std::string const& app, Json const& json) {
  return rows_of(json, [&](Json const& item) { return release_row(app, item); });
}

Result<std::vector<Fact>> heroku_live_release_facts(std::string const& app, Json const& json) {
  std::vector<Fact> facts;
  for (Json const& item : *TRY(json.items())) {
    if (!TRY(item.boolean("current"))) continue;
    facts.push_back({{"app", app}, {"version", TRY(item.integer("version"))}});
  }
  if (facts.size() > 1)
    return fail(ErrorKind::data, "current: more than one release is called current");
  return facts;
}

std::string_view release_kind(std::string_view description) {
  std::string const text = lower(trim(description));
  if (text == "initial release") return "initial";
  if (text == "enable logplex") return "platform";
  // "Set A, B config vars"; add-ons set config vars too, and Heroku then says so: that is a config
  // release like any other. Old releases say "Add A config".
  bool const config = text.find(" config var") != std::string::npos || text.ends_with(" config");
  if (config &&
      starts_with_one_of(text, {"set ", "unset ", "add ", "remove ", "update ", "delete "}))
    return "config";
  if (starts_with_one_of(text, {"deploy ", "deployed "})) return "deploy";
  if (starts_with_one_of(text, {"promote ", "promoted "})) return "promotion";
  if (starts_with_one_of(text, {"rollback to ", "roll back to "})) return "rollback";
  if (starts_with_one_of(
          text, {"attach ", "detach ", "add ", "remove ", "update ", "upgrade ", "downgrade ",
                 "create ", "destroy ", "provision ", "add-on ", "addon "}))
    return "addon";
  return "other";
}

}  // namespace landfall
