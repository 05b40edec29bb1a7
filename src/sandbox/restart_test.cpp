// A sandbox with a data folder is killed and started again.
#include "sandbox/data_folder_fixture.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

class RestartTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    data_ = folder_.path();
  }
  void TearDown() override { sandbox_.reset(); }

  void kill_and_start() {
    sim_->kill("sandbox");
    sandbox_.reset();
    start("not: [read");
  }

  DataFolder folder_;
};

TEST_F(RestartTest, what_a_client_was_told_is_there_after_a_kill) {
  start();
  EXPECT_EQ(heroku("PATCH", "/apps/empty-app/config-vars", R"({"A":"1"})").status, 200);
  EXPECT_EQ(github("POST", "/repos/acme/shop/issues", R"({"title":"Kept"})").status, 201);
  Json const releases = json(heroku("GET", "/apps/empty-app/releases"));
  kill_and_start();
  EXPECT_EQ(json(heroku("GET", "/apps/empty-app/releases")), releases);
  EXPECT_EQ(*json(heroku("GET", "/apps/empty-app/config-vars")).text("A"), "1");
  EXPECT_NE(github("GET", "/repos/acme/shop/issues").body.find("Kept"), std::string::npos);
}

TEST_F(RestartTest, dynos_of_a_deployed_app_are_started_again) {
  start();
  Json const built = build("empty-app", source_archive(), "1234567");
  ASSERT_EQ(*built.text("status"), "succeeded");
  std::string const host = *json(heroku("GET", "/apps/empty-app")).text("web_url");
  kill_and_start();
  wait(5s);
  Json const dynos = json(heroku("GET", "/apps/empty-app/dynos"));
  ASSERT_EQ(dynos.as_array().size(), 1u);
  EXPECT_EQ(*dynos.as_array()[0].text("state"), "up");
  std::string const name = host.substr(7, host.find_first_of(":/", 7) - 7);
  EXPECT_EQ(*json(router(name)).text("commit"), "1234567");
}

TEST_F(RestartTest, a_build_that_was_under_way_has_failed_and_made_no_release) {
  start();
  Json const made = begin_build("empty-app");
  Json const before = json(heroku("GET", "/apps/empty-app/releases"));
  kill_and_start();
  wait(1min);
  Json const after = json(heroku("GET", "/apps/empty-app/builds/" + *made.text("id")));
  EXPECT_EQ(*after.text("status"), "failed");
  EXPECT_EQ(json(heroku("GET", "/apps/empty-app/releases")), before);
}

TEST_F(RestartTest, the_clock_goes_on_where_it_stood) {
  start();
  EXPECT_EQ(heroku("PATCH", "/apps/empty-app/config-vars", R"({"A":"1"})").status, 200);
  Instant const then = sim_->process("client").now();
  sandbox_.reset();
  auto const clock = clock_of_data(folder_.files(), data_);
  ASSERT_TRUE(clock && *clock);
  EXPECT_LE(**clock, then);
  EXPECT_GT(**clock, then - 5s);
  EXPECT_FALSE(*clock_of_data(folder_.files(), data_ + "/none"));
}

}  // namespace
}  // namespace landfall
