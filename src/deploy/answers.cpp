#include "deploy/answers.h"

#include <algorithm>

namespace landfall {
namespace {

std::string text_or(Json const& json, std::string_view path) {
  Json const* found = json.find(path);
  return found != nullptr && found->is_string() ? found->as_string() : std::string();
}

bool is_true(Json const& json, std::string_view path) {
  Json const* found = json.find(path);
  return found != nullptr && found->is_bool() && found->as_bool();
}

bool holds_code(Json const& json) {
  Json const* slug = json.find("slug");
  if (slug != nullptr && slug->is_object()) return true;
  Json const* image = json.find("oci_image");
  if (image != nullptr && image->is_object()) return true;
  Json const* artifacts = json.find("artifacts");
  return artifacts != nullptr && artifacts->is_array() && !artifacts->as_array().empty();
}

void add_reviewers(Json const& rule, EnvironmentSeen& seen) {
  Json const* reviewers = rule.find("reviewers");
  if (reviewers == nullptr || !reviewers->is_array()) return;
  for (Json const& each : reviewers->as_array()) {
    std::string name = text_or(each, "reviewer.login");
    if (name.empty()) name = text_or(each, "reviewer.slug");  // a team
    if (!name.empty()) seen.reviewers.push_back(std::move(name));
  }
}

}  // namespace

Result<ReleaseSeen> release_from(Json const& json) {
  ReleaseSeen release;
  release.version = TRY(json.integer("version"));
  release.id = TRY(json.text("id"));
  release.status = TRY(json.text("status"));
  release.description = text_or(json, "description");
  release.user = text_or(json, "user.email");
  release.slug = TRY(json.text_or_null("slug.id"));
  release.carries_code = holds_code(json);
  release.current = is_true(json, "current");
  release.eligible = is_true(json, "eligible_for_rollback");
  return release;
}

Result<std::vector<ReleaseSeen>> releases_from(Json const& json) {
  std::vector<ReleaseSeen> releases;
  for (Json const& each : *TRY(json.items())) releases.push_back(TRY(release_from(each)));
  std::sort(releases.begin(), releases.end(),
            [](ReleaseSeen const& a, ReleaseSeen const& b) { return a.version < b.version; });
  return releases;
}

ReleaseSeen const* current_release(std::vector<ReleaseSeen> const& releases) {
  for (ReleaseSeen const& release : releases)
    if (release.current) return &release;
  return nullptr;
}

ReleaseSeen const* find_release(std::vector<ReleaseSeen> const& releases, std::int64_t version) {
  for (ReleaseSeen const& release : releases)
    if (release.version == version) return &release;
  return nullptr;
}

Result<BuildSeen> build_from(Json const& json) {
  BuildSeen build;
  build.id = TRY(json.text("id"));
  build.status = TRY(json.text("status"));
  build.release_id = TRY(json.text_or_null("release.id"));
  build.output_url = text_or(json, "output_stream_url");
  build.description = text_or(json, "source_blob.version_description");
  return build;
}

Json without_signed_urls(Json build) {
  if (build.is_array()) {
    Json cleaned = Json::array();
    for (Json const& each : build.as_array()) cleaned.push(without_signed_urls(each));
    return cleaned;
  }
  if (!build.is_object()) return build;
  if (build.find("output_stream_url") != nullptr) build.set("output_stream_url", "(signed URL)");
  if (Json const* source = build.find("source_blob"); source != nullptr && source->is_object()) {
    Json cleaned = *source;
    if (cleaned.find("url") != nullptr) cleaned.set("url", "(signed URL)");
    build.set("source_blob", std::move(cleaned));
  }
  return build;
}

Result<std::vector<DynoSeen>> dynos_from(Json const& json) {
  std::vector<DynoSeen> dynos;
  for (Json const& each : *TRY(json.items()))
    dynos.push_back({TRY(each.text("name")), TRY(each.text("type")), TRY(each.text("state")),
                     TRY(each.integer("release.version"))});
  return dynos;
}

Result<std::vector<FormationSeen>> formation_from(Json const& json) {
  std::vector<FormationSeen> formation;
  for (Json const& each : *TRY(json.items()))
    formation.push_back({TRY(each.text("type")), TRY(each.integer("quantity"))});
  return formation;
}

Result<EnvironmentSeen> environment_from(Json const& json) {
  EnvironmentSeen seen;
  if (Json const* rules = json.find("protection_rules"); rules != nullptr && rules->is_array()) {
    for (Json const& rule : rules->as_array()) {
      std::string const type = text_or(rule, "type");
      if (type == "required_reviewers") add_reviewers(rule, seen);
      if (type == "wait_timer") seen.wait_timer = TRY(rule.integer("wait_timer"));
    }
  }
  if (is_true(json, "deployment_branch_policy.protected_branches"))
    seen.branch_policy = "protected";
  if (is_true(json, "deployment_branch_policy.custom_branch_policies"))
    seen.branch_policy = "custom";
  return seen;
}

std::string build_mark(std::string const& token) {
  return "landfall deploy " + token;
}

}  // namespace landfall
