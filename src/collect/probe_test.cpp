#include "collect/probe.h"

#include <gtest/gtest.h>

#include "collect/fake_api.h"
#include "collect/signatures.h"

namespace landfall {
namespace {

Health const raptor{.path = "/health", .body = R"("service": "raptor")", .commit = "commit"};

std::string_view const application_error =
    R"(<!DOCTYPE html><html><head><title>Application Error</title></head><body>
<iframe src="//www.herokucdn.com/error-pages/application-error.html"></iframe></body></html>)";

struct Row {
  std::string_view name;
  int status;
  Headers headers;
  std::string_view body;
  std::string_view class_name;
  std::string_view verdict;
};

Row const answers[]{
    {"healthy", 200, {}, R"({"service": "raptor", "commit": "abc"})", "healthy", "healthy"},
    {"healthy with other blanks",
     200,
     {},
     R"({"service":"raptor","commit":"abc"})",
     "healthy",
     "healthy"},
    {"healthy, cut off", 200, {}, R"({"service": "raptor", "comm)", "commit_missing", "unknown"},
    {"healthy, of no commit", 200, {}, R"({"service": "raptor"})", "commit_missing", "unknown"},
    {"another app", 200, {}, R"({"service": "shop"})", "unhealthy", "failing"},
    {"another app with nothing", 200, {}, "", "unhealthy", "failing"},
    {"a login page",
     200,
     {},
     R"("service": "raptor" <input TYPE="password">)",
     "login_page",
     "unknown"},
    {"204 is not 200", 204, {}, R"("service": "raptor")", "unhealthy", "failing"},
    {"blank, real page",
     502,
     {},
     "<title>Heroku | Welcome to your new app!</title>",
     "blank_app",
     "failing"},
    {"blank, by code", 502, {}, "at=info code=H81 desc=\"Blank app\"", "blank_app", "failing"},
    {"bad response", 502, {}, "code=H25", "bad_response", "failing"},
    {"502 of nobody known", 502, {}, "bad gateway", "unhealthy", "failing"},
    {"application error", 503, {}, application_error, "app_error", "failing"},
    {"no web process", 503, {}, "No web processes running", "no_web_process", "failing"},
    {"crashed", 503, {}, "H10: App crashed", "crashed", "failing"},
    {"boot timeout", 503, {}, "code=H20", "boot_timeout", "failing"},
    {"a code within a word", 503, {}, "nonce=aH20b", "unhealthy", "failing"},
    {"maintenance",
     503,
     {},
     "//www.herokucdn.com/error-pages/maintenance-mode.html",
     "maintenance",
     "failing"},
    {"no such app", 404, {}, "<title>No such app</title>", "no_such_app", "failing"},
    {"wrong path", 404, {}, "Not Found", "wrong_path", "failing"},
    {"gone", 410, {}, "", "wrong_path", "failing"},
    {"gated",
     302,
     {{"Location", "https://raxx.cloudflareaccess.com/cdn-cgi/access/login?kid=1"}},
     "",
     "gated",
     "unknown"},
    {"login redirect", 303, {{"Location", "/login?next=/health"}}, "", "login_page", "unknown"},
    {"a redirect elsewhere",
     301,
     {{"Location", "https://www.example.com/health"}},
     "",
     "redirected",
     "failing"},
    {"a redirect to nowhere", 302, {}, "", "redirected", "failing"},
    {"401", 401, {{"WWW-Authenticate", "Bearer"}}, "", "auth_regression", "failing"},
    {"401 of the gate", 401, {{"Cf-Access-Domain", "raxx.app"}}, "", "gated", "unknown"},
    {"bot rule", 403, {}, "error code: 1010", "bot_blocked", "unknown"},
    {"dangling", 403, {}, "error code: 1014", "dangling_name", "failing"},
    {"403", 403, {}, "{\"error\":1010}", "forbidden", "failing"},
    {"throttled", 429, {}, "", "throttled", "unknown"},
    {"522", 522, {}, "", "no_deployment_behind_edge", "failing"},
    {"525", 525, {}, "", "origin_certificate", "failing"},
    {"526", 526, {}, "", "origin_certificate", "failing"},
    {"523", 523, {}, "", "origin_unreachable", "failing"},
    {"530 of a name", 530, {}, "error code: 1016", "dangling_name", "failing"},
    {"500", 500, {}, "oops", "unhealthy", "failing"},
    {"a status that there is not", 999, {}, "", "unhealthy", "failing"},
};

TEST(Classify, reads_an_answer_by_its_signature) {
  for (Row const& row : answers) {
    SCOPED_TRACE(row.name);
    Classified const seen = classify(
        raptor,
        Response{.status = row.status, .headers = row.headers, .body = std::string(row.body)});
    EXPECT_EQ(seen.class_name, row.class_name);
    EXPECT_EQ(seen.verdict, row.verdict);
    EXPECT_NE(seen.detail, "");
    EXPECT_EQ(seen.detail.find('{'), std::string::npos) << seen.detail;
  }
}

TEST(Classify, tells_reasons_for_no_answer_apart) {
  for (std::string_view const code : {"dns", "connect", "timeout", "tls", "too_large"}) {
    Classified const seen = classify(raptor, fail(ErrorKind::network, "why", std::string(code)));
    EXPECT_EQ(seen.class_name, code);
    EXPECT_EQ(seen.verdict, "failing");
  }
  EXPECT_EQ(classify(raptor, fail(ErrorKind::network, "why", "truncated")).class_name, "no_answer");
  EXPECT_EQ(classify(raptor, fail(ErrorKind::network, "why", "")).class_name, "no_answer");
}

TEST(Classify, the_declared_status_counts_and_not_200) {
  Health const teapot{.path = "/", .status = 418};
  EXPECT_EQ(classify(teapot, Response{.status = 418}).verdict, "healthy");
  EXPECT_EQ(classify(teapot, Response{.status = 200}).verdict, "failing");
}

TEST(Classify, the_same_failure_has_the_same_detail_whenever_it_comes) {
  auto const after = [](std::string_view ms) {
    return classify(raptor, fail(ErrorKind::network, "timed out after " + std::string(ms) + " ms",
                                 "timeout"))
        .detail;
  };
  EXPECT_EQ(after("30001"), after("30002"));
}

TEST(Classify, the_commit_is_read_where_the_target_says) {
  struct Case {
    std::string_view body;
    std::optional<std::string> commit;
  };
  Case const table[]{
      {R"({"service": "raptor", "commit": "ABCdef1"})", "abcdef1"},
      {R"({"commit": null})", std::nullopt},
      {R"({"commit": 7})", std::nullopt},
      {R"({"commit": " "})", std::nullopt},
      {R"({"commit": "abc)", std::nullopt},
      {"<html>", std::nullopt},
  };
  for (Case const& row : table)
    EXPECT_EQ(classify(raptor, Response{.status = 200, .body = std::string(row.body)}).commit,
              row.commit)
        << row.body;
}

TEST(Classify, hostile_bytes_do_not_reach_a_detail) {
  std::string const detail =
      classify(raptor,
               Response{.status = 302, .headers = {{"Location", "/\x1b[2J\xff?token=hidden"}}})
          .detail;
  EXPECT_EQ(detail.find('\x1b'), std::string::npos);
  EXPECT_EQ(detail.find("hidden"), std::string::npos);
  EXPECT_TRUE(is_utf8(detail));
}

TEST(Signatures, a_table_that_is_wrong_says_where) {
  struct Case {
    std::string_view text, error;
  };
  Case const table[]{
      {"a: b", "x.yaml:1:1: expected a list under 'signatures'"},
      {"signatures: [{class: a, verdict: fine, when: {status: 1}, detail: d}]",
       "verdict: expected"},
      {"signatures: [{class: a, verdict: failing, when: {status: 20}, detail: d}]",
       "expected a status"},
      {"signatures: [{class: a, verdict: failing, when: {body: x}, detail: d}]",
       "either 'status' or 'error'"},
      {"signatures: [{class: a, verdict: failing, when: {status: 500, error: dns}, detail: d}]",
       "either 'status' or"},
      {"signatures: [{class: a, verdict: failing, when: {statsu: 500}, detail: d}]",
       "unknown key 'statsu'"},
      {"signatures: [{class: a, verdict: failing, when: {status: 500}}]", "'detail'"},
      {"signatures: [{class: a, verdict: failing, when: 5, detail: d}]", "expected a mapping"},
      {"signatures: [{class: a, verdict: healthy, when: {status: expected}, detail: d}]",
       "healthy needs"},
      {"signatures: [{class: a, verdict: healthy, when: {status: [expected, 500], marker: "
       "present}, detail: d}]",
       "healthy needs"},
      {"signatures: [", "x.yaml:"},
  };
  for (Case const& row : table) {
    auto const read = parse_signatures(row.text, "x.yaml");
    ASSERT_FALSE(read) << row.text;
    EXPECT_NE(read.error().text.find(row.error), std::string::npos) << read.error().text;
  }
}

TEST(Signatures, words_are_found_whole) {
  EXPECT_TRUE(has_words("code=h14 desc", "h14"));
  EXPECT_TRUE(has_words("h14", "h14"));
  EXPECT_TRUE(has_words("ah14 h14", "h14"));
  EXPECT_FALSE(has_words("ah14", "h14"));
  EXPECT_FALSE(has_words("h142", "h14"));
  EXPECT_FALSE(has_words("", "h14"));
}

TEST(Probe, asks_once_and_follows_no_redirect) {
  FakeApi api;
  api.route("/health", [](Request const&) {
    return Response{.status = 302, .headers = {{"Location", "https://x.cloudflareaccess.com/"}}};
  });
  std::optional<Classified> seen;
  probe(api.world(), raptor, api.url() + "/",
        [&](Classified classified, Result<Response> const& response) {
          EXPECT_EQ(response->status, 302);
          seen = std::move(classified);
        });
  ASSERT_TRUE(api.sim().run_until([&] { return seen.has_value(); }));
  EXPECT_EQ(seen->class_name, "gated");
  ASSERT_EQ(api.requests.size(), 1U);
  EXPECT_FALSE(api.requests[0].headers.find("Authorization"));
}

}  // namespace
}  // namespace landfall
