// For tests: an app and a repository behind a server that answers for both platforms, and what a
// collection makes of them.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/archive.h"
#include "collect/collect.h"
#include "collect/fake_api.h"
#include "facts/store_fixture.h"

namespace landfall {

inline constexpr std::string_view workflow_text_of_deploy = R"(name: Deploy
on:
  push:
    branches: [main]
    tags: ['v*']
  workflow_dispatch:
jobs:
  production:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: akhileshns/heroku-deploy@v3.14.15
        with:
          heroku_app_name: shop
          heroku_api_key: ${{ secrets.HEROKU_API_KEY }}
        env:
          REGION: ${{ vars.REGION }}
)";

inline std::string release(int version, std::string_view description, std::string_view slug,
                           bool current) {
  return R"({"id":"r)" + std::to_string(version) + R"(","version":)" + std::to_string(version) +
         R"(,"description":")" + std::string(description) +
         R"(","status":"succeeded","created_at":"2026-04-2)" + std::to_string(version) +
         R"(T00:00:00Z","user":{"email":"u@x"},"slug":)" + std::string(slug) +
         R"(,"artifacts":[],"current":)" + (current ? "true" : "false") + "}";
}

inline std::string run(int id, std::string_view event, std::string_view ref,
                       std::string_view status = "completed") {
  return R"({"id":)" + std::to_string(id) + R"(,"path":".github/workflows/deploy.yml","event":")" +
         std::string(event) + R"(","head_branch":")" + std::string(ref) +
         R"(","head_sha":"abc","status":")" + std::string(status) + R"(","conclusion":)" +
         (status == "completed" ? R"("failure")" : "null") + R"(,
         "created_at":"2026-04-29T00:00:00Z","updated_at":"2026-04-29T00:01:00Z"})";
}

/// An app "shop" of the repository "acme/shop", and what a collection makes of it.
class CollectionTest : public testing::Test {
 protected:
  static constexpr char const* waiting = "/actions/runs?per_page=100&status=waiting";

  CollectionTest() {
    Target target{
        .name = "shop/production", .app = "shop", .repository = "acme/shop", .path = "api"};
    target.health = {.path = "/health", .body = "ok"};
    intent.targets.push_back(target);
    serve_heroku();
    serve_github();
    api.route("/health", [](Request const&) {
      return Response{.status = 502, .body = "Welcome to your new app!"};
    });
  }

  void serve_heroku() {
    api.json("/apps/shop", app("2026-04-20T00:00:00Z"));
    api.json("/apps/shop/releases", "[" + release(4, "Set A config vars", R"({"id":"s1"})", true) +
                                        "," +
                                        release(3, "Deploy abcdef12", R"({"id":"s1"})", false) +
                                        "," + release(2, "Enable Logplex", "null", false) + "," +
                                        release(1, "Initial release", "null", false) + "]");
    api.json("/apps/shop/slugs/s1",
             R"({"id":"s1","commit":"abcdef1234","size":5,"process_types":{"web":"x"},
      "created_at":"2026-04-23T00:00:00Z","blob":{"method":"get","url":"https://s3/slug?signed"}})");
    api.json("/apps/shop/formation",
             R"([{"type":"web","quantity":1,"size":"Basic","command":"run"}])");
    api.json("/apps/shop/dynos", "[]");
    api.json("/apps/shop/builds", "[]");
    api.json("/apps/shop/domains", "[]");
    api.json("/apps/shop/config-vars", R"({"DATABASE_URL":"postgres://s3cret-value"})");
  }

  void serve_github() {
    std::string const root = "/repos/acme/shop";
    api.json(root, R"({"default_branch":"main","private":true,"visibility":"private",
      "owner":{"login":"acme","type":"Organization"}})");
    api.json("/orgs/acme", R"({"login":"acme","plan":{"name":"team","seats":5}})");
    api.json(root + "/actions/workflows",
             R"({"total_count":1,"workflows":[{"id":5,"path":".github/workflows/deploy.yml",
      "name":"Deploy","state":"active","created_at":"2026-04-10T00:00:00Z"}]})");
    api.json(root + "/actions/runs",
             R"({"total_count":1,"workflow_runs":[)" + run(1, "push", "main") + "]}");
    api.json(root + "/actions/workflows/5/runs", R"({"total_count":0,"workflow_runs":[]})");
    api.json(root + waiting,
             R"({"total_count":1,"workflow_runs":[)" + run(7, "push", "main", "waiting") + "]}");
    api.json(root + "/actions/runs/7/pending_deployments",
             R"([{"environment":{"id":1,"name":"production"},"wait_timer":0,
      "wait_timer_started_at":null,"current_user_can_approve":true,"reviewers":[
      {"type":"User","reviewer":{"login":"ann"}},{"type":"Team","reviewer":{"slug":"ops"}}]}])");
    api.json(root + "/deployments",
             R"([{"id":3,"environment":"staging","ref":"main","sha":"abc",
      "creator":{"login":"ann"},"created_at":"2026-04-29T00:00:30Z"}])");
    api.json(
        root + "/environments",
        R"({"total_count":1,"environments":[{"name":"staging","created_at":"2026-04-10T00:00:00Z",
      "protection_rules":[],"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}]})");
    api.json(root + "/environments/staging/deployment-branch-policies",
             R"({"branch_policies":[{"name":"main"}]})");
    api.json(root + "/environments/staging/secrets", R"({"secrets":[{"name":"HEROKU_API_KEY"}]})");
    api.json(root + "/actions/secrets", R"({"secrets":[]})");
    api.json(root + "/actions/organization-secrets", R"({"secrets":[{"name":"NPM_TOKEN"}]})");
    api.json(root + "/actions/variables",
             R"({"variables":[{"name":"REGION","value":"value-of-variable"}]})");
    api.json(root + "/environments/staging/variables",
             R"({"variables":[{"name":"URL","value":"value-of-variable"}]})");
    api.json(root + "/actions/organization-variables",
             R"({"variables":[{"name":"TEAM","value":"value-of-variable"}]})");
    api.json(root + "/tags", R"([{"name":"api-v1","commit":{"sha":"abc"}}])");
    api.json(root + "/branches/main",
             R"({"name":"main","commit":{"sha":"abcdef1234"},"protected":true})");
    api.json(root + "/commits", R"([{"sha":"abcdef1234","author":{"login":"ann"},
      "commit":{"message":"Add it","committer":{"date":"2026-04-22T00:00:00Z"}}}])");
    api.json(root + "/contents/.github/workflows",
             R"([{"path":".github/workflows/deploy.yml","type":"file",
      "download_url":"https://raw/x?token=hidden-in-url"}])");
    serve_file(workflow_text_of_deploy);
  }

  void serve_file(std::string_view text) {
    api.json("/repos/acme/shop/contents/.github/workflows/deploy.yml",
             R"({"encoding":"base64","content":")" + base64(text) + R"("})");
  }

  std::string app(std::string_view created_at) const {
    return R"({"id":"a1","name":"shop","created_at":")" + std::string(created_at) +
           R"(","stack":{"name":"heroku-24"},"region":{"name":"us"},"owner":{"email":"o@x"},"maintenance":false,"web_url":")" +
           api.url() + R"(/"})";
  }

  Result<> collect() { return collect(api.platforms()); }
  Result<> collect(Platforms const& platforms, Collection::Options options = {}) {
    std::optional<Result<>> done;
    Collection collection(api.world(), store, intent, platforms, std::move(options));
    collection.start([&](Result<> result) { done = std::move(result); });
    EXPECT_TRUE(api.sim().run_until([&] { return done.has_value(); }));
    if (!done) return fail(ErrorKind::data, "never done");
    EXPECT_TRUE(store.look_at(api.world().now()));
    return *done;
  }

  std::string rows(std::string_view sql) {
    auto const result = store.database().query(sql);
    if (!result) return "error: " + result.error().text;
    std::string text;
    for (sql::Row const& row : *result) {
      for (std::size_t i = 0; i < row.values().size(); ++i)
        text += (i == 0 ? "" : "|") + row.values()[i].text();
      text += ";";
    }
    return text;
  }

  std::string state(std::string_view source) {
    return rows("SELECT state FROM observation WHERE valid_to IS NULL AND source = '" +
                std::string(source) + "'");
  }
  std::string reason(std::string_view source) {
    return rows("SELECT reason FROM observation WHERE valid_to IS NULL AND source = '" +
                std::string(source) + "'");
  }

  FakeApi api;
  Store store = test_store();
  Intent intent;
};

}  // namespace landfall
