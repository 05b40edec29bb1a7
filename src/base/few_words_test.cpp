#include "base/few_words.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

constexpr std::string_view very_long = "a-word-that-is-longer-than-thirty-one-letters";
constexpr FewWords words({"make", "mage", "ship-it", "x", very_long});

TEST(FewWords, has_whole_words_only) {
  for (std::string_view const word :
       {std::string_view("make"), std::string_view("mage"), std::string_view("x"), very_long})
    EXPECT_TRUE(words.has(word)) << word;
  for (std::string_view const other : {"", "m", "mak", "makes", "Make", "mbke", "y", "xx",
                                       "\xC3\xA4", "a-word-that-is-longer-than-thirty-one-Letters",
                                       "a-word-that-is-longer-than-all-of-these-words"})
    EXPECT_FALSE(words.has(other)) << other;
}

TEST(FewWords, begins_texts_as_they_are_written) {
  for (std::string_view const text : {"make", "makes", "ship-its", "xylophone"})
    EXPECT_TRUE(words.begin_of(text)) << text;
  for (std::string_view const text : {"", "mak", "remake", "Makes", "ship-"})
    EXPECT_FALSE(words.begin_of(text)) << text;
}

TEST(FewWords, stands_within_texts_in_any_case) {
  constexpr FewWords parts({"health", "wait-on"});
  for (std::string_view const text : {"health", "app/HEALTH-check", "aHealThy", "acme/Wait-On@v1"})
    EXPECT_TRUE(parts.within(text)) << text;
  for (std::string_view const text : {"", "healt", "wait_on", "heal th", "w",
                                      "\xE8"
                                      "ealth"})
    EXPECT_FALSE(parts.within(text)) << text;
}

}  // namespace
}  // namespace landfall
