#include <set>

#include "sandbox/heroku_world_fixture.h"

namespace landfall {
namespace {

using HerokuAppsTest = HerokuWorldTest;

TEST_F(HerokuAppsTest, an_app_is_born_with_two_releases_and_no_code) {
  Response const made = heroku("POST", "/apps", R"({"name":"fresh-app","region":"eu"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(text_of(made, "region.name"), "eu");
  EXPECT_EQ(text_of(made, "stack.name"), "heroku-24");
  EXPECT_EQ(text_of(made, "owner.email"), "ada@shop.example");
  EXPECT_EQ(text_of(made, "git_url"), "https://git.heroku.com/fresh-app.git");
  EXPECT_TRUE(json(made).find("slug_size")->is_null());
  Json const releases = json(heroku("GET", "/apps/fresh-app/releases"));
  ASSERT_EQ(releases.as_array().size(), 2U);
  EXPECT_EQ(*releases.as_array()[0].text("description"), "Initial release");
  EXPECT_EQ(*releases.as_array()[1].text("description"), "Enable Logplex");
  EXPECT_EQ(log("fresh-app"),
            "app[api]: Initial release by user ada@shop.example\n"
            "app[api]: Release v1 created by user ada@shop.example\n"
            "app[api]: Enable Logplex by user ada@shop.example\n"
            "app[api]: Release v2 created by user ada@shop.example\n");
  EXPECT_EQ(router(parse_url(text_of(made, "web_url"))->host).status, 502);
}

TEST_F(HerokuAppsTest, an_app_without_a_name_gets_one_of_three_parts) {
  std::set<std::string> names;
  for (int i = 0; i < 5; ++i) {
    std::string const name = text_of(heroku("POST", "/apps", ""), "name");
    std::vector<std::string> const parts = split(name, '-');
    ASSERT_EQ(parts.size(), 3U) << name;
    EXPECT_EQ(parts[2].size(), 5U);
    EXPECT_TRUE(parse_integer(parts[2])) << name;
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 5U);
}

TEST_F(HerokuAppsTest, names_that_are_none_or_taken_are_refused_in_herokus_words) {
  char const* const pattern =
      "422 invalid_params Name must start with a letter, end with a letter or digit and can only "
      "contain lowercase letters, digits, and dashes.";
  struct Row {
    char const* name;
    std::string said;
  };
  Row const table[]{
      {"shop", "422 invalid_params Name shop is already taken"},
      {"acme-web", "422 invalid_params Name acme-web is already taken"},
      {"Shop", pattern},
      {"9lives", pattern},
      {"ends-", pattern},
      {"under_score", pattern},
      {"../etc", pattern},
      {"ab", "422 invalid_params Name is too short (minimum is 3 characters)"},
      {"a-name-of-thirty-one-characters",
       "422 invalid_params Name is too long (maximum is 30 characters)"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    std::string const body = Json::object({{"name", row.name}}).dump();
    EXPECT_EQ(said(heroku("POST", "/apps", body, "heroku-eve")), row.said);
    if (row.name != std::string("shop")) {
      EXPECT_EQ(said(heroku("PATCH", "/apps/shop", body)), row.said);
    }
  }
  for (char const* bad : {R"({"name":7})", R"({"region":[]})", R"({"stack":true})",
                          R"({"feature_flags":"x"})", R"({"feature_flags":[1]})"}) {
    EXPECT_EQ(heroku("POST", "/apps", bad).status, 422) << bad;
  }
  EXPECT_EQ(said(heroku("POST", "/apps", R"({"stack":"cedar-14"})")),
            "404 not_found Couldn't find that stack.");
  EXPECT_EQ(said(heroku("POST", "/apps", R"({"region":"mars"})")),
            "404 not_found Couldn't find that region.");
}

TEST_F(HerokuAppsTest, a_renamed_app_keeps_all_but_its_name_and_its_host) {
  std::string const id = id_of("/apps/shop-staging");
  Response const renamed = heroku("PATCH", "/apps/shop-staging", R"({"name":"shop-next"})");
  EXPECT_EQ(renamed.status, 200);
  EXPECT_EQ(text_of(renamed, "id"), id);
  EXPECT_EQ(heroku("GET", "/apps/shop-staging").status, 404);
  EXPECT_EQ(id_of("/apps/" + id), id);
  EXPECT_EQ(json(heroku("GET", "/apps/shop-next/releases")).as_array().size(), 3U);
  EXPECT_EQ(router(parse_url(text_of(renamed, "web_url"))->host).status, 200);
  EXPECT_EQ(heroku("POST", "/apps", R"({"name":"shop-staging"})").status, 201);
  // The dynos go on, and are still the app's.
  heroku("DELETE", "/apps/shop-next/dynos");
  wait(2s);
  Json const dynos = json(heroku("GET", "/apps/shop-next/dynos"));
  ASSERT_EQ(dynos.as_array().size(), 1U);
  EXPECT_EQ(*dynos.as_array()[0].text("state"), "up");
  EXPECT_EQ(*dynos.as_array()[0].text("app.name"), "shop-next");
}

TEST_F(HerokuAppsTest, a_destroyed_app_is_gone_with_all_that_it_had) {
  wait(1s);
  std::string const host = parse_url(text_of(heroku("GET", "/apps/shop-staging"), "web_url"))->host;
  ASSERT_EQ(router(host).status, 200);
  Response const session = heroku("POST", "/apps/shop-staging/log-sessions", "{}");
  Response const gone = heroku("DELETE", "/apps/shop-staging");
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(text_of(gone, "name"), "shop-staging");
  wait(1s);
  EXPECT_EQ(said(heroku("GET", "/apps/shop-staging")), "404 not_found Couldn't find that app.");
  EXPECT_EQ(router(host).status, 404);
  EXPECT_EQ(answer({.url = text_of(session, "logplex_url")}).status, 404);
  EXPECT_EQ(json(heroku("GET", "/addons")).as_array().size(), 0U);
  EXPECT_EQ(json(heroku("GET", "/pipeline-couplings")).as_array().size(), 1U);
  // The name is free again, and what was there before is not.
  EXPECT_EQ(heroku("POST", "/apps", R"({"name":"shop-staging"})", "heroku-eve").status, 201);
  EXPECT_EQ(heroku("GET", "/apps/shop-staging").status, 403);
  EXPECT_EQ(json(heroku("GET", "/apps/shop-staging/config-vars", "", "heroku-eve")).dump(), "{}");
}

TEST_F(HerokuAppsTest, an_app_can_go_while_it_is_built) {
  begin_build("shop");
  EXPECT_EQ(heroku("DELETE", "/apps/shop").status, 200);
  EXPECT_EQ(heroku("POST", "/apps", R"({"name":"shop"})").status, 201);
  wait(5s);
  EXPECT_EQ(json(heroku("GET", "/apps/shop/releases")).as_array().size(), 2U);
  EXPECT_EQ(json(heroku("GET", "/apps/shop/builds")).as_array().size(), 0U);
}

TEST_F(HerokuAppsTest, who_may_do_what_is_told_apart) {
  struct Row {
    char const* name;
    char const* method;
    char const* path;
    char const* body;
    char const* token;
    char const* said;
  };
  Row const table[]{
      {"a stranger looks", "GET", "/apps/shop", "", "heroku-eve",
       "403 forbidden You do not have access to the app shop."},
      {"a stranger destroys", "DELETE", "/apps/shop", "", "heroku-eve",
       "403 forbidden You do not have access to the app shop."},
      {"a collaborator destroys", "DELETE", "/apps/shop-staging", "", "heroku-bob",
       "403 forbidden You must own the app shop-staging to destroy it."},
      {"a collaborator renames", "PATCH", "/apps/shop-staging", R"({"name":"other"})", "heroku-bob",
       "403 forbidden You must own the app shop-staging to rename it."},
      {"a member of the team destroys", "DELETE", "/apps/acme-web", "", "heroku-bob",
       "403 forbidden You must own the app acme-web to destroy it."},
      {"a stranger sees a team", "GET", "/teams/acme", "", "heroku-eve",
       "404 not_found Couldn't find that team."},
      {"a stranger makes a team's app", "POST", "/teams/apps", R"({"team":"acme"})", "heroku-eve",
       "403 forbidden You do not have access to the team acme."},
      {"another's apps", "GET", "/users/ada@shop.example/apps", "", "heroku-eve",
       "403 forbidden You do not have access to that account."},
      {"nobody's apps", "GET", "/users/nobody/apps", "", "heroku-eve",
       "404 not_found Couldn't find that user."},
      {"an organisation", "GET", "/organizations/acme", "", "heroku-ada",
       "410 gone Organizations are teams now: use `/teams`."},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(said(heroku(row.method, row.path, row.body, row.token)), row.said);
  }
  EXPECT_EQ(heroku("GET", "/apps/shop-staging", "", "heroku-bob").status, 200);
  EXPECT_EQ(heroku("GET", "/apps/acme-web").status, 200);
  EXPECT_EQ(heroku("DELETE", "/apps/acme-web").status, 200);
}

TEST_F(HerokuAppsTest, lists_hold_what_the_asker_may_see) {
  auto const names = [&](std::string const& path, std::string const& token) {
    std::string all;
    for (Json const& app : json(heroku("GET", path, "", token)).as_array()) {
      all += *app.text("name") + " ";
    }
    return all;
  };
  EXPECT_EQ(names("/apps", "heroku-ada"), "acme-web shop shop-staging ");
  EXPECT_EQ(names("/apps", "heroku-bob"), "acme-web shop-staging ");
  EXPECT_EQ(names("/apps", "heroku-eve"), "");
  EXPECT_EQ(names("/users/~/apps", "heroku-ada"), "shop shop-staging ");
  EXPECT_EQ(names("/teams/acme/apps", "heroku-bob"), "acme-web ");
  std::string const body = fmt::format(R"({{"in":{{"id":["{}","{}","nonsense"]}}}})",
                                       id_of("/apps/shop"), id_of("/apps/shop-staging"));
  EXPECT_EQ(json(heroku("POST", "/filters/apps", body)).as_array().size(), 2U);
  EXPECT_EQ(json(heroku("POST", "/filters/apps", body, "heroku-bob")).as_array().size(), 1U);
  EXPECT_EQ(heroku("POST", "/filters/apps", R"({"in":{"id":7}})").status, 422);
}

TEST_F(HerokuAppsTest, a_team_owns_its_apps) {
  Response const made = heroku("POST", "/teams/apps", R"({"name":"acme-api","team":"acme"})");
  EXPECT_EQ(text_of(made, "owner.email"), "acme@herokumanager.com");
  EXPECT_EQ(text_of(made, "team.name"), "acme");
  EXPECT_EQ(heroku("GET", "/apps/acme-api", "", "heroku-bob").status, 200);
  heroku("PATCH", "/teams/apps/acme-api", R"({"locked":true})");
  EXPECT_EQ(heroku("GET", "/apps/acme-api", "", "heroku-bob").status, 403);
  heroku("POST", "/teams/apps/acme-api/collaborators", R"({"user":"bob@shop.example"})");
  EXPECT_EQ(heroku("GET", "/apps/acme-api", "", "heroku-bob").status, 200);
  Response const given =
      heroku("PATCH", "/teams/apps/acme-api", R"({"owner":"eve@other.example"})");
  EXPECT_EQ(text_of(given, "owner.email"), "eve@other.example");
  EXPECT_EQ(heroku("GET", "/apps/acme-api", "", "heroku-eve").status, 200);
  EXPECT_EQ(heroku("GET", "/apps/acme-api").status, 403);
}

TEST_F(HerokuAppsTest, collaborators_come_and_go) {
  std::string const path = "/apps/shop/collaborators";
  EXPECT_EQ(json(heroku("GET", path)).as_array().size(), 1U);
  Response const added = heroku("POST", path, R"({"user":"eve@other.example"})");
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(text_of(added, "role"), "collaborator");
  EXPECT_EQ(heroku("GET", "/apps/shop", "", "heroku-eve").status, 200);
  EXPECT_EQ(said(heroku("POST", path, R"({"user":"eve@other.example"})")),
            "422 invalid_params User eve@other.example is already a collaborator on shop.");
  EXPECT_EQ(said(heroku("POST", path, R"({"user":"nobody@other.example"})")),
            "404 not_found Couldn't find that user.");
  EXPECT_EQ(heroku("DELETE", path + "/ada@shop.example").status, 422);
  EXPECT_EQ(heroku("DELETE", path + "/eve@other.example", "", "heroku-eve").status, 200);
  EXPECT_EQ(heroku("GET", "/apps/shop", "", "heroku-eve").status, 403);
  EXPECT_EQ(heroku("DELETE", path + "/eve@other.example").status, 404);
}

TEST_F(HerokuAppsTest, maintenance_and_the_next_stack_are_set) {
  std::string const host = parse_url(text_of(heroku("GET", "/apps/shop-staging"), "web_url"))->host;
  wait(1s);
  EXPECT_EQ(heroku("PATCH", "/apps/shop-staging", R"({"maintenance":true})").status, 200);
  EXPECT_EQ(router(host).status, 503);
  heroku("PATCH", "/apps/shop-staging", R"({"maintenance":false})");
  EXPECT_EQ(router(host).status, 200);
  Response const next = heroku("PATCH", "/apps/shop-staging", R"({"build_stack":"heroku-22"})");
  EXPECT_EQ(text_of(next, "build_stack.name"), "heroku-22");
  EXPECT_EQ(text_of(next, "stack.name"), "heroku-24");
  for (char const* bad : {R"({"maintenance":"yes"})", R"({"build_stack":1})", R"({})"}) {
    EXPECT_EQ(heroku("PATCH", "/apps/shop-staging", bad).status, 422) << bad;
  }
}

TEST_F(HerokuAppsTest, domains_are_added_once_in_the_world) {
  std::string const path = "/apps/shop-staging/domains";
  Response const added =
      heroku("POST", path, R"({"hostname":"WWW.Example.com","sni_endpoint":null})");
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(text_of(added, "hostname"), "www.example.com");
  EXPECT_EQ(text_of(added, "status"), "pending");
  EXPECT_TRUE(text_of(added, "cname").ends_with(".herokudns.com"));
  EXPECT_EQ(said(heroku("POST", path, R"({"hostname":"www.example.com"})")),
            "422 invalid_params Domain already added to this app.");
  EXPECT_EQ(said(heroku("POST", "/apps/shop/domains", R"({"hostname":"www.example.com"})")),
            "422 invalid_params www.example.com is currently in use by another app.");
  wait(2s);
  EXPECT_EQ(text_of(heroku("GET", path + "/www.example.com"), "status"), "succeeded");
  EXPECT_EQ(router("www.example.com").status, 200);
  for (char const* bad : {"nodots", "a..b", "-a.example", "a b.example", "x.herokuapp.com", ""}) {
    EXPECT_EQ(heroku("POST", path, Json::object({{"hostname", bad}}).dump()).status, 422) << bad;
  }
  EXPECT_EQ(heroku("POST", path, R"({"hostname":"*.example.org"})").status, 201);
  EXPECT_EQ(heroku("DELETE", path + "/www.example.com").status, 200);
  EXPECT_EQ(router("www.example.com").status, 404);
  EXPECT_EQ(heroku("DELETE", path + "/www.example.com").status, 404);
}

}  // namespace
}  // namespace landfall
