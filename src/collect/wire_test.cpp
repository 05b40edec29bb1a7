#include "collect/wire.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

Instant const t0 = *parse_instant("2026-04-30T16:30:00Z");

TEST(Wire, the_token_goes_to_the_same_scheme_host_and_port_only) {
  struct Row {
    std::string_view a, b;
    bool same;
  };
  Row const table[]{
      {"https://api.test/a", "https://api.test/b?c", true},
      {"https://api.test", "https://API.test:443/", true},
      {"https://api.test", "http://api.test", false},
      {"https://api.test", "https://api.test:8443", false},
      {"https://api.test", "https://api.test.evil.example", false},
      {"https://api.test", "https://api.test@evil.example", false},
      {"https://api.test", "not a URL", false},
      {"/path", "/path", false},
  };
  for (Row const& row : table)
    EXPECT_EQ(same_origin(row.a, row.b), row.same) << row.a << " " << row.b;
}

TEST(Wire, the_next_page_is_found_among_links) {
  EXPECT_EQ(
      next_link(
          R"(<https://a/x?page=1>; rel="prev", <https://a/x?page=3>; rel="next", <https://a/x>; rel="last")"),
      "https://a/x?page=3");
  for (std::string_view const none :
       {"", "<https://a/x>; rel=\"last\"", "<https://a/x", "rel=\"next\"", ">;<"})
    EXPECT_FALSE(next_link(none)) << none;
}

TEST(Wire, a_platform_says_how_long_to_wait_in_three_ways) {
  struct Row {
    std::string_view name;
    Headers headers;
    std::optional<Duration> wait;
  };
  Row const table[]{
      {"seconds", {{"Retry-After", "7"}}, 7s},
      {"a date", {{"Retry-After", "Thu, 30 Apr 2026 16:30:30 GMT"}}, 30s},
      {"a date that has passed", {{"Retry-After", "Thu, 30 Apr 2026 16:00:00 GMT"}}, 0s},
      {"nonsense", {{"Retry-After", "soon"}}, std::nullopt},
      {"less than nothing", {{"Retry-After", "-5"}}, 0s},
      {"for ever", {{"Retry-After", "9223372036854775807"}}, 7 * 24h},
      {"a reset", {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1777566610"}}, 11s},
      {"a reset while some remain",
       {{"x-ratelimit-remaining", "3"}, {"x-ratelimit-reset", "1777566610"}},
       std::nullopt},
      {"nothing", {}, std::nullopt},
  };
  for (Row const& row : table) EXPECT_EQ(asked_to_wait(row.headers, t0), row.wait) << row.name;
}

TEST(Wire, a_redirect_is_read_from_where_it_was_given) {
  EXPECT_EQ(*resolve_location("https://a.test/x", "https://b.test/y?z"), "https://b.test/y?z");
  EXPECT_EQ(*resolve_location("https://a.test/x", "/y"), "https://a.test:443/y");
  EXPECT_EQ(*resolve_location("https://a.test/x", "//b.test/y"), "https://b.test/y");
  for (std::string_view const bad :
       {"http://a.test/y", "ftp://a.test/y", "", "y", "https://a@b/", "https://a b/"})
    EXPECT_FALSE(resolve_location("https://a.test/x", bad)) << bad;
}

TEST(Wire, statuses_become_the_errors_of_the_contract) {
  struct Row {
    int status;
    ErrorKind kind;
    std::string_view code;
  };
  Row const table[]{
      {401, ErrorKind::refused, "unauthorized"}, {403, ErrorKind::refused, "forbidden"},
      {404, ErrorKind::missing, "not_found"},    {409, ErrorKind::data, "conflict"},
      {422, ErrorKind::data, "invalid"},         {418, ErrorKind::data, "http"},
      {429, ErrorKind::network, "rate_limited"}, {503, ErrorKind::network, "server_error"}};
  for (Row const& row : table) {
    Error const error = error_of(Service::heroku, "GET /apps/shop", row.status, "because");
    EXPECT_EQ(error.kind, row.kind) << row.status;
    EXPECT_EQ(error.code, row.code);
    EXPECT_NE(error.text.find("GET /apps/shop: because"), std::string::npos) << error.text;
  }
}

TEST(Wire, values_that_open_doors_are_not_kept) {
  Json const json = *Json::parse(
      R"({"id":"1","output_stream_url":"https://o/streams/1","list":[{"url":"https://s3/x?X-Amz-Signature=abc"},
          {"attach_url":null,"html":"https://a/b?page=2"}],"dyno":"rendezvous://r:5000/secret"})");
  EXPECT_EQ(
      without_doors(json).dump(),
      R"({"id":"1","output_stream_url":"[redacted]","list":[{"url":"https://s3/x?[redacted]"},)"
      R"({"attach_url":null,"html":"https://a/b?page=2"}],"dyno":"[redacted]"})");
}

TEST(Wire, a_platform_message_is_one_short_line) {
  EXPECT_EQ(message_of(*Json::parse(R"({"message":"Couldn't find that app."})")),
            "Couldn't find that app");
  EXPECT_EQ(message_of(*Json::parse(R"({"message":"a\nb\u001b[31m"})")), "a b?[31m");
  EXPECT_LE(message_of(Json::object({{"message", std::string(10'000, 'x')}})).size(), 200U);
  for (std::string_view const none :
       {"null", "[]", "{}", R"({"message":null})", R"({"message":[1]})", "\"text\""})
    EXPECT_EQ(message_of(*Json::parse(none)), "") << none;
}

}  // namespace
}  // namespace landfall
