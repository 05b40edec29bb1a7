#include <gtest/gtest.h>

#include "alert/notifier.h"
#include "base/text.h"
#include "world/sim_world.h"

namespace landfall {
namespace {

Result<Request> request_for(std::string const& dsn, Message const& message) {
  auto const sim =
      SimWorld::create(*parse_instant("2026-05-01T00:00:00Z"), 3, {{"SENTRY_DSN", dsn}});
  return sentry_request(sim->process("landfall"),
                        {.name = "x", .kind = "sentry", .url_variable = "SENTRY_DSN"}, message);
}

Message message() {
  return {.key = "i-firing",
          .incident = "i",
          .target = "shop/production",
          .environment = "production",
          .severity = "SEV-1",
          .title = "SEV-1 shop/production: \"No\" dynos\nrun",
          .since = *parse_instant("2026-05-01T00:00:00Z"),
          .at = *parse_instant("2026-05-01T00:01:00Z")};
}

/// The envelope's lines: its head, the item's head, the event.
std::vector<Json> lines_of(Request const& request) {
  std::vector<Json> lines;
  for (std::string_view rest = request.body; !rest.empty();) {
    std::size_t const end = rest.find('\n');
    auto line = Json::parse(rest.substr(0, end));
    EXPECT_TRUE(line) << request.body;
    if (line) lines.push_back(*std::move(line));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return lines;
}

TEST(Sentry, an_event_is_an_envelope_that_its_length_fits_and_its_id_never_changes) {
  auto const request = request_for("https://abc123@o1.sentry.example/42", message());
  ASSERT_TRUE(request) << request.error().text;
  EXPECT_EQ(request->url, "https://o1.sentry.example/api/42/envelope/");
  EXPECT_EQ(request->headers.find("X-Sentry-Auth"),
            "Sentry sentry_version=7, sentry_key=abc123, sentry_client=landfall/1");
  std::vector<Json> const lines = lines_of(*request);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(*lines[1].text("type"), "event");
  EXPECT_EQ(*lines[1].integer("length"), static_cast<std::int64_t>(lines[2].dump().size()));
  EXPECT_EQ(*lines[0].text("event_id"), *lines[2].text("event_id"));
  EXPECT_EQ(lines[2].text("event_id")->size(), 32U);
  EXPECT_EQ(*lines[2].text("level"), "fatal");
  EXPECT_EQ(*lines[2].text("environment"), "production");
  EXPECT_EQ(*lines[2].text("logentry.formatted"), message().title);
  auto const again = request_for("https://abc123@o1.sentry.example/42", message());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->body, request->body);
}

TEST(Sentry, the_end_of_an_alert_is_told_to_the_same_issue_and_is_no_error) {
  Message end = message();
  end.kind = Notice::Kind::resolved;
  end.key = "i-resolved";
  end.environment = "";
  auto const first = request_for("http://k:old@127.0.0.1:9000/sentry/7", message());
  auto const last = request_for("http://k:old@127.0.0.1:9000/sentry/7", end);
  ASSERT_TRUE(first);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->url, "http://127.0.0.1:9000/sentry/api/7/envelope/");
  std::vector<Json> const one = lines_of(*first);
  std::vector<Json> const two = lines_of(*last);
  ASSERT_EQ(two.size(), 3U);
  EXPECT_EQ(*two[2].text("level"), "info");
  EXPECT_EQ(two[2].find("environment"), nullptr);
  EXPECT_EQ(two[2].find("fingerprint")->dump(), one[2].find("fingerprint")->dump());
  EXPECT_NE(*two[2].text("event_id"), *one[2].text("event_id"));
}

TEST(Sentry, what_is_no_dsn_is_said_and_not_repeated) {
  for (char const* dsn :
       {"https://hunter2.example/1", "https://@hunter2.example/1", "ftp://hunter2@h.example/1",
        "https://hunter2@h.example", "https://hunter2@h.example/", "https://hunter2@/1",
        "https://hunter2@h.example/1?x=1", "https://hunter-2@h.example/1"}) {
    auto const request = request_for(dsn, message());
    ASSERT_FALSE(request) << dsn;
    EXPECT_NE(request.error().text.find("SENTRY_DSN: expected a DSN"), std::string::npos)
        << request.error().text;
    EXPECT_EQ(request.error().text.find("hunter"), std::string::npos) << request.error().text;
  }
}

}  // namespace
}  // namespace landfall
