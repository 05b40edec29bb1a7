#include "sandbox/heroku_world_fixture.h"

namespace landfall {
namespace {

class HerokuPipelinesTest : public HerokuWorldTest {
 protected:
  Response promote(std::vector<std::string> const& targets, std::string const& token = "heroku-ada",
                   std::string const& from = "shop-staging") {
    Json apps = Json::array();
    for (std::string const& target : targets) {
      apps.push(Json::object({{"app", Json::object({{"id", id_of("/apps/" + target)}})}}));
    }
    Json const body = Json::object(
        {{"pipeline", Json::object({{"id", id_of("/pipelines/shop-line")}})},
         {"source", Json::object({{"app", Json::object({{"id", id_of("/apps/" + from)}})}})},
         {"targets", apps}});
    return heroku("POST", "/pipeline-promotions", body.dump(), token);
  }

  /// "status release? error" of a promotion's only target.
  Json target_of(Response const& promotion) {
    std::string const path = "/pipeline-promotions/" + text_of(promotion, "id");
    return json(heroku("GET", path + "/promotion-targets")).as_array()[0];
  }
};

TEST_F(HerokuPipelinesTest, a_promotion_brings_the_source_s_slug_to_the_target) {
  Response const made = promote({"shop"});
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(text_of(made, "status"), "completed");
  Json const target = target_of(made);
  EXPECT_EQ(*target.text("status"), "succeeded");
  Json const release = json(heroku("GET", "/apps/shop/releases/" + *target.text("release.id")));
  EXPECT_EQ(*release.text("description"), "Promote shop-staging v3 3af5b0dc");
  EXPECT_EQ(*release.integer("version"), 2);
  Json const slug = json(heroku("GET", "/apps/shop/slugs/" + *release.text("slug.id")));
  EXPECT_EQ(*slug.text("commit"), "3af5b0dc4aaec8597d6b377ff01fa9d479a50128");
  wait(1s);
  EXPECT_EQ(router(parse_url(text_of(heroku("GET", "/apps/shop"), "web_url"))->host).status, 200);
  // What was promoted lives on without its source.
  heroku("DELETE", "/apps/shop-staging");
  heroku("DELETE", "/apps/shop/dynos");
  wait(1s);
  EXPECT_EQ(router(parse_url(text_of(heroku("GET", "/apps/shop"), "web_url"))->host).status, 200);
}

TEST_F(HerokuPipelinesTest, a_promotion_waits_for_the_release_phase_of_its_target) {
  int code = 1;
  sim_->program("python3 migrate.py", [&](SimProgram program) {
    program.print("migrating\n");
    program.world.loop.after(500ms, [exit = program.exit, code] { exit(code); });
  });
  build("shop-staging", source_archive("web: python3 app.py\nrelease: python3 migrate.py\n"),
        std::string(40, 'b'));
  code = 0;
  build("shop-staging", source_archive("web: python3 app.py\nrelease: python3 migrate.py\n"),
        std::string(40, 'c'));
  ASSERT_EQ(newest_release("shop-staging"), "Deploy cccccccc");
  ASSERT_EQ(text_of(heroku("GET", "/apps/shop-staging/releases/5"), "status"), "succeeded");
  code = 1;
  Response const failing = promote({"shop"});
  EXPECT_EQ(text_of(failing, "status"), "pending");
  EXPECT_EQ(*target_of(failing).text("status"), "pending");
  EXPECT_EQ(said(promote({"shop"})), "409 conflict A promotion to that app is under way.");
  wait(1s);
  EXPECT_EQ(*target_of(failing).text("status"), "failed");
  EXPECT_EQ(*target_of(failing).text("error_message"), "Release phase failed");
  EXPECT_EQ(text_of(heroku("GET", "/pipeline-promotions/" + text_of(failing, "id")), "status"),
            "completed");
  code = 0;
  Response const good = promote({"shop"});
  wait(1s);
  EXPECT_EQ(*target_of(good).text("status"), "succeeded");
}

TEST_F(HerokuPipelinesTest, promotions_that_cannot_be_are_refused_or_fail_by_target) {
  EXPECT_EQ(said(promote({"shop-staging"})),
            "422 invalid_params An app cannot be promoted to itself.");
  EXPECT_EQ(said(promote({"shop-staging"}, "heroku-ada", "shop")),
            "422 invalid_params Release v1 of shop has no code that could be promoted.");
  EXPECT_EQ(said(promote({"shop"}, "heroku-eve")), "404 not_found Couldn't find that pipeline.");
  EXPECT_EQ(promote({}).status, 422);
  Json const outside = target_of(promote({"acme-web"}));
  EXPECT_EQ(*outside.text("status"), "failed");
  EXPECT_EQ(*outside.text("error_message"), "App is not in the pipeline");
  Json const unseen = target_of(promote({"shop"}, "heroku-bob"));
  EXPECT_EQ(*unseen.text("error_message"), "User does not have access to that app");
  EXPECT_TRUE(unseen.find("release")->is_null());
  for (char const* bad : {"{}", R"({"pipeline":{"id":7}})", R"({"pipeline":"x"})"}) {
    EXPECT_EQ(heroku("POST", "/pipeline-promotions", bad).status, 422) << bad;
  }
}

TEST_F(HerokuPipelinesTest, an_app_has_one_place_in_one_pipeline) {
  EXPECT_EQ(text_of(heroku("GET", "/apps/shop/pipeline-couplings"), "stage"), "production");
  EXPECT_EQ(said(heroku("GET", "/apps/acme-web/pipeline-couplings")),
            "404 not_found Couldn't find that pipeline coupling.");
  Response const line = heroku("POST", "/pipelines", R"({"name":"acme-line"})");
  EXPECT_EQ(line.status, 201);
  auto const couple = [&](std::string const& app, std::string const& stage) {
    return heroku("POST", "/pipeline-couplings",
                  fmt::format(R"({{"app":"{}","pipeline":"{}","stage":"{}"}})", app,
                              text_of(line, "id"), stage));
  };
  EXPECT_EQ(said(couple("shop", "staging")),
            "422 invalid_params App shop is already in a pipeline.");
  EXPECT_EQ(couple("acme-web", "nowhere").status, 422);
  EXPECT_EQ(said(couple("none", "staging")), "404 not_found Couldn't find that app.");
  EXPECT_EQ(couple("acme-web", "staging").status, 201);
  EXPECT_EQ(said(heroku("GET", "/pipelines/nonsense")),
            "404 not_found Couldn't find that pipeline.");
  EXPECT_EQ(heroku("DELETE", "/pipelines/" + text_of(line, "id")).status, 200);
  EXPECT_EQ(heroku("GET", "/apps/acme-web/pipeline-couplings").status, 404);
}

TEST_F(HerokuPipelinesTest, pipelines_are_seen_by_who_sees_an_app_in_them) {
  auto const count = [&](std::string const& path, std::string const& token) {
    return json(heroku("GET", path, "", token)).as_array().size();
  };
  EXPECT_EQ(count("/pipelines", "heroku-ada"), 1U);
  EXPECT_EQ(count("/pipelines?eq%5Bname%5D=shop-line", "heroku-bob"), 1U);
  EXPECT_EQ(count("/pipelines?eq[name]=other", "heroku-ada"), 0U);
  EXPECT_EQ(count("/pipelines", "heroku-eve"), 0U);
  std::string const line = id_of("/pipelines/shop-line");
  EXPECT_EQ(count("/pipelines/" + line + "/pipeline-couplings", "heroku-bob"), 1U);
  EXPECT_EQ(heroku("GET", "/pipelines/" + line, "", "heroku-eve").status, 404);
  EXPECT_EQ(heroku("DELETE", "/pipelines/" + line, "", "heroku-bob").status, 403);
  EXPECT_EQ(said(heroku("POST", "/pipelines", R"({"name":"shop-line"})")),
            "422 invalid_params Name shop-line is already taken");
  for (char const* bad : {R"({"name":"No"})", R"({"name":"x y"})", R"({})",
                          R"({"name":"good","owner":{"id":"x"}})"}) {
    EXPECT_EQ(heroku("POST", "/pipelines", bad).status, 422) << bad;
  }
  std::string const team = id_of("/teams/acme");
  Response const owned =
      heroku("POST", "/pipelines",
             fmt::format(R"({{"name":"team-line","owner":{{"id":"{}","type":"team"}}}})", team));
  EXPECT_EQ(text_of(owned, "owner.type"), "team");
  EXPECT_EQ(count("/pipelines", "heroku-bob"), 2U);
}

}  // namespace
}  // namespace landfall
