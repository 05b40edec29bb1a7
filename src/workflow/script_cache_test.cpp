#include "workflow/script_cache.h"

#include <gtest/gtest.h>

#include <map>

namespace landfall {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

class ScriptCacheTest : public testing::Test {
 protected:
  ScriptCommands read(std::string_view text, Variables const& variables = {},
                      std::string_view directory = "", std::string_view shell = "") {
    return cache_.read({text, directory, shell_mode(shell)},
                       [&](std::string_view name) -> std::optional<std::string> {
                         auto const found = variables.find(name);
                         return found == variables.end() ? std::nullopt
                                                         : std::optional(found->second);
                       },
                       {});
  }

 private:
  ScriptCache cache_;
};

TEST_F(ScriptCacheTest, the_same_script_is_read_once) {
  ScriptCommands const first = read("npm ci");
  EXPECT_EQ(first->at(0).words, (std::vector<std::string>{"npm", "ci"}));
  EXPECT_EQ(read("npm ci"), first);
}

TEST_F(ScriptCacheTest, whatever_a_script_reads_is_part_of_it) {
  ScriptCommands const shop = read("ship $APP", {{"APP", "shop"}, {"OTHER", "1"}});
  EXPECT_EQ(shop->at(0).words[1], "shop");
  EXPECT_EQ(read("ship $APP", {{"APP", "blog"}})->at(0).words[1], "blog");
  EXPECT_NE(read("ship $APP")->at(0).words[1], "shop");
  EXPECT_EQ(read("ship $APP", {{"APP", "shop"}, {"OTHER", "2"}}), shop);
}

TEST_F(ScriptCacheTest, so_are_where_and_how_it_runs) {
  ScriptCommands const here = read("ship | tee log");
  EXPECT_EQ(read("ship | tee log", {}, "web")->at(0).directory, "web");
  EXPECT_NE(read("ship | tee log", {}, "", "bash")->at(0).failure, here->at(0).failure);
  EXPECT_EQ(read("ship | tee log"), here);
}

TEST_F(ScriptCacheTest, what_is_forgotten_stays_with_who_reads_it) {
  ScriptCommands const first = read("npm ci");
  std::weak_ptr<std::vector<ShellCommand> const> second = read("npm test");
  for (int i = 0; i < 10'000; ++i) read("step " + std::to_string(i));
  EXPECT_EQ(first->at(0).words[0], "npm");
  EXPECT_TRUE(second.expired());
  EXPECT_EQ(read("npm ci")->at(0).words, first->at(0).words);
}

}  // namespace
}  // namespace landfall
