#include "base/text.h"
#include "sandbox/sandbox_fixture.h"

namespace landfall {
namespace {

using HerokuTest = SandboxTest;

std::string const commit = "0123456789abcdef0123456789abcdef01234567";

std::vector<std::int64_t> versions(Json const& releases) {
  std::vector<std::int64_t> result;
  for (Json const& release : releases.as_array()) result.push_back(*release.integer("version"));
  return result;
}

TEST_F(HerokuTest, refuses_with_herokus_own_errors) {
  start();
  struct Row {
    char const* name;
    char const* path;
    char const* token;
    char const* accept;
    int status;
    char const* id;
    char const* message;
  };
  char const* const v3 = "application/vnd.heroku+json; version=3";
  Row const table[]{
      {"unknown token", "/apps/empty-app", "nobody", v3, 401, "unauthorized",
       "Invalid credentials provided."},
      {"a token of GitHub's", "/apps/empty-app", "github-admin", v3, 401, "unauthorized",
       "Invalid credentials provided."},
      {"no access", "/apps/private-app", "heroku-bob", v3, 403, "forbidden",
       "You do not have access to the app private-app."},
      {"no such app", "/apps/none", "heroku-ada", v3, 404, "not_found", "Couldn't find that app."},
      {"no such release", "/apps/empty-app/releases/9", "heroku-ada", v3, 404, "not_found",
       "Couldn't find that release."},
      {"no version", "/apps/empty-app", "heroku-ada", "application/json", 406, "not_acceptable",
       ""},
      {"old version", "/apps/empty-app", "heroku-ada", "application/vnd.heroku+json; version=30",
       406, "not_acceptable", ""},
      {"no such path", "/nonsense", "heroku-ada", v3, 404, "not_found", ""},
      {"a path that is none", "/apps/%2e%2e/%00", "heroku-ada", v3, 404, "not_found", ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    Request request{.url = api(row.path)};
    request.headers.set("Accept", row.accept);
    request.headers.set("Authorization", std::string("Bearer ") + row.token);
    Response const got = answer(std::move(request));
    EXPECT_EQ(got.status, row.status);
    EXPECT_EQ(*json(got).text("id"), row.id);
    EXPECT_NE(json(got).text("message")->find(row.message), std::string::npos) << got.body;
    EXPECT_TRUE(got.headers.find("Request-Id"));
  }
}

TEST_F(HerokuTest, takes_all_forms_of_credentials_and_versions) {
  start();
  for (char const* version : {"3", "3.sdk", "3.pipelines"}) {
    Request request{.url = api("/account")};
    request.headers.set("Accept", std::string("application/vnd.heroku+json; version=") + version);
    request.headers.set("Authorization", "Basic " + base64(":heroku-ada"));
    EXPECT_EQ(*json(answer(std::move(request))).text("email"), "ada@shop.example");
  }
}

TEST_F(HerokuTest, pages_releases_by_range) {
  start();
  for (int i = 0; i < 8; ++i) {
    heroku("PATCH", "/apps/empty-app/config-vars", fmt::format(R"({{"N":"{}"}})", i));
  }
  auto const page = [&](std::string const& range) {
    Request request{.url = api("/apps/empty-app/releases")};
    request.headers.set("Accept", "application/vnd.heroku+json; version=3");
    request.headers.set("Authorization", "Bearer heroku-ada");
    if (!range.empty()) request.headers.set("Range", range);
    return answer(std::move(request));
  };
  Response const all = page("");
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(versions(json(all)).size(), 10U);
  EXPECT_FALSE(all.headers.find("Next-Range"));

  Response const newest = page("version ..; max=4, order=desc");
  EXPECT_EQ(newest.status, 206);
  EXPECT_EQ(versions(json(newest)), (std::vector<std::int64_t>{10, 9, 8, 7}));
  Response const next = page(*newest.headers.find("Next-Range"));
  EXPECT_EQ(versions(json(next)), (std::vector<std::int64_t>{6, 5, 4, 3}));
  Response const last = page(*next.headers.find("Next-Range"));
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(versions(json(last)), (std::vector<std::int64_t>{2, 1}));

  EXPECT_EQ(versions(json(page("version 9..;"))), (std::vector<std::int64_t>{9, 10}));
  EXPECT_EQ(versions(json(page("version ]8..9"))), (std::vector<std::int64_t>{9}));
  EXPECT_EQ(page("version ..; order=asc,max=10").status, 200);
  for (char const* bad : {"version", "version ..; max=0", "version ..; max=1001", "nonsense ..",
                          "version ..; order=up", "version ..; max=many", "..", "version ..; x"}) {
    SCOPED_TRACE(bad);
    EXPECT_EQ(page(bad).status, 416);
  }
}

TEST_F(HerokuTest, config_changes_make_releases_without_code) {
  start();
  Response const set =
      heroku("PATCH", "/apps/empty-app/config-vars", R"({"B":"2","A":"1","GREETING":"hello"})");
  EXPECT_EQ(set.status, 200);
  EXPECT_EQ(*json(set).text("A"), "1");
  Json const release = json(heroku("GET", "/apps/empty-app/releases/3"));
  EXPECT_EQ(*release.text("description"), "Set B, A config vars");
  EXPECT_TRUE(release.find("slug")->is_null());
  EXPECT_TRUE(*release.boolean("current"));
  EXPECT_FALSE(*release.boolean("eligible_for_rollback"));
  heroku("PATCH", "/apps/empty-app/config-vars", R"({"A":null})");
  EXPECT_EQ(*json(heroku("GET", "/apps/empty-app/releases/4")).text("description"),
            "Remove A config vars");
  heroku("PATCH", "/apps/empty-app/config-vars", R"({"B":"2"})");
  EXPECT_EQ(heroku("GET", "/apps/empty-app/releases/5").status, 404);
  for (char const* bad : {R"({"A B":"1"})", R"({"A":1})", R"({"":"1"})", R"({"A":{"b":"c"}})"}) {
    SCOPED_TRACE(bad);
    EXPECT_EQ(heroku("PATCH", "/apps/empty-app/config-vars", bad).status, 422);
  }
  EXPECT_EQ(heroku("GET", "/apps/empty-app/releases/5").status, 404);
}

TEST_F(HerokuTest, refuses_bodies_that_are_no_json_object) {
  start();
  for (char const* path :
       {"/apps/empty-app/config-vars", "/apps/empty-app", "/apps/full-app/formation"}) {
    for (char const* body : {"{", "[]", "nonsense", "\"text\"", "{\"a\":1}x", "\xff"}) {
      SCOPED_TRACE(std::string(path) + " " + body);
      EXPECT_EQ(heroku("PATCH", path, body).status, 400);
    }
  }
  EXPECT_EQ(heroku("PATCH", "/apps/empty-app").status, 422);
  EXPECT_EQ(heroku("POST", "/apps/empty-app/builds").status, 422);
  EXPECT_EQ(
      heroku("POST", "/apps/empty-app/builds", R"({"source_blob":{"url":"file:///x"}})").status,
      422);
  EXPECT_EQ(heroku("POST", "/apps/empty-app/releases", R"({"slug":7})").status, 422);
}

TEST_F(HerokuTest, the_first_deploy_makes_a_slug_a_release_and_one_web_dyno) {
  start();
  EXPECT_EQ(json(heroku("GET", "/apps/empty-app/formation")).as_array().size(), 0U);
  Json const made =
      build("empty-app", source_archive("web: python3 app.py\nworker: python3 app.py\n"), commit);
  EXPECT_EQ(*made.text("status"), "succeeded");
  Json const slug = json(heroku("GET", "/apps/empty-app/slugs/" + *made.text("slug.id")));
  EXPECT_EQ(*slug.text("commit"), commit);
  EXPECT_EQ(*slug.text("process_types.web"), "python3 app.py");
  Json const release = json(heroku("GET", "/apps/empty-app/releases/" + *made.text("release.id")));
  EXPECT_EQ(*release.text("description"), "Deploy 01234567");
  EXPECT_EQ(*release.integer("version"), 3);
  EXPECT_EQ(*release.text("slug.id"), *made.text("slug.id"));
  Json const formation = json(heroku("GET", "/apps/empty-app/formation"));
  ASSERT_EQ(formation.as_array().size(), 2U);
  EXPECT_EQ(*formation.as_array()[0].integer("quantity"), 1);
  EXPECT_EQ(*formation.as_array()[1].integer("quantity"), 0);
  Json const dynos = json(heroku("GET", "/apps/empty-app/dynos"));
  ASSERT_EQ(dynos.as_array().size(), 1U);
  EXPECT_EQ(*dynos.as_array()[0].text("name"), "web.1");
  EXPECT_EQ(*dynos.as_array()[0].text("state"), "up");
  EXPECT_EQ(*dynos.as_array()[0].integer("release.version"), 3);
  std::string const url = *json(heroku("GET", "/apps/empty-app")).text("web_url");
  Response const page = answer({.url = url + "health?x=1"});
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(*json(page).text("commit"), commit);
  EXPECT_EQ(*json(page).text("path"), "/health?x=1");
  EXPECT_EQ(*json(page).text("greeting"), "hello");
  EXPECT_EQ(*json(page).text("release"), "v3");
  EXPECT_EQ(*json(page).text("for"), "127.0.0.1");
}

TEST_F(HerokuTest, a_build_that_fails_makes_no_release) {
  start();
  struct Row {
    char const* name;
    std::string archive;
    char const* said;
  };
  auto const entry = [](char const* path, EntryKind kind, char const* content) {
    return *pack({{"Procfile", EntryKind::file, 0644, "web: x\n"}, {path, kind, 0644, content}});
  };
  Row const table[]{
      {"no Procfile", source_archive(""), "No default language could be detected"},
      {"no archive", "hello", "archive"},
      {"cut short", source_archive().substr(0, 60), "archive"},
      {"a link that leads out", entry("x", EntryKind::symlink, "../../etc/passwd"), "leads out"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    Json const made = build("empty-app", row.archive, commit);
    EXPECT_EQ(*made.text("status"), "failed");
    EXPECT_TRUE(made.find("release")->is_null());
    EXPECT_TRUE(made.find("slug")->is_null());
    Response const output = answer({.url = *made.text("output_stream_url")});
    EXPECT_NE(output.body.find(row.said), std::string::npos) << output.body;
  }
  EXPECT_EQ(json(heroku("GET", "/apps/empty-app/releases")).as_array().size(), 2U);
  EXPECT_EQ(json(heroku("GET", "/apps/empty-app/builds")).as_array().size(), 4U);
}

TEST_F(HerokuTest, a_source_that_was_never_uploaded_fails_the_build) {
  start();
  Json const source = json(heroku("POST", "/sources"));
  std::string const get = *source.text("source_blob.get_url");
  EXPECT_EQ(answer({.url = get}).status, 404);
  for (std::string const& url : {get, std::string("http://127.0.0.1:1/x.tgz"), api("/account")}) {
    SCOPED_TRACE(url);
    Json const made = json(heroku("POST", "/apps/empty-app/builds",
                                  fmt::format(R"({{"source_blob":{{"url":"{}"}}}})", url)));
    wait(2s);
    Json const ended = json(heroku("GET", "/apps/empty-app/builds/" + *made.text("id")));
    EXPECT_EQ(*ended.text("status"), "failed");
  }
}

TEST_F(HerokuTest, a_build_fetches_its_source_from_anywhere) {
  start();
  std::string const url = hub("/repos/acme/shop/tarball/main");
  Json const made =
      json(heroku("POST", "/apps/empty-app/builds",
                  fmt::format(R"({{"source_blob":{{"url":"{}","version":"v1"}}}})", url)));
  wait(2s);
  Json const ended = json(heroku("GET", "/apps/empty-app/builds/" + *made.text("id")));
  EXPECT_EQ(*ended.text("status"), "succeeded");
}

TEST_F(HerokuTest, the_output_of_a_build_comes_when_it_has_ended) {
  start();
  Json const made = json(heroku("POST", "/apps/empty-app/builds",
                                R"({"source_blob":{"url":"http://127.0.0.1:1/x"}})"));
  Response const output = answer({.url = *made.text("output_stream_url")});
  EXPECT_NE(output.body.find("Push failed"), std::string::npos) << output.body;
  EXPECT_EQ(answer({.url = api("/streams/")}).status, 406);
  EXPECT_EQ(answer({.url = api("/streams/nonsense")}).status, 404);
}

TEST_F(HerokuTest, a_rollback_brings_back_code_and_config) {
  start();
  build("full-app", source_archive(), commit);
  heroku("PATCH", "/apps/full-app/config-vars", R"({"GREETING":"new"})");
  wait(1s);
  EXPECT_EQ(*json(router("full-app-123456.localhost")).text("greeting"), "new");
  Json const old = json(heroku("GET", "/apps/full-app/releases/2"));
  EXPECT_TRUE(*old.boolean("eligible_for_rollback"));
  Response const rolled = heroku("POST", "/apps/full-app/releases",
                                 fmt::format(R"({{"release":"{}"}})", *old.text("id")));
  EXPECT_EQ(rolled.status, 201);
  EXPECT_EQ(*json(rolled).text("description"), "Rollback to v2");
  EXPECT_EQ(*json(rolled).integer("version"), 5);
  EXPECT_EQ(*json(rolled).text("slug.id"), *old.text("slug.id"));
  wait(1s);
  Json const page = json(router("full-app-123456.localhost"));
  EXPECT_EQ(*page.text("greeting"), "-");
  EXPECT_EQ(page.text("commit")->substr(0, 8), "3af5b0dc");
  EXPECT_EQ(*page.text("release"), "v5");
  Json const first = json(heroku("GET", "/apps/full-app/releases/1"));
  EXPECT_EQ(heroku("POST", "/apps/full-app/releases",
                   fmt::format(R"({{"release":"{}"}})", *first.text("id")))
                .status,
            422);
  EXPECT_EQ(heroku("POST", "/apps/full-app/releases", R"({"release":"nonsense"})").status, 404);
  EXPECT_EQ(heroku("POST", "/apps/full-app/releases", "{}").status, 422);
}

TEST_F(HerokuTest, a_slug_can_be_uploaded_and_released) {
  start();
  Json const slug = json(heroku("POST", "/apps/empty-app/slugs",
                                R"({"process_types":{"web":"python3 app.py"},"commit":"abc"})"));
  std::string const body = fmt::format(R"({{"slug":"{}"}})", *slug.text("id"));
  EXPECT_EQ(heroku("POST", "/apps/empty-app/releases", body).status, 422);
  std::string const put = *slug.text("blob.url");
  EXPECT_EQ(answer({.method = "PUT", .url = put, .body = "rubbish"}).status, 400);
  std::string const archive = *pack({{"app/app.py", EntryKind::file, 0644, "x"}});
  EXPECT_EQ(answer({.method = "PUT", .url = put, .body = archive}).status, 200);
  EXPECT_EQ(heroku("POST", "/apps/empty-app/releases", body).status, 201);
  wait(1s);
  EXPECT_EQ(json(heroku("GET", "/apps/empty-app/dynos")).as_array().size(), 1U);
}

TEST_F(HerokuTest, the_formation_takes_numbers_as_the_cli_writes_them) {
  start();
  auto const scale = [&](std::string const& quantity) {
    return heroku(
        "PATCH", "/apps/full-app/formation",
        fmt::format(R"({{"updates":[{{"type":"web","quantity":{},"size":"standard-1x"}}]}})",
                    quantity));
  };
  EXPECT_EQ(*json(scale("2")).as_array()[0].integer("quantity"), 2);
  EXPECT_EQ(*json(scale("\"+1\"")).as_array()[0].integer("quantity"), 3);
  EXPECT_EQ(*json(scale("\"-2\"")).as_array()[0].integer("quantity"), 1);
  EXPECT_EQ(*json(scale("\"2\"")).as_array()[0].integer("quantity"), 2);
  wait(1s);
  EXPECT_EQ(json(heroku("GET", "/apps/full-app/dynos")).as_array().size(), 2U);
  for (char const* bad : {"-1", "101", "\"\"", "\"many\"", "1.5", "true", "null", "\"-9\""}) {
    SCOPED_TRACE(bad);
    EXPECT_EQ(scale(bad).status, 422);
  }
  Response const unknown =
      heroku("PATCH", "/apps/empty-app/formation", R"({"updates":[{"type":"web","quantity":1}]})");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(*json(unknown).text("message"), "Couldn't find that process type (web).");
  EXPECT_EQ(*json(heroku("PATCH", "/apps/full-app/formation/web", R"({"quantity":0})"))
                 .integer("quantity"),
            0);
  wait(1s);
  EXPECT_EQ(json(heroku("GET", "/apps/full-app/dynos")).as_array().size(), 0U);
}

TEST_F(HerokuTest, what_a_client_has_already_is_304) {
  start();
  Response const first = heroku("GET", "/apps/empty-app");
  Request again{.url = api("/apps/empty-app")};
  again.headers.set("Accept", "application/vnd.heroku+json; version=3");
  again.headers.set("Authorization", "Bearer heroku-ada");
  again.headers.set("If-None-Match", *first.headers.find("ETag"));
  Response const second = answer(again);
  EXPECT_EQ(second.status, 304);
  EXPECT_TRUE(second.body.empty());
  heroku("PATCH", "/apps/empty-app", R"({"maintenance":true})");
  EXPECT_EQ(answer(again).status, 200);
}

TEST_F(HerokuTest, the_rate_limit_runs_out_and_fills_again) {
  start();
  EXPECT_EQ(*heroku("GET", "/account").headers.find("RateLimit-Remaining"), "4499");
  int good = 1;
  while (heroku("GET", "/account").status == 200) ++good;
  EXPECT_EQ(good, 4500);
  Response const limited = heroku("GET", "/account");
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(*json(limited).text("id"), "rate_limit");
  EXPECT_EQ(*json(limited).text("message"), "Your account reached the API rate limit");
  EXPECT_TRUE(json(limited).text("url"));
  EXPECT_EQ(*limited.headers.find("RateLimit-Remaining"), "0");
  EXPECT_EQ(*json(heroku("GET", "/account/rate-limits")).integer("remaining"), 0);
  EXPECT_EQ(heroku("GET", "/account", "", "heroku-bob").status, 200);
  wait(10s);
  EXPECT_EQ(heroku("GET", "/account").status, 200);
}

TEST_F(HerokuTest, a_release_phase_decides_on_its_release) {
  int code = 1;
  sim_->program("python3 migrate.py", [&](SimProgram program) {
    program.print("migrating\n");
    program.exit(code);
  });
  start();
  std::string const archive = source_archive("web: python3 app.py\nrelease: python3 migrate.py\n");
  Json const first = build("full-app", archive, commit);
  EXPECT_EQ(*first.text("status"), "succeeded");
  Json const failed = json(heroku("GET", "/apps/full-app/releases/3"));
  EXPECT_EQ(*failed.text("status"), "failed");
  EXPECT_FALSE(*failed.boolean("current"));
  EXPECT_NE(answer({.url = *failed.text("output_stream_url")}).body.find("migrating"),
            std::string::npos);
  EXPECT_EQ(*json(heroku("GET", "/apps/full-app/dynos")).as_array()[0].integer("release.version"),
            2);
  code = 0;
  build("full-app", archive, commit);
  wait(1s);
  EXPECT_TRUE(*json(heroku("GET", "/apps/full-app/releases/4")).boolean("current"));
  EXPECT_EQ(*json(heroku("GET", "/apps/full-app/dynos")).as_array()[0].integer("release.version"),
            4);
}

}  // namespace
}  // namespace landfall
