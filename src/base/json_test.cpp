#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace landfall {
namespace {

TEST(Json, keeps_order_and_numbers) {
  std::string const text = R"({"b":1,"a":[true,null,1.5,"x"],"c":{"d":-9223372036854775808}})";
  auto const json = Json::parse(text);
  ASSERT_TRUE(json) << json.error().text;
  EXPECT_EQ(json->dump(), text);
}

TEST(Json, names_the_place_of_what_is_not_as_expected) {
  auto const json = Json::parse(R"({"slug": {"commit": null}, "version": "7"})");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->text("slug.commit").error().text, "slug.commit: expected a string, found null");
  EXPECT_EQ(json->integer("version").error().text, "version: expected an integer, found a string");
  EXPECT_EQ(json->text("slug.id").error().text, "slug.id: expected a string, found nothing");
  EXPECT_EQ(json->items().error().text, "$: expected an array, found an object");
  EXPECT_EQ(*json->text_or_null("slug.commit"), std::nullopt);
  EXPECT_FALSE(json->text_or_null("slug"));
}

TEST(Json, refuses_what_is_no_json) {
  for (char const* text :
       {"", "{", "[1,]", "{\"a\":1,}", "nul", "1 2", "\"\xff\"", "<html></html>", "\"\n\""}) {
    auto const json = Json::parse(text);
    EXPECT_FALSE(json) << text;
  }
  std::string const deep(100'000, '[');
  auto const json = Json::parse(deep);
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().text, "JSON nested deeper than 200");
}

TEST(Json, writes_what_is_not_utf8_as_a_replacement) {
  EXPECT_EQ(Json("a\xff").dump(), "\"a\xEF\xBF\xBD\"");
}

TEST(Json, writes_every_value_as_json) {
  Json json = Json::object({{"n", nullptr},
                            {"b", false},
                            {"whole", 1.0},
                            {"half", -0.5},
                            {"nan", std::numeric_limits<double>::quiet_NaN()},
                            {"endless", -std::numeric_limits<double>::infinity()},
                            {"least", std::numeric_limits<std::int64_t>::min()},
                            {"text", std::string_view("\"\\/\n\x1f\0\x7f\u00e9", 9)},
                            {"empty", Json::object()}});
  json.set("bad \xc3", Json::array({Json::array(), "\xed\xa0\x80"}));
  std::string const text = json.dump();
  EXPECT_EQ(text, R"({"n":null,"b":false,"whole":1.0,"half":-0.5,"nan":null,"endless":null,)"
                  R"("least":-9223372036854775808,"text":"\"\\/\n\u001F\u0000)"
                  "\x7f\u00e9"
                  R"(","empty":{},"bad )"
                  "\xEF\xBF\xBD"
                  R"(":[[],")"
                  "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
                  R"("]})");
  auto const again = Json::parse(text);
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_EQ(again->dump(), text);
}

TEST(Json, doubles_come_back_as_they_were) {
  for (double const value : {0.1, 1e-7, 1e300, 5e-324, -123456.789, 9007199254740993.0}) {
    auto const again = Json::parse(Json(value).dump());
    ASSERT_TRUE(again) << value;
    EXPECT_TRUE(again->is_double()) << value;
    EXPECT_EQ(again->as_double(), value);
  }
}

TEST(Json, is_pretty_with_two_spaces_a_level) {
  Json const json = Json::object({{"a", Json::array({1, Json::object()})}, {"b", Json::array()}});
  EXPECT_EQ(json.pretty(), "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

TEST(Json, sets_and_replaces_members) {
  Json json;
  json.set("a", 1);
  json.set("b", Json::array({1, "two"}));
  json.set("a", 3);
  EXPECT_EQ(json.dump(), R"({"a":3,"b":[1,"two"]})");
}

}  // namespace
}  // namespace landfall
