// Mail over SMTP. https://www.rfc-editor.org/rfc/rfc5321, rfc5322; threads by References, and
// RFC 3834 for what nobody is to answer.
#include <fmt/core.h>

#include "alert/notifier.h"
#include "base/text.h"
#include "world/http_date.h"
#include "world/mail.h"
#include "world/secrets.h"

namespace landfall {
namespace {

MailTls tls_of(std::string_view word) {
  if (word == "implicit") return MailTls::implicit;
  return word == "none" ? MailTls::none : MailTls::starttls;
}

int usual_port(MailTls tls) {
  switch (tls) {
    case MailTls::starttls:
      return 587;
    case MailTls::implicit:
      return 465;
    case MailTls::none:
      return 25;
  }
  unreachable_here("mail has no such TLS");
}

Result<Mail> mail_of(World const& world, Receiver const& receiver, Message const& message) {
  MailIntent const& intent = receiver.mail;
  Mail mail{.host = intent.host, .tls = tls_of(intent.tls), .user = intent.user};
  mail.port = intent.port.value_or(usual_port(mail.tls));
  if (!receiver.key_variable.empty())
    mail.password = TRY(needed_secret(world, receiver.key_variable));
  mail.from = intent.from;
  mail.to = intent.to;
  mail.subject = shortened(message.title, 200);
  mail.text = plain_text(message);
  std::string const domain = intent.from.substr(intent.from.rfind('@'));
  // A root that is never sent itself: whichever message comes first, all of an alert are one
  // thread.
  std::string const thread = fmt::format("<{}{}>", message.incident, domain);
  mail.headers = {{"Date", replace_all(http_date(message.at), "GMT", "+0000")},
                  {"Message-ID", fmt::format("<{}{}>", message.key, domain)},
                  {"In-Reply-To", thread},
                  {"References", thread},
                  {"Auto-Submitted", "auto-generated"}};
  return mail;
}

Delivery delivery_of(Result<MailAnswer> const& answer) {
  if (!answer) return {Delivery::End::again, answer.error().text};
  std::string text = shortened(printable(answer->text), 200);
  if (answer->code >= 200 && answer->code < 300) return {Delivery::End::taken, std::move(text)};
  return {answer->code >= 500 ? Delivery::End::refused : Delivery::End::again, std::move(text)};
}

class Email : public Notifier {
 public:
  Email(World const& world, Receiver receiver) : world_(world), receiver_(std::move(receiver)) {}

  void send(Message const& message, Delivered done) override {
    Result<Mail> mail = mail_of(world_, receiver_, message);
    if (!mail) {
      world_.loop.post([done = std::move(done), text = mail.error().text]() mutable {
        done({Delivery::End::again, text});
      });
      return;
    }
    world_.mailer.send(*std::move(mail), [alive = std::weak_ptr(alive_), done = std::move(done)](
                                             Result<MailAnswer> const& answer) mutable {
      if (alive.lock()) done(delivery_of(answer));
    });
  }

 private:
  World world_;
  Receiver receiver_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace

std::unique_ptr<Notifier> make_email(World const& world, Receiver const& receiver) {
  return std::make_unique<Email>(world, receiver);
}

}  // namespace landfall
