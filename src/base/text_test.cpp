#include "base/text.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

TEST(Text, splits_and_joins) {
  EXPECT_EQ(split("a,b,,c", ',').size(), 4U);
  EXPECT_EQ(join(split("a,b,,c", ','), ","), "a,b,,c");
  EXPECT_EQ(lines_of("a\r\nb\n").size(), 2U);
  EXPECT_EQ(lines_of("a\r\nb\n")[0], "a");
  EXPECT_TRUE(lines_of("").empty());
}

TEST(Text, nearest_finds_a_slip_and_nothing_far) {
  EXPECT_EQ(nearest("heath", {"health", "owner"}), "health");
  EXPECT_EQ(nearest("chekc", {"check", "checks"}), "check");
  EXPECT_EQ(nearest("zebra", {"health", "owner"}), "");
}

TEST(Text, printable_lets_no_escape_sequence_through) {
  EXPECT_EQ(printable("a\x1b[31mb\x07"), "a?[31mb?");
  EXPECT_EQ(printable("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(printable("\xff"), "\xEF\xBF\xBD");
}

TEST(Text, tells_utf8_from_what_only_looks_like_it) {
  for (char const* bad : {"\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80"})
    EXPECT_FALSE(is_utf8(bad));
  EXPECT_TRUE(is_utf8("\xf0\x9f\x9a\x80 ok"));
}

TEST(Text, base64_and_hex_and_url_are_read_back) {
  for (std::string const text : {"", "a", "ab", "abc", "\x01\xff z"}) {
    EXPECT_EQ(from_base64(base64(text)), text);
    EXPECT_EQ(url_decode(url_encode(text)), text);
  }
  EXPECT_EQ(from_base64("YQ=\n=\n"), "a");
  EXPECT_EQ(from_base64("not base64!"), std::nullopt);
  EXPECT_EQ(url_encode("a/b c"), "a%2Fb%20c");
  EXPECT_EQ(url_decode("%zz%4"), "%zz%4");
}

TEST(Text, digests_are_the_known_ones) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

/// RFC 4231, test cases 2 and 6.
TEST(Text, keyed_digests_are_those_of_the_rfc) {
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'),
                               "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Text, an_integer_is_an_integer_and_nothing_else) {
  EXPECT_EQ(parse_integer("-42"), -42);
  for (char const* text : {"", "4.0", "4x", " 4", "99999999999999999999"})
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
}

}  // namespace
}  // namespace landfall
