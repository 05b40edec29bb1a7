// Mail as a server sees it that speaks by a script. A real server is asked in tests/e2e.
#include <fmt/core.h>

#include "base/text.h"
#include "world/real_test.h"
#include "world/tls_identity.h"

namespace landfall {
namespace {

class RealMailTest : public RealTest {
 protected:
  void TearDown() override {
    stream_.reset();
    RealTest::TearDown();
  }

  /// Answers each command that begins with a word of `replies_` by its line, all others with 250,
  /// and notes what was said.
  int serve_mail(std::optional<TlsIdentity> identity = {}) {
    auto const port = world().streams.listen(
        0,
        [this](std::unique_ptr<Stream> stream) {
          stream_ = std::move(stream);
          unread_.clear();
          in_text_ = false;
          stream_->start({.bytes = [this](std::string_view bytes) { hear(bytes); },
                          .ended = [](Result<> const&) {}});
          reply("greeting", "220 mail.test");
        },
        std::move(identity));
    EXPECT_TRUE(port) << port.error().text;
    return port.value_or(0);
  }

  void reply(std::string const& word, std::string const& usual) {
    auto const found = replies_.find(word);
    std::string const line = found == replies_.end() ? usual : found->second;
    if (line.empty())
      stream_.reset();
    else
      stream_->write(line + "\r\n");
  }

  void hear(std::string_view bytes) {
    unread_ += bytes;
    for (std::size_t end = 0; stream_ && (end = unread_.find("\r\n")) != std::string::npos;) {
      std::string const line = unread_.substr(0, end);
      unread_.erase(0, end + 2);
      said_.push_back(line);
      if (in_text_ && line == ".") {
        in_text_ = false;
        reply(".", "250 2.0.0 taken");
      } else if (!in_text_) {
        std::string const word = line.substr(0, 4);
        in_text_ = word == "DATA" && !replies_.contains(word);
        reply(word, in_text_ ? "354 go on" : word == "QUIT" ? "221 bye" : "250 fine");
      }
    }
  }

  bool was_said(std::string_view line) const {
    return std::find(said_.begin(), said_.end(), line) != said_.end();
  }

  Result<MailAnswer> send(Mail mail) {
    std::optional<Result<MailAnswer>> answer;
    world().mailer.send(std::move(mail), [&](Result<MailAnswer> result) {
      answer.emplace(std::move(result));
      look();
    });
    run_until([&] { return answer.has_value(); });
    return *std::move(answer);
  }

  static Mail mail_for(int port) {
    return {.host = "127.0.0.1",
            .port = port,
            .tls = MailTls::none,
            .from = "landfall@shop.example",
            .to = "ops@shop.example",
            .subject = "Zürich is down",
            .headers = {{"Message-ID", "<1@shop.example>"}},
            .text = "It does not answer.\n.\nüber\n"};
  }

  std::map<std::string, std::string> replies_;
  std::vector<std::string> said_;
  std::unique_ptr<Stream> stream_;
  std::string unread_;
  bool in_text_ = false;
};

TEST_F(RealMailTest, a_mail_is_taken_with_its_headers_and_its_text) {
  Result<MailAnswer> const answer = send(mail_for(serve_mail()));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->code, 250);
  EXPECT_EQ(answer->text, "250 2.0.0 taken");
  for (char const* line :
       {"MAIL FROM:<landfall@shop.example>", "RCPT TO:<ops@shop.example>",
        "From: <landfall@shop.example>", "To: <ops@shop.example>",
        "Subject: =?UTF-8?B?WsO8cmljaCBpcyBkb3du?=", "Message-ID: <1@shop.example>",
        "Content-Type: text/plain; charset=utf-8", "It does not answer.", "=C3=BCber"})
    EXPECT_TRUE(was_said(line)) << line << " is not in\n" << join(said_, "\n");
}

TEST_F(RealMailTest, a_refusal_is_an_answer_wherever_it_comes) {
  struct Row {
    std::string word;
    std::string line;
    int code;
  };
  Row const table[]{
      {"greeting", "554 5.3.2 no service here", 554},
      {"greeting", "421 4.3.2 too busy", 421},
      {"MAIL", "550 5.7.1 not you", 550},
      {"RCPT", "451 4.7.1 greylisted", 451},
      {"RCPT", "550 5.1.1 no such user", 550},
      {"DATA", "452 4.3.1 disk full", 452},
      {".", "554 5.6.0 not this", 554},
      {".", "451 4.3.0 later", 451},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.word + " " + row.line);
    replies_ = {{row.word, row.line}};
    Result<MailAnswer> const answer = send(mail_for(serve_mail()));
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->code, row.code);
    EXPECT_EQ(answer->text, row.line);
  }
}

TEST_F(RealMailTest, where_nobody_knows_it_is_an_error) {
  // An answer without a line closes the connection.
  for (std::string const word : {"greeting", "MAIL", "."}) {
    SCOPED_TRACE(word);
    replies_ = {{word, ""}};
    Result<MailAnswer> const answer = send(mail_for(serve_mail()));
    ASSERT_FALSE(answer) << answer->text;
    EXPECT_EQ(answer.error().kind, ErrorKind::network);
  }
  replies_.clear();
  said_.clear();
  Mail asks_for_tls = mail_for(serve_mail());
  asks_for_tls.tls = MailTls::starttls;
  Result<MailAnswer> const plain = send(std::move(asks_for_tls));
  ASSERT_FALSE(plain) << "a server without TLS got: " << join(said_, "\n");
  EXPECT_EQ(plain.error().code, "tls");
  EXPECT_FALSE(was_said("MAIL FROM:<landfall@shop.example>"));
  Mail lost = mail_for(1);
  lost.host = "no-such-host.invalid";
  EXPECT_EQ(send(std::move(lost)).error().code, "dns");
}

TEST_F(RealMailTest, tls_from_the_first_byte_needs_a_server_that_somebody_vouches_for) {
  Random random(1);
  auto const authority = make_local_authority(world().now(), random);
  ASSERT_TRUE(authority) << authority.error().text;
  Mail mail = mail_for(serve_mail(authority->server));
  mail.tls = MailTls::implicit;
  Result<MailAnswer> const unknown = send(std::move(mail));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, "tls") << unknown.error().text;
  std::string const folder = *world().files.temporary_folder("landfall-mail");
  ASSERT_TRUE(world().files.write(folder + "/ca.pem", authority->certificate_pem));
  stream_.reset();
  real_.reset();
  real_ = *RealWorld::start({{"SSL_CERT_FILE", folder + "/ca.pem"}});
  std::string const secret = base64(std::string("\0landfall\0sesame", 16));
  replies_ = {{"EHLO", "250-mail.test\r\n250 AUTH PLAIN"},
              {"AUTH", "334 "},
              {secret.substr(0, 4), "235 2.7.0 welcome"}};
  Mail signed_in = mail_for(serve_mail(authority->server));
  signed_in.tls = MailTls::implicit;
  signed_in.user = "landfall";
  signed_in.password = Secret("sesame");
  Result<MailAnswer> const answer = send(std::move(signed_in));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->code, 250);
  EXPECT_TRUE(was_said(secret)) << join(said_, "\n");
  EXPECT_TRUE(world().files.remove(folder));
}

}  // namespace
}  // namespace landfall
