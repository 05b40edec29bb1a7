#include <fmt/core.h>
#include <gtest/gtest.h>

#include "intent/intent.h"

namespace landfall {
namespace {

Result<Intent> with_alerts(std::string_view lines) {
  return parse_intent(fmt::format("organisation: o\nservices:\n  s:\n    repository: o/r\n"
                                  "    environments: {{p: {{app: an-app}}}}\nalerts:\n{}",
                                  lines),
                      "f");
}

std::string mistake_in(std::string_view lines) {
  auto const intent = with_alerts(lines);
  return intent ? "accepted" : intent.error().text;
}

TEST(AlertReader, mail_names_its_server_its_addresses_and_its_password) {
  auto const intent = with_alerts(
      "  receivers:\n"
      "    ops: {kind: email, server: smtp.o.example, from: landfall@o.example, to: "
      "ops@o.example}\n"
      "    far: {kind: email, server: 'mail.o.example:2465', tls: implicit, user: me,\n"
      "          password_variable: SMTP_PASSWORD, from: a+b@o.example, to: c@d.example}\n");
  ASSERT_TRUE(intent) << intent.error().text;
  Receiver const* ops = intent->alerts.receiver("ops");
  ASSERT_NE(ops, nullptr);
  EXPECT_EQ(ops->mail.host, "smtp.o.example");
  EXPECT_EQ(ops->mail.port, std::nullopt);
  EXPECT_EQ(ops->mail.tls, "starttls");
  EXPECT_EQ(ops->mail.from, "landfall@o.example");
  EXPECT_EQ(ops->mail.to, "ops@o.example");
  EXPECT_EQ(ops->key_variable, "");
  Receiver const* far = intent->alerts.receiver("far");
  ASSERT_NE(far, nullptr);
  EXPECT_EQ(far->mail.port, 2465);
  EXPECT_EQ(far->mail.tls, "implicit");
  EXPECT_EQ(far->mail.user, "me");
  EXPECT_EQ(far->key_variable, "SMTP_PASSWORD");
}

TEST(AlertReader, mistakes_are_told_with_place_and_expectation) {
  struct Row {
    std::string receiver;
    std::string mistake;
  };
  std::string const usual = "kind: email, server: h, from: a@h.example, to: b@h.example";
  Row const table[]{
      {"kind: pigeon", "kind in receiver 'x': expected one of webhook, email, slack"},
      {"kind: email, server: h, from: a@h.example", "receiver 'x' has no 'to'"},
      {"kind: email, server: h, from: a@h.example, to: [b@h.example]", "to in receiver 'x'"},
      {"kind: email, server: h, from: 'A <a@h.example>', to: b@h.example",
       "from in receiver 'x': expected an address such as"},
      {"kind: email, server: h, from: \"a@h.example\\r\\nx\", to: b@h.example",
       "from in receiver 'x': expected an address such as"},
      {"kind: email, server: 'smtp://h', from: a@h.example, to: b@h.example",
       "server in receiver 'x': expected a host"},
      {"kind: email, server: 'h:0', from: a@h.example, to: b@h.example",
       "server in receiver 'x': expected a host"},
      {usual + ", tls: maybe", "tls in receiver 'x': expected starttls, implicit or none"},
      {usual + ", user: me", "user in receiver 'x': expected a 'password_variable' beside it"},
      {usual + ", user: me, password_variable: P, tls: none",
       "user in receiver 'x': a password is sent over TLS only"},
      {usual + ", password_variable: hunter2", "expected the name of an environment variable"},
      {usual + ", password: x", "password"},
      {usual + ", url: 'https://h'", "unknown key 'url'"},
      {"kind: sentry", "receiver 'x' has no 'url_variable'"},
      {"kind: webhook", "receiver 'x' has no 'url' or 'url_variable'"},
  };
  for (Row const& row : table) {
    std::string const mistake = mistake_in("  receivers:\n    x: {" + row.receiver + "}\n");
    EXPECT_NE(mistake.find(row.mistake), std::string::npos) << row.receiver << "\n" << mistake;
    EXPECT_EQ(mistake.find("hunter2\""), std::string::npos) << mistake;
    EXPECT_TRUE(mistake.starts_with("f:8:")) << mistake;
  }
}

}  // namespace
}  // namespace landfall
