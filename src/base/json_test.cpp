#include "base/json.h"

#include <gtest/gtest.h>

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

TEST(Json, sets_and_replaces_members) {
  Json json;
  json.set("a", 1);
  json.set("b", Json::array({1, "two"}));
  json.set("a", 3);
  EXPECT_EQ(json.dump(), R"({"a":3,"b":[1,"two"]})");
}

}  // namespace
}  // namespace landfall
