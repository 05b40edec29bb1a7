#include <gtest/gtest.h>

#include "collect/client.h"
#include "world/sim_world.h"

namespace landfall {
namespace {

struct Machine {
  explicit Machine(Environment environment)
      : sim(SimWorld::create(from_epoch_seconds(0), 1, std::move(environment))) {}
  Result<Platforms> platforms() { return platforms_from(sim->process("landfall")); }
  std::unique_ptr<SimWorld> sim;
};

TEST(Platforms, are_the_real_ones_without_tokens_by_default) {
  Platforms const platforms = *Machine({}).platforms();
  EXPECT_EQ(platforms.heroku.api, "https://api.heroku.com");
  EXPECT_EQ(platforms.github.api, "https://api.github.com");
  EXPECT_TRUE(platforms.heroku.token.empty());
  EXPECT_TRUE(platforms.github.token.empty());
}

TEST(Platforms, come_from_the_environment_as_the_platforms_own_clients_read_it) {
  struct Row {
    Environment environment;
    std::string_view heroku, github, heroku_key, github_key;
  };
  Row const table[]{
      {{{"HEROKU_HOST", "http://127.0.0.1:5001/"}, {"HEROKU_API_KEY", "a"}},
       "http://127.0.0.1:5001",
       "https://api.github.com",
       "a",
       ""},
      {{{"HEROKU_HOST", "herokuspace.com"}, {"GITHUB_TOKEN", " b\n"}},
       "https://api.herokuspace.com",
       "https://api.github.com",
       "",
       "b"},
      {{{"GITHUB_API_URL", "https://ghe.test/api/v3"}, {"GH_TOKEN", "c"}},
       "https://api.heroku.com",
       "https://ghe.test/api/v3",
       "",
       "c"},
      {{{"GH_TOKEN", "c"}, {"GITHUB_TOKEN", "d"}},
       "https://api.heroku.com",
       "https://api.github.com",
       "",
       "d"},
  };
  for (Row const& row : table) {
    auto const platforms = Machine(row.environment).platforms();
    ASSERT_TRUE(platforms) << platforms.error().text;
    EXPECT_EQ(platforms->heroku.api, row.heroku);
    EXPECT_EQ(platforms->github.api, row.github);
    EXPECT_EQ(platforms->heroku.token.reveal(), row.heroku_key);
    EXPECT_EQ(platforms->github.token.reveal(), row.github_key);
  }
}

TEST(Platforms, a_token_can_stand_in_a_file) {
  Machine machine({{"HEROKU_API_KEY_FILE", "/run/key"},
                   {"GITHUB_TOKEN_FILE", "/run/missing"},
                   {"GITHUB_TOKEN", "x"}});
  ASSERT_TRUE(machine.sim->process("landfall").files.write("/run/key", "from-file\n"));
  auto const platforms = machine.platforms();
  ASSERT_TRUE(platforms) << platforms.error().text;
  EXPECT_EQ(platforms->heroku.token.reveal(), "from-file");
}

TEST(Platforms, what_cannot_be_meant_is_a_configuration_error_that_names_the_variable) {
  struct Row {
    Environment environment;
    std::string_view variable;
  };
  Row const table[]{
      {{{"HEROKU_HOST", "http://"}}, "HEROKU_HOST"},
      {{{"HEROKU_HOST", "http://api.heroku.com"}}, "HEROKU_HOST"},
      {{{"HEROKU_HOST", "https://user:secret-pass@api.test"}}, "HEROKU_HOST"},
      {{{"HEROKU_HOST", "a b"}}, "HEROKU_HOST"},
      {{{"GITHUB_API_URL", "api.github.com"}}, "GITHUB_API_URL"},
      {{{"GITHUB_API_URL", "/api"}}, "GITHUB_API_URL"},
      {{{"GITHUB_API_URL", "https://api.test/?token=secret-pass"}}, "GITHUB_API_URL"},
      {{{"GITHUB_API_URL", "ftp://api.test"}}, "GITHUB_API_URL"},
      {{{"GITHUB_TOKEN", "two words secret-pass"}}, "GITHUB_TOKEN"},
      {{{"HEROKU_API_KEY", "secret-pass\r\nX-Evil: 1"}}, "HEROKU_API_KEY"},
      {{{"HEROKU_API_KEY_FILE", "/nowhere/at/all"}}, "HEROKU_API_KEY_FILE"},
  };
  for (Row const& row : table) {
    auto const platforms = Machine(row.environment).platforms();
    ASSERT_FALSE(platforms) << row.variable;
    EXPECT_EQ(platforms.error().kind, ErrorKind::config);
    EXPECT_TRUE(platforms.error().text.starts_with(row.variable)) << platforms.error().text;
    EXPECT_EQ(platforms.error().text.find("secret-pass"), std::string::npos)
        << platforms.error().text;
  }
}

}  // namespace
}  // namespace landfall
