#include <gtest/gtest.h>

#include "alert/notifier.h"
#include "world/sim_world.h"

namespace landfall {
namespace {

class EmailTest : public ::testing::Test {
 protected:
  EmailTest()
      : sim_(SimWorld::create(*parse_instant("2026-05-01T10:00:05Z"), 1,
                              {{"SMTP_PASSWORD", "sesame"}})) {
    sim_->mail_server("smtp.shop.example",
                      [this](Mail const& mail, std::function<void(MailAnswer)> const& answer) {
                        mails_.push_back(mail);
                        if (answer_.code != 0) answer(answer_);
                      });
    receiver_.mail = {.host = "smtp.shop.example",
                      .user = "landfall",
                      .from = "landfall@shop.example",
                      .to = "ops@shop.example"};
    message_.incident = "5eed";
    message_.key = "5eed-firing-0-SEV-1";
    message_.title = "SEV-1 shop/production: Zürich is down\nBcc: everybody@shop.example";
    message_.text = "It does not answer.";
    message_.at = *parse_instant("2026-05-01T10:00:00Z");
  }

  Delivery send() {
    World const world = sim_->process("landfall");
    auto const notifier = make_notifier(world, receiver_);
    EXPECT_TRUE(notifier);
    std::optional<Delivery> end;
    (*notifier)->send(message_, [&](Delivery delivery) { end = std::move(delivery); });
    EXPECT_TRUE(sim_->run_until([&] { return end.has_value(); }));
    return end.value_or(Delivery{});
  }
  std::string header(std::string_view name) { return mails_.back().headers.value_or(name, "none"); }

  std::unique_ptr<SimWorld> sim_;
  Receiver receiver_{.name = "ops", .kind = "email", .key_variable = "SMTP_PASSWORD"};
  Message message_;
  MailAnswer answer_{250, "250 2.0.0 OK"};
  std::vector<Mail> mails_;
};

TEST_F(EmailTest, a_message_is_a_mail_of_its_alerts_thread) {
  EXPECT_EQ(send().end, Delivery::End::taken);
  ASSERT_EQ(mails_.size(), 1U);
  Mail const& mail = mails_[0];
  EXPECT_EQ(mail.port, 587);
  EXPECT_EQ(mail.tls, MailTls::starttls);
  EXPECT_EQ(mail.user, "landfall");
  EXPECT_EQ(mail.password.reveal(), "sesame");
  EXPECT_EQ(mail.from, "landfall@shop.example");
  EXPECT_EQ(mail.to, "ops@shop.example");
  EXPECT_EQ(mail.subject.find('\n'), std::string::npos) << mail.subject;
  EXPECT_NE(mail.text.find("It does not answer."), std::string::npos);
  EXPECT_EQ(header("Date"), "Fri, 01 May 2026 10:00:00 +0000");
  EXPECT_EQ(header("Message-ID"), "<5eed-firing-0-SEV-1@shop.example>");
  EXPECT_EQ(header("Auto-Submitted"), "auto-generated");
  std::string const thread = header("References");
  EXPECT_EQ(header("In-Reply-To"), thread);
  message_.kind = Notice::Kind::resolved;
  message_.key = "5eed-resolved-1-SEV-1";
  send();
  EXPECT_EQ(header("References"), thread);
  EXPECT_EQ(header("Message-ID"), "<5eed-resolved-1-SEV-1@shop.example>");
}

TEST_F(EmailTest, a_temporary_answer_comes_again_and_a_permanent_one_is_the_end) {
  struct Row {
    MailAnswer answer;
    Delivery::End end;
  };
  Row const table[]{
      {{250, "250 OK"}, Delivery::End::taken},
      {{421, "421 4.3.2 closing"}, Delivery::End::again},
      {{451, "451 4.7.1 greylisted"}, Delivery::End::again},
      {{550, "550 5.1.1 no such user"}, Delivery::End::refused},
      {{535, "535 5.7.8 bad credentials"}, Delivery::End::refused},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.answer.text);
    answer_ = row.answer;
    Delivery const delivery = send();
    EXPECT_EQ(delivery.end, row.end);
    EXPECT_EQ(delivery.text, row.answer.text);
  }
}

TEST_F(EmailTest, what_nobody_answered_comes_again) {
  answer_.code = 0;
  EXPECT_EQ(send().end, Delivery::End::again);
  receiver_.mail.host = "nowhere.example";
  EXPECT_EQ(send().end, Delivery::End::again);
  receiver_.key_variable = "NOT_SET";
  Delivery const delivery = send();
  EXPECT_EQ(delivery.end, Delivery::End::again);
  EXPECT_NE(delivery.text.find("NOT_SET"), std::string::npos) << delivery.text;
}

TEST_F(EmailTest, each_way_to_encrypt_has_its_usual_port) {
  for (auto const& [tls, port] :
       {std::pair{"starttls", 587}, std::pair{"implicit", 465}, std::pair{"none", 25}}) {
    receiver_.mail.tls = tls;
    send();
    EXPECT_EQ(mails_.back().port, port);
  }
  receiver_.mail.port = 2525;
  send();
  EXPECT_EQ(mails_.back().port, 2525);
}

TEST(MailField, is_ascii_whatever_the_text) {
  struct Row {
    std::string text;
    std::string field;
  };
  Row const table[]{
      {"SEV-1 shop/production: down", "SEV-1 shop/production: down"},
      {"Zürich", "=?UTF-8?B?WsO8cmljaA==?="},
      {"=?x", "=?UTF-8?B?PT94?="},
      {"a\r\nBcc: b", "a  Bcc: b"},
      {"\xff", "=?UTF-8?B?77+9?="},
      // 44 bytes and a character of two: it is not cut.
      {std::string(44, 'x') + "ü",
       "=?UTF-8?B?eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=?=\r\n "
       "=?UTF-8?B?w7w=?="},
  };
  for (Row const& row : table) EXPECT_EQ(mail_field(row.text), row.field);
}

}  // namespace
}  // namespace landfall
