#include "cli/status_text.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

Instant const now = *parse_instant("2026-05-02T00:00:00Z");

Verdict verdict(std::string target, Proof headline, std::string state) {
  Verdict made{.target = std::move(target), .headline = headline, .state = state};
  for (char const* name : {"deployed", "running", "healthy", "current"})
    made.facts.push_back({.fact = name, .proof = Proof::ok, .state = "ok"});
  made.facts[1].proof = headline;
  made.facts[1].state = std::move(state);
  made.facts[1].since = now - 26h;
  return made;
}

Alert alert(AlertState state, std::string severity) {
  return {.target = "shop/production", .severity = std::move(severity), .state = state};
}

std::string text_of(std::vector<Verdict> const& verdicts, std::vector<Alert> const& alerts,
                    int width = 100) {
  Output output;
  output.width = width;
  return status_text(output, {verdicts, alerts, now - 12s, now});
}

TEST(StatusText, trouble_stands_first_with_its_age_and_its_worst_alert) {
  EXPECT_EQ(
      text_of({verdict("blog/production", Proof::ok, "ok"),
               verdict("depot/production", Proof::unknown, "not observed"),
               verdict("shop/production", Proof::failing, "no dynos")},
              {alert(AlertState::pending, "SEV-1"), alert(AlertState::firing, "SEV-2")}),
      R"(target            state         deployed  running  healthy  current  for        alerts
shop/production   no dynos      ok        FAIL     ok       ok       1 day 2 h  SEV-2 +1
depot/production  not observed  ok        ?        ok       ok       1 day 2 h
blog/production   ok            ok        ok       ok       ok

1 good, 1 in trouble, 1 unknown; 2 alerts open; last answer 12 s ago
)");
}

TEST(StatusText, a_narrow_terminal_is_not_overrun) {
  std::string const text = text_of(
      {verdict("a-service-with-a-long-name/production", Proof::failing, "a long state of affairs")},
      {}, 80);
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    EXPECT_LE(text.find('\n', at) - at, 80U) << text;
  EXPECT_NE(text.find("a-service-w..."), std::string::npos) << text;
}

TEST(StatusText, pending_alerts_are_in_brackets_and_nothing_asked_is_said) {
  EXPECT_NE(
      text_of({verdict("shop/production", Proof::ok, "ok")}, {alert(AlertState::pending, "SEV-1")})
          .find("(SEV-1)"),
      std::string::npos);
  Output const output;
  EXPECT_EQ(status_text(output, {{}, {}, std::nullopt, now}),
            "0 good, 0 in trouble, 0 unknown; 0 alerts open. Nothing was ever asked: run `landfall "
            "check` or "
            "`landfall watch`.\n");
}

TEST(StatusText, unknown_is_a_code_of_its_own_and_trouble_weighs_more) {
  std::vector<Verdict> verdicts{verdict("a/b", Proof::ok, "ok")};
  EXPECT_EQ(status_code(verdicts), 0);
  verdicts.push_back(verdict("a/c", Proof::unknown, "not observed"));
  EXPECT_EQ(status_code(verdicts), 3);
  verdicts.push_back(verdict("a/d", Proof::failing, "crashed"));
  EXPECT_EQ(status_code(verdicts), 1);
}

}  // namespace
}  // namespace landfall
