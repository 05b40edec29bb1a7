#include "workflow/deploy_step_health.h"

#include "workflow/shell_fixture.h"

namespace landfall {
namespace {

TEST(HealthQuestions, are_told_from_other_requests) {
  struct Row {
    std::string_view run;
    bool asks;
  };
  Row const table[]{
      {"curl https://x/health", true},
      {"curl $URL", true},
      {"wget -qO- https://x", true},
      {"./scripts/health-check.sh", true},
      {"npx wait-on https://x/healthz", true},
      {"curl -X POST -d x https://x", false},
      {"curl -fsSL https://cli-assets.heroku.com/install.sh", false},
      {"curl https://api.github.com/repos/a/b", false},
      {"curl $SLACK_WEBHOOK --json '{}'", false},
      {"curl -LO https://x/y.tar.gz", false},
      {"echo health", false},
      {"grep health x", false},
      {"true", false},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.run);
    EXPECT_EQ(asks_for_an_answer(commands_of(row.run)[0]), row.asks);
  }
  EXPECT_TRUE(action_asks_for_an_answer("jtalk/url-health-check-action@v4"));
  EXPECT_TRUE(action_asks_for_an_answer("nev7n/wait_for_response@v1"));
  EXPECT_FALSE(action_asks_for_an_answer("actions/checkout@health"));
}

TEST(HealthQuestions, are_judged_by_what_is_made_of_the_answer) {
  struct Row {
    std::string_view script;
    std::string_view wanted;  ///< fails, retries, redirects
    std::string_view url = "https://x/health";
  };
  Row const table[]{
      {"curl https://x/health", ""},
      {"curl -s https://x/health", ""},
      {"curl -sS -o /dev/null https://x/health", ""},
      {"curl -f https://x/health", "fails"},
      {"curl -sf https://x/health", "fails"},
      {"curl -fsSL https://x/health", "fails redirects"},
      {"curl --fail-with-body https://x/health", "fails"},
      {"curl -o file https://x/health", ""},
      {"curl -Hfoo https://x/health", ""},
      {"curl --fail --retry 5 --retry-all-errors https://x/health", "fails retries"},
      {"for i in 1 2 3; do curl -f https://x/health && exit 0; done; exit 1", "fails retries"},
      {"until curl -sf https://x/health; do sleep 1; done", "fails retries"},
      {"retry -t 3 -- curl https://x/health", "retries"},
      {"S=$(curl -so /dev/null -w '%{http_code}' https://x/health)\n[ \"$S\" = 200 ] || exit 1",
       "fails"},
      {"S=$(curl -so /dev/null -w '%{http_code}' https://x/health)\nif [ $S -ne 200 ]; then exit "
       "1; fi",
       "fails"},
      {"S=$(curl -so /dev/null -w '%{http_code}' https://x/health)\necho \"got $S\"", ""},
      {"[ \"$(curl -s https://x/health)\" = ok ]", "fails"},
      {"curl -s https://x/health | grep -q ok", "fails"},
      {"curl -s https://x/health | jq .", ""},
      {"curl -s https://x/health | jq -e .ok", "fails"},
      {"B=$(curl -s https://x/health); echo \"$B\" | grep -q ok", "fails"},
      {"B=$(curl -s https://x/health); grep -q ok <<< \"$B\"", "fails"},
      {"wget -q --spider --tries=3 https://x/health", "fails retries redirects"},
      {"curl -H 'A: https://y' https://x/health", ""},
      {"./health-check.sh", "fails retries", ""},
      {"curl -sf $URL/health", "fails", "<$URL>/health"},
      {"curl -sf -o /dev/null x.example.com/health", "fails", "x.example.com/health"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.script);
    std::vector<ShellCommand> const commands = commands_of(row.script);
    std::size_t found = 0;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      auto const question = health_question(commands, i);
      if (!question) continue;
      ++found;
      std::string text = question->fails_on_status ? "fails " : "";
      text += question->retries ? "retries " : "";
      text += question->follows_redirects ? "redirects " : "";
      EXPECT_EQ(text, row.wanted.empty() ? "" : std::string(row.wanted) + " ");
      EXPECT_EQ(marked(question->url), row.url);
    }
    EXPECT_EQ(found, 1U);
  }
}

TEST(HealthQuestions, name_their_host) {
  struct Row {
    std::string_view url;
    std::string_view host;
  };
  Row const table[]{{"https://a.example.com/health?x", "a.example.com"},
                    {"http://u:p@a.example.com:8080/", "a.example.com"},
                    {"https://$APP.herokuapp.com/", "env-app.herokuapp.com"},
                    {"https://$NONE/", ""},
                    {"localhost:3000/health", "localhost"}};
  for (Row const& row : table) {
    SCOPED_TRACE(row.url);
    auto const commands = commands_of("curl " + std::string(row.url));
    auto const question = health_question(commands, 0);
    ASSERT_TRUE(question.has_value());
    EXPECT_EQ(question->host, row.host);
  }
}

TEST(JsonByGrep, is_what_one_blank_breaks) {
  struct Row {
    std::string_view run;
    std::optional<std::string> pattern;
  };
  Row const table[]{
      {"grep '\"status\": \"ok\"' x", "\"status\": \"ok\""},
      {"grep -q '\"status\":\"ok\"'", "\"status\":\"ok\""},
      {"grep \"\\\"ok\\\":true\"", "\"ok\":true"},
      {"[[ \"$B\" == *'\"status\":\"ok\"'* ]]", "*\"status\":\"ok\"*"},
      {"sed -n 's/\"tag\": \"\\(.*\\)\"/\\1/p'", "s/\"tag\": \"\\(.*\\)\"/\\1/p"},
      {"grep -E '\"status\"\\s*:\\s*\"ok\"'", std::nullopt},
      {"grep -E '\"status\": *\"ok\"'", std::nullopt},
      {"grep '\"status\":[[:space:]]*\"ok\"'", std::nullopt},
      {"grep ok", std::nullopt},
      {"grep '\"ok\"'", std::nullopt},
      {"jq '{\"a\": \"b\"}'", std::nullopt},
      {"echo '\"a\": \"b\"'", std::nullopt},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.run);
    EXPECT_EQ(greps_json(commands_of(row.run)[0]), row.pattern);
  }
}

}  // namespace
}  // namespace landfall
