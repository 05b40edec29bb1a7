#include "collect/client.h"

#include <gtest/gtest.h>

#include "base/archive.h"
#include "collect/fake_api.h"
#include "facts/store_fixture.h"

namespace landfall {
namespace {

/// A client, its store, and what came of the last question.
class ClientTest : public testing::Test {
 protected:
  struct Outcome {
    std::int64_t evidence = 0;
    Result<Answer> answer;
  };

  Outcome ask(Ask question) {
    std::optional<Outcome> outcome;
    client.ask(std::move(question), [&](std::int64_t evidence, Result<Answer> answer) {
      outcome.emplace(Outcome{evidence, std::move(answer)});
    });
    EXPECT_TRUE(api.sim().run_until([&] { return outcome.has_value(); }));
    return std::move(*outcome);
  }

  static Ask heroku(std::string path) { return {.source = "heroku.app", .path = std::move(path)}; }
  static Ask github(std::string path) {
    return {.service = Service::github, .source = "github.tags", .path = std::move(path)};
  }

  /// All that a caller is told of config vars when this is the answer.
  std::string told_of_config(Response response, std::string const& type) {
    response.headers.set("Content-Type", type);
    api.route("/apps/shop/config-vars", [&](Request const&) { return response; });
    Ask config = heroku("/apps/shop/config-vars");
    config.redact = [](Json const&) { return Json("gone"); };
    Outcome const outcome = ask(config);
    if (!outcome.answer) return outcome.answer.error().text;
    return outcome.answer->json.dump() + outcome.answer->body;
  }

  sql::Rows evidence() { return *store.database().query("SELECT * FROM evidence ORDER BY id"); }

  FakeApi api;
  Store store = test_store();
  Client client{api.world(), store, api.platforms()};
};

TEST_F(ClientTest, heroku_and_github_are_asked_in_their_own_ways) {
  api.json("/apps/shop", R"({"name":"shop"})");
  EXPECT_EQ(*ask(heroku("/apps/shop")).answer->json.text("name"), "shop");
  Request const first = api.requests.back();
  EXPECT_EQ(first.headers.value_or("authorization", ""), "Bearer " + std::string(heroku_token));
  EXPECT_EQ(first.headers.value_or("accept", ""), "application/vnd.heroku+json; version=3");
  EXPECT_TRUE(first.headers.value_or("user-agent", "").starts_with("landfall/"));
  EXPECT_TRUE(ask(github("/apps/shop")).answer);
  Request const second = api.requests.back();
  EXPECT_EQ(second.headers.value_or("authorization", ""), "Bearer " + std::string(github_token));
  EXPECT_EQ(second.headers.value_or("accept", ""), "application/vnd.github+json");
  EXPECT_EQ(second.headers.value_or("x-github-api-version", ""), "2022-11-28");
}

TEST_F(ClientTest, without_a_token_nobody_is_asked) {
  Platforms platforms = api.platforms();
  platforms.heroku.token = Secret();
  Client poor(api.world(), store, platforms);
  std::optional<Result<Answer>> outcome;
  poor.ask(heroku("/apps/shop"),
           [&](std::int64_t, Result<Answer> answer) { outcome = std::move(answer); });
  EXPECT_FALSE(outcome) << "a callback before ask has returned";
  ASSERT_TRUE(api.sim().run_until([&] { return outcome.has_value(); }));
  EXPECT_EQ(outcome->error().code, "no_token");
  EXPECT_TRUE(api.requests.empty());
}

TEST_F(ClientTest, another_hosts_url_is_refused) {
  EXPECT_EQ(ask(heroku("https://evil.example/apps")).answer.error().code, "other_host");
  EXPECT_EQ(ask(heroku("@evil.example/apps")).answer.error().code, "other_host");
  EXPECT_TRUE(api.requests.empty());
}

// Paging.

TEST_F(ClientTest, heroku_pages_go_on_until_no_next_range_is_given) {
  api.route("/apps/shop/releases", [](Request const& request) {
    std::string const range = request.headers.value_or("range", "");
    if (range == "version ..; max=2")
      return json_answer("[1,2]", 206, {{"Next-Range", "]2..; max=2"}});
    if (range == "]2..; max=2") return json_answer("[3,4]", 206, {{"Next-Range", "]4..; max=2"}});
    return json_answer("[5]", 200);
  });
  Ask releases = heroku("/apps/shop/releases");
  releases.pages = Pages::all;
  releases.range = "version ..; max=2";
  Outcome const outcome = ask(releases);
  ASSERT_TRUE(outcome.answer) << outcome.answer.error().text;
  EXPECT_EQ(outcome.answer->json.dump(), "[1,2,3,4,5]");
  EXPECT_EQ(outcome.evidence, 1) << "facts cite the first page, where the newest stand";
  EXPECT_EQ(evidence().size(), 3U) << "each page is evidence of its own";
}

TEST_F(ClientTest, a_list_that_never_ends_is_an_error) {
  struct Row {
    std::string_view name, body;
    std::function<std::string(int)> next;
  };
  Row const table[]{
      {"the same range", "[1]", [](int) { return "]1.."; }},
      {"in a circle", "[1]", [](int n) { return n % 2 == 0 ? "]1.." : "]2.."; }},
      {"empty pages", "[]", [](int n) { return std::to_string(n); }},
      {"for ever", "[1]", [](int n) { return std::to_string(n); }},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    int pages = 0;
    api.route("/list", [&](Request const&) {
      return json_answer(std::string(row.body), 206, {{"Next-Range", row.next(++pages)}});
    });
    Ask list = heroku("/list");
    list.pages = Pages::all;
    list.items_max = 50;
    std::string const code = ask(list).answer.error().code;
    EXPECT_TRUE(code == "paging_loop" || code == "too_many") << code;
    EXPECT_LE(pages, 52);
  }
}

TEST_F(ClientTest, github_pages_follow_links_on_the_same_host_only) {
  api.route("/tags?page=1", [&](Request const&) {
    return json_answer(R"({"tags":[1,2]})", 200,
                       {{"Link", "<" + api.url() + "/tags?page=2>; rel=\"next\""}});
  });
  api.json("/tags?page=2", R"({"tags":[3]})");
  Ask tags = github("/tags?page=1");
  tags.pages = Pages::all;
  tags.items = "tags";
  EXPECT_EQ(ask(tags).answer->json.dump(), "[1,2,3]");
  tags.enough = 2;
  EXPECT_EQ(ask(tags).answer->json.dump(), "[1,2]");
  tags.enough = 0;
  api.route("/tags?page=2", [](Request const&) {
    return json_answer(R"({"tags":[3]})", 200,
                       {{"Link", "<https://evil.example/tags>; rel=\"next\""}});
  });
  EXPECT_EQ(ask(tags).answer.error().code, "other_host");
}

TEST_F(ClientTest, a_page_of_another_shape_is_an_error_that_names_the_place) {
  Ask tags = github("/tags");
  tags.pages = Pages::all;
  tags.items = "tags";
  for (std::string const body : {"[]", "{}", "null", R"({"tags":{}})", "7"}) {
    api.json("/tags", body);
    Outcome const outcome = ask(tags);
    ASSERT_FALSE(outcome.answer) << body;
    EXPECT_EQ(outcome.answer.error().kind, ErrorKind::data);
    EXPECT_NE(outcome.answer.error().text.find("tags: expected an array"), std::string::npos)
        << outcome.answer.error().text;
  }
}

// ETags.

TEST_F(ClientTest, an_unchanged_answer_is_taken_from_the_evidence) {
  api.route("/apps/shop", [](Request const& request) {
    if (request.headers.value_or("if-none-match", "") == "\"one\"") return Response{.status = 304};
    return json_answer(R"({"name":"shop"})", 200, {{"ETag", "\"one\""}});
  });
  Outcome const first = ask(heroku("/apps/shop"));
  Outcome const second = ask(heroku("/apps/shop"));
  ASSERT_TRUE(second.answer) << second.answer.error().text;
  EXPECT_EQ(api.requests.back().headers.value_or("if-none-match", ""), "\"one\"");
  EXPECT_EQ(second.answer->json, first.answer->json);
  EXPECT_EQ(second.answer->status, 200);
  EXPECT_EQ(second.evidence, first.evidence);
  Ask unkept = heroku("/apps/shop");
  unkept.keep = false;
  EXPECT_TRUE(ask(unkept).answer);
  EXPECT_FALSE(api.requests.back().headers.find("if-none-match"));
}

TEST_F(ClientTest, a_304_that_nobody_asked_for_is_an_error) {
  api.route("/apps/shop", [](Request const&) { return Response{.status = 304}; });
  EXPECT_EQ(ask(heroku("/apps/shop")).answer.error().code, "http");
}

// Failures.

struct Failure {
  std::string_view name;
  std::function<void(FakeApi&)> set;
  ErrorKind kind;
  std::string_view code;
  int requests;
};

std::function<void(FakeApi&)> serves(Response const& response) {
  return [response](FakeApi& fake) {
    fake.route("/x", [response](Request const&) { return response; });
  };
}

std::function<void(FakeApi&)> serves_status(int value, Headers const& headers = {}) {
  return serves(json_answer(R"({"id":"x","message":"because"})", value, headers));
}

std::function<void(FakeApi&)> serves_body(std::string const& text, std::string const& type) {
  return serves({.status = 200, .headers = {{"Content-Type", type}}, .body = text});
}

std::vector<Failure> failures() {
  return {
      {"401", serves_status(401), ErrorKind::refused, "unauthorized", 1},
      {"403", serves_status(403), ErrorKind::refused, "forbidden", 1},
      {"404", serves_status(404), ErrorKind::missing, "not_found", 1},
      {"422", serves_status(422), ErrorKind::data, "invalid", 1},
      {"500", serves_status(500), ErrorKind::network, "server_error", 4},
      {"429", serves_status(429), ErrorKind::network, "rate_limited", 4},
      {"429 for long", serves_status(429, {{"Retry-After", "3600"}}), ErrorKind::network,
       "rate_limited", 1},
      {"truncated JSON", serves_body(R"({"a":)", "application/json"), ErrorKind::data, "not_json",
       1},
      {"HTML", serves_body("<html>sign in</html>", "text/html"), ErrorKind::data, "not_json", 1},
      {"HTML that calls itself JSON", serves_body("<html>", "application/json"), ErrorKind::data,
       "not_json", 1},
      {"nothing", serves_body("", "application/json"), ErrorKind::data, "not_json", 1},
      {"30 MB", serves_body("[\"" + std::string(30 << 20, 'x') + "\"]", "application/json"),
       ErrorKind::network, "too_large", 1},
      {"no end of it", [](FakeApi& fake) { fake.hang_up("/x"); }, ErrorKind::network, "truncated",
       4},
      {"a stall", [](FakeApi& fake) { fake.stall("/x"); }, ErrorKind::network, "timeout", 2},
  };
}

void expect_failure(Service service, Failure const& row) {
  FakeApi fresh;
  row.set(fresh);
  Store kept = test_store();
  Client asker(fresh.world(), kept, fresh.platforms());
  Result<Answer> outcome;
  std::int64_t number = 0;
  asker.ask({.service = service, .source = "s", .path = "/x"},
            [&](std::int64_t evidence, Result<Answer> answer) {
              number = evidence;
              outcome = std::move(answer);
            });
  ASSERT_TRUE(fresh.sim().run_until([&] { return number > 0; }));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, row.code) << outcome.error().text;
  EXPECT_EQ(outcome.error().kind, row.kind);
  EXPECT_EQ(static_cast<int>(fresh.requests.size()), row.requests);
  EXPECT_FALSE(kept.database().query("SELECT 1 FROM evidence WHERE id = ?", {number})->empty());
}

TEST_F(ClientTest, failures_are_told_apart_and_recorded) {
  for (Failure const& row : failures()) {
    SCOPED_TRACE(row.name);
    expect_failure(Service::heroku, row);
    expect_failure(Service::github, row);
  }
}

TEST_F(ClientTest, a_host_that_is_not_there_is_a_network_error) {
  Platforms nowhere = api.platforms();
  nowhere.heroku.api = "http://127.0.0.1:1";
  Client lost(api.world(), store, nowhere);
  std::optional<Result<Answer>> outcome;
  lost.ask(heroku("/apps/shop"),
           [&](std::int64_t, Result<Answer> answer) { outcome = std::move(answer); });
  ASSERT_TRUE(api.sim().run_until([&] { return outcome.has_value(); }));
  EXPECT_EQ(outcome->error().code, "connect");
}

TEST_F(ClientTest, a_failure_that_passes_is_not_seen) {
  int tries = 0;
  api.route("/apps/shop", [&](Request const&) {
    return ++tries < 4 ? json_answer("{}", 503) : json_answer(R"({"name":"shop"})");
  });
  Instant const before = api.world().now();
  EXPECT_TRUE(ask(heroku("/apps/shop")).answer);
  Duration const waited = api.world().now() - before;
  EXPECT_GE(waited, 1750ms) << "half of 500 + 1000 + 2000";
  EXPECT_LE(waited, 3600ms);
}

TEST_F(ClientTest, a_platform_that_asks_for_time_gets_it) {
  int tries = 0;
  api.route("/apps/shop", [&](Request const&) {
    return ++tries == 1 ? json_answer("{}", 429, {{"Retry-After", "20"}}) : json_answer("{}");
  });
  Instant const before = api.world().now();
  EXPECT_TRUE(ask(heroku("/apps/shop")).answer);
  EXPECT_GE(api.world().now() - before, 20s);
  EXPECT_EQ(tries, 2);
}

TEST_F(ClientTest, when_githubs_limit_is_used_up_nothing_more_is_sent) {
  std::string const reset = std::to_string(epoch_seconds(api.world().now()) + 1800);
  api.route("/tags", [&](Request const&) {
    return json_answer(R"({"message":"API rate limit exceeded"})", 403,
                       {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset}});
  });
  EXPECT_EQ(ask(github("/tags")).answer.error().code, "rate_limited");
  EXPECT_EQ(ask(github("/tags")).answer.error().code, "rate_limited");
  EXPECT_EQ(api.requests.size(), 1U);
  api.json("/apps/shop", "{}");
  EXPECT_TRUE(ask(heroku("/apps/shop")).answer) << "the other platform is asked as before";
}

TEST_F(ClientTest, only_gets_are_sent_again_after_a_lost_answer) {
  for (std::string const method : {"POST", "PATCH", "DELETE"}) {
    api.requests.clear();
    api.hang_up("/apps/shop");
    Ask question = heroku("/apps/shop");
    question.method = method;
    EXPECT_EQ(ask(question).answer.error().code, "truncated");
    EXPECT_EQ(api.requests.size(), 1U) << method;
    api.requests.clear();
    api.route("/apps/shop", [](Request const&) { return json_answer("{}", 500); });
    EXPECT_EQ(ask(question).answer.error().code, "server_error");
    EXPECT_EQ(api.requests.size(), 1U) << method;
  }
}

TEST_F(ClientTest, a_body_is_sent_as_json_and_an_empty_answer_is_one) {
  api.route("/apps/shop", [](Request const& request) {
    EXPECT_EQ(request.body, R"({"maintenance":true})");
    EXPECT_EQ(request.headers.value_or("content-type", ""), "application/json");
    return Response{.status = 204};
  });
  Ask question = heroku("/apps/shop");
  question.method = "PATCH";
  question.body = Json::object({{"maintenance", true}});
  Outcome const outcome = ask(question);
  ASSERT_TRUE(outcome.answer) << outcome.answer.error().text;
  EXPECT_EQ(outcome.answer->status, 204);
  EXPECT_TRUE(outcome.answer->json.is_null());
}

// Redirects.

TEST_F(ClientTest, a_redirect_is_followed_on_the_same_host_and_refused_to_another) {
  api.route("/repos/old/name", [](Request const&) {
    return Response{.status = 301, .headers = {{"Location", "/repositories/7"}}};
  });
  api.json("/repositories/7", R"({"id":7})");
  EXPECT_EQ(*ask(github("/repos/old/name")).answer->json.integer("id"), 7);
  api.route("/repos/old/name", [](Request const&) {
    return Response{.status = 301, .headers = {{"Location", "http://127.0.0.2:9/"}}};
  });
  EXPECT_EQ(ask(github("/repos/old/name")).answer.error().code, "other_host");
  api.route("/repos/old/name", [](Request const&) {
    return Response{.status = 302, .headers = {{"Location", "/repos/old/name"}}};
  });
  api.requests.clear();
  EXPECT_FALSE(ask(github("/repos/old/name")).answer);
  EXPECT_LE(api.requests.size(), 6U);
}

TEST_F(ClientTest, a_download_follows_to_another_host_without_the_token) {
  std::vector<Request> elsewhere;
  int const port =
      *api.sim().process("codeload").server.listen(0, [&](Request const& request, Respond respond) {
        elsewhere.push_back(request);
        respond({.status = 200,
                 .headers = {{"Content-Type", "application/x-gzip"}},
                 .body = "\x1f\x8b bytes"});
      });
  std::string const there = "http://127.0.0.1:" + std::to_string(port) + "/tar?token=hidden-in-url";
  api.route("/repos/acme/shop/tarball/main", [&](Request const&) {
    return Response{.status = 302, .headers = {{"Location", there}}};
  });
  Ask question = github("/repos/acme/shop/tarball/main");
  question.download = true;
  Outcome const outcome = ask(question);
  ASSERT_TRUE(outcome.answer) << outcome.answer.error().text;
  EXPECT_EQ(outcome.answer->body, "\x1f\x8b bytes");
  ASSERT_EQ(elsewhere.size(), 1U);
  EXPECT_FALSE(elsewhere[0].headers.find("authorization"));
  EXPECT_EQ(dump_of(store).find("hidden-in-url"), std::string::npos);
  EXPECT_EQ(dump_of(store).find("bytes\n"), std::string::npos);
}

// Secrets and bounds.

TEST_F(ClientTest, tokens_and_redacted_values_are_kept_nowhere) {
  std::string const echo = std::string(heroku_token) + " " + std::string(github_token);
  std::string_view const value = "postgres://user:s3cret-value@host/db";
  std::string const bodies[]{
      R"({"DATABASE_URL":")" + std::string(value) + R"("})",
      R"(["DATABASE_URL",")" + std::string(value) + R"("])",
      R"({"DATABASE_URL":")" + std::string(value),  // broken off
      R"({"DATABASE_URL":)" + std::string(value) + "}",
      R"({"id":"x","message":")" + std::string(value) + " " + echo + R"("})",
      "<html>" + std::string(value) + echo + "</html>",
  };
  for (std::string const& body : bodies) {
    for (int const status : {200, 401, 404}) {
      EXPECT_EQ(told_of_config({.status = status, .body = body}, "application/json").find("s3cret"),
                std::string::npos);
      EXPECT_EQ(told_of_config({.status = status, .body = body}, "text/html").find("s3cret"),
                std::string::npos);
    }
  }
  api.route("/echo",
            [&](Request const&) { return json_answer(R"({"message":")" + echo + R"("})", 422); });
  EXPECT_EQ(ask(heroku("/echo")).answer.error().text.find("token-0123456789"), std::string::npos);
  std::string kept = dump_of(store);
  for (sql::Row const& row : evidence())
    if (!row.null("body")) kept += *decompress(row.text("body"), 1 << 20) + "\n";
  EXPECT_EQ(kept.find("s3cret-value"), std::string::npos);
  EXPECT_EQ(kept.find("token-0123456789"), std::string::npos);
}

TEST_F(ClientTest, no_more_than_the_bound_are_under_way) {
  int under_way = 0;
  int most = 0;
  std::vector<Respond> waiting;
  int const port =
      *api.sim().process("slow").server.listen(0, [&](Request const&, Respond respond) {
        most = std::max(most, ++under_way);
        waiting.push_back(std::move(respond));
        api.sim().process("slow").loop.after(1s, [&] {
          --under_way;
          waiting.front()(json_answer("{}"));
          waiting.erase(waiting.begin());
        });
      });
  Platforms platforms = api.platforms();
  platforms.heroku.api = "http://127.0.0.1:" + std::to_string(port);
  Client bounded(api.world(), store, platforms, {}, 3);
  int done = 0;
  for (int i = 0; i < 20; ++i)
    bounded.ask(heroku("/" + std::to_string(i)), [&](std::int64_t, Result<Answer> const& answer) {
      EXPECT_TRUE(answer);
      ++done;
    });
  ASSERT_TRUE(api.sim().run_until([&] { return done == 20; }));
  EXPECT_EQ(most, 3);
}

TEST_F(ClientTest, a_client_that_is_gone_calls_nobody) {
  api.json("/apps/shop", "{}");
  auto gone = std::make_unique<Client>(api.world(), store, api.platforms());
  bool called = false;
  gone->ask(heroku("/apps/shop"), [&](std::int64_t, Result<Answer> const&) { called = true; });
  gone.reset();
  EXPECT_FALSE(api.sim().run_until([&] { return called; }));
  // And it may go in its own callback.
  auto own = std::make_unique<Client>(api.world(), store, api.platforms());
  own->ask(heroku("/apps/shop"), [&](std::int64_t, Result<Answer> const&) { own.reset(); });
  EXPECT_TRUE(api.sim().run_until([&] { return own == nullptr; }));
}

TEST_F(ClientTest, a_store_that_cannot_be_written_is_the_error) {
  api.json("/apps/shop", "{}");
  take_no_writes(store);
  EXPECT_FALSE(ask(heroku("/apps/shop")).answer);
}

}  // namespace
}  // namespace landfall
