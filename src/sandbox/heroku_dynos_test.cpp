// Formation and dynos as the API takes and shows them; what their processes do is dynos_*_test's.
#include "sandbox/heroku_world_fixture.h"

namespace landfall {
namespace {

class HerokuDynosTest : public HerokuWorldTest {
 protected:
  void SetUp() override {
    HerokuWorldTest::SetUp();
    sim_->program("python3 once.py", [](SimProgram const&) {});  // until it is told to end
  }
  Response scale(std::string const& update) {
    return heroku("PATCH", app_ + "/formation", fmt::format(R"({{"updates":[{}]}})", update));
  }
  Response run(std::string const& more) {
    return heroku("POST", app_ + "/dynos",
                  fmt::format(R"({{"command":"python3 once.py"{}}})", more));
  }

  std::string const app_ = "/apps/shop-staging";
};

TEST_F(HerokuDynosTest, sizes_are_known_in_any_spelling_and_small_ones_do_not_scale_out) {
  struct Row {
    char const* update;
    char const* size;  ///< nullptr: refused
    int quantity;
  };
  Row const table[]{
      {R"({"type":"web","quantity":1,"size":"basic"})", "Basic", 1},
      {R"({"type":"web","quantity":2})", nullptr, 1},
      {R"({"type":"web","quantity":"+1"})", nullptr, 1},
      {R"({"type":"web","quantity":2,"size":"eco"})", nullptr, 1},
      {R"({"type":"web","quantity":2,"size":"STANDARD-2X"})", "Standard-2X", 2},
      {R"({"type":"web","size":"Basic"})", nullptr, 2},
      {R"({"type":"web","quantity":"1","dyno_size":{"name":"performance-l"}})", "Performance-L", 1},
      {R"({"type":"web","dyno_size":"Standard-1X"})", "Standard-1X", 1},
      {R"({"type":"web","dyno_size":7})", nullptr, 1},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.update);
    Response const got = scale(row.update);
    EXPECT_EQ(got.status, row.size == nullptr ? 422 : 200) << got.body;
    Response const web = heroku("GET", app_ + "/formation/web");
    EXPECT_EQ(*json(web).integer("quantity"), row.quantity);
    if (row.size != nullptr) {
      EXPECT_EQ(text_of(web, "size"), row.size);
    }
  }
  heroku("PATCH", app_ + "/formation/web", R"({"size":"basic"})");
  EXPECT_EQ(said(scale(R"({"type":"web","quantity":2})")),
            "422 invalid_params Cannot update to more than 1 Basic size dynos per process type.");
  EXPECT_EQ(said(scale(R"({"type":"web","size":"huge"})")),
            "404 not_found Couldn't find that dyno size.");
  EXPECT_EQ(said(scale(R"({"type":"clock","quantity":1})")),
            "404 not_found Couldn't find that process type (clock).");
}

TEST_F(HerokuDynosTest, a_batch_is_made_whole_or_not_at_all_and_logged_once) {
  EXPECT_EQ(scale(R"({"type":"web","quantity":3},{"type":"clock","quantity":1})").status, 404);
  EXPECT_EQ(*json(heroku("GET", app_ + "/formation/web")).integer("quantity"), 1);
  scale(R"({"type":"web","quantity":2})");
  scale(R"({"type":"web","quantity":2})");
  std::string const text = log("shop-staging");
  std::string const line = "app[api]: Scaled to web@2:Standard-1X by user ada@shop.example\n";
  std::size_t const at = text.find(line);
  ASSERT_NE(at, std::string::npos) << text;
  EXPECT_EQ(text.find(line, at + 1), std::string::npos) << text;
}

TEST_F(HerokuDynosTest, a_one_off_dyno_has_a_name_of_its_own_and_an_end) {
  Response const made =
      run(R"(,"attach":false,"env":{"COLUMNS":80,"TERM":null},"time_to_live":60)");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(text_of(made, "type"), "run");
  EXPECT_EQ(text_of(made, "state"), "starting");
  EXPECT_EQ(text_of(made, "size"), "Basic");
  EXPECT_TRUE(json(made).find("attach_url")->is_null());
  std::string const name = text_of(made, "name");
  EXPECT_TRUE(name.starts_with("run.")) << name;
  EXPECT_EQ(text_of(heroku("GET", app_ + "/dynos/" + name), "id"), text_of(made, "id"));
  EXPECT_NE(log("shop-staging")
                .find("app[api]: Starting process with command `python3 once.py` by "
                      "user ada@shop.example\n"),
            std::string::npos);
  EXPECT_EQ(heroku("POST", app_ + "/dynos/" + name + "/actions/stop").status, 202);
  EXPECT_EQ(said(heroku("GET", app_ + "/dynos/" + name)), "404 not_found Couldn't find that dyno.");
  EXPECT_EQ(text_of(run(R"(,"type":"rake","size":"performance-m")"), "size"), "Performance-M");
}

TEST_F(HerokuDynosTest, one_off_dynos_that_make_no_sense_are_refused) {
  for (char const* bad :
       {R"(,"command":7)", R"(,"command":" ")", R"(,"attach":"yes")", R"(,"env":[])",
        R"(,"env":{"A B":"1"})", R"(,"env":{"A":{}})", R"(,"time_to_live":0)",
        R"(,"time_to_live":86401)", R"(,"time_to_live":"1")", R"(,"type":"a/b")", R"(,"type":"")",
        R"(,"force_no_tty":1)", R"(,"size":{})"}) {
    EXPECT_EQ(run(bad).status, 422) << bad;
  }
  EXPECT_EQ(said(run(R"(,"size":"vast")")), "404 not_found Couldn't find that dyno size.");
  EXPECT_EQ(said(heroku("POST", "/apps/shop/dynos", R"({"command":"x"})")),
            "422 invalid_params The app shop has no code to run yet.");
  wait(1s);
  EXPECT_EQ(json(heroku("GET", app_ + "/dynos")).as_array().size(), 1U);
}

TEST_F(HerokuDynosTest, dynos_are_restarted_one_by_one_by_type_and_all) {
  wait(1s);
  auto const id = [&] { return id_of(app_ + "/dynos/web.1"); };
  struct Row {
    char const* method;
    char const* path;
  };
  for (Row const& row :
       {Row{"DELETE", "/dynos/web.1"}, Row{"DELETE", "/dynos"}, Row{"DELETE", "/formations/web"},
        Row{"POST", "/dynos/web.1/actions/stop"}, Row{"POST", "/formations/web/actions/stop"}}) {
    SCOPED_TRACE(row.path);
    std::string const before = id();
    EXPECT_EQ(heroku(row.method, app_ + row.path).status, 202);
    wait(40s);
    EXPECT_NE(id(), before);
    EXPECT_EQ(text_of(heroku("GET", app_ + "/dynos/web.1"), "state"), "up");
  }
  EXPECT_EQ(heroku("DELETE", app_ + "/dynos/web.9").status, 404);
  EXPECT_EQ(heroku("DELETE", app_ + "/formations/clock").status, 404);
}

}  // namespace
}  // namespace landfall
