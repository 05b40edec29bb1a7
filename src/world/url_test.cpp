#include <gtest/gtest.h>

#include "world/http.h"
#include "world/http_date.h"
#include "world/random.h"

namespace landfall {
namespace {

TEST(Url, is_read_into_its_parts) {
  struct Row {
    char const* text;
    char const* scheme;
    char const* host;
    int port;
    char const* path;
  };
  Row const table[]{
      {"http://example.com", "http", "example.com", 80, "/"},
      {"HTTPS://Example.COM/a/b", "https", "example.com", 443, "/a/b"},
      {"http://localhost:8080?x", "http", "localhost", 8080, "/"},
      {"http://localhost:/#frag", "http", "localhost", 80, "/"},
      {"http://[::1]:81/x", "http", "::1", 81, "/x"},
      {"http://[::1]/x", "http", "::1", 80, "/x"},
      {"/apps/a%2Fb?x=1", "", "", 0, "/apps/a%2Fb"},
      {"/a@b:c", "", "", 0, "/a@b:c"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    Result<Url> const url = parse_url(row.text);
    ASSERT_TRUE(url) << url.error().text;
    EXPECT_EQ(url->scheme, row.scheme);
    EXPECT_EQ(url->host, row.host);
    EXPECT_EQ(url->port, row.port);
    EXPECT_EQ(url->path, row.path);
  }
}

TEST(Url, that_is_none_is_refused_without_being_repeated) {
  for (char const* text :
       {"", "example.com", "ftp://example.com/secret", "http://", "http:///secret", "http://a:0/",
        "http://a:65536/", "http://a:x/", "http://user:secret@a/", "http://a b/",
        "http://a/\nsecret", "http://[::1", "http://[::1]x/", "http://[]/", "http://[zz]/",
        "http://a<b/", "mailto:a@b", "http://a:99999999999999999999/"}) {
    SCOPED_TRACE(text);
    Result<Url> const url = parse_url(text);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().kind, ErrorKind::data);
    EXPECT_EQ(url.error().text.find("secret"), std::string::npos);
  }
}

TEST(Url, decodes_its_query_and_segments) {
  Url const url = *parse_url("/a%2Fb//c%20d?x=1+2&y=%2B&z&=w&x=second&&e=a=b#frag");
  EXPECT_EQ(url.segments(), (std::vector<std::string>{"a/b", "c d"}));
  EXPECT_EQ(url.query_value("x"), "1 2");
  EXPECT_EQ(url.query_value("y"), "+");
  EXPECT_EQ(url.query_value("z"), "");
  EXPECT_EQ(url.query_value("e"), "a=b");
  EXPECT_EQ(url.query_value("frag"), std::nullopt);
  EXPECT_EQ(url.query.size(), 6U);
  EXPECT_TRUE(parse_url("/")->segments().empty());
}

TEST(Headers, are_found_without_regard_to_case) {
  Headers headers{{"Set-Cookie", "a"}, {"set-cookie", "b"}, {"ETag", "x"}};
  EXPECT_EQ(headers.find("SET-COOKIE"), "a");
  EXPECT_EQ(headers.value_or("etag", "-"), "x");
  EXPECT_EQ(headers.value_or("eta", "-"), "-");
  headers.set("Set-Cookie", "c");
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 2);
  headers.remove("ETAG");
  EXPECT_FALSE(headers.find("ETag"));
}

TEST(HttpDate, is_the_form_of_the_standard) {
  EXPECT_EQ(http_date(*parse_instant("1994-11-06T08:49:37Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(*parse_instant("2026-04-30T16:30:00Z")), "Thu, 30 Apr 2026 16:30:00 GMT");
}

TEST(Random, follows_the_published_sequence) {
  // SplitMix64 from 1234567, as its author's code gives it.
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(Random, makes_version_4_uuids) {
  Random random(5);
  for (int i = 0; i < 50; ++i) {
    std::string const uuid = random.uuid();
    ASSERT_EQ(uuid.size(), 36U);
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
    for (std::size_t const dash : {8U, 13U, 18U, 23U}) EXPECT_EQ(uuid[dash], '-');
  }
  EXPECT_NE(Random(1).uuid(), Random(2).uuid());
}

}  // namespace
}  // namespace landfall
