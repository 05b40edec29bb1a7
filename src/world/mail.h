// Mail as a value, and who takes it to a server. SMTP, TLS and MIME are libcurl's; see
// mail_curl.cpp. In simulations the servers are functions: SimWorld::mail_server.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "world/http.h"

namespace landfall {

enum class MailTls {
  starttls,  ///< asked for after the greeting; a server that does not offer it gets no mail
  implicit,  ///< from the first byte
  none
};

/// One text for one mailbox: of several, one could take it and another ask to come again.
struct Mail {
  std::string host;
  int port = 587;
  MailTls tls = MailTls::starttls;
  std::string user{};  ///< empty: nobody signs in
  Secret password{};
  std::string from{};     ///< address without a name
  std::string to{};       ///< the same
  std::string subject{};  ///< UTF-8, one line
  Headers headers{};      ///< all others, ASCII
  std::string text{};     ///< UTF-8, lines end with \n
  Duration timeout = 1min;
};

/// The server's last answer. RFC 5321: 2xx it took the mail, 4xx come again, 5xx never.
struct MailAnswer {
  int code = 0;
  std::string text{};
};

/// Errors are ErrorKind::network with the codes of HttpDone: nobody knows whether it was taken.
using MailDone = std::move_only_function<void(Result<MailAnswer>)>;

class Mailer {
 public:
  virtual ~Mailer() = default;
  /// Never blocks; `done` is called once, later, on the loop thread.
  virtual void send(Mail mail, MailDone done) = 0;
};

/// A simulated server: answers once, now or later.
using MailServer = std::function<void(Mail const&, std::function<void(MailAnswer)>)>;

/// Text for a header field: as it is, or in encoded words of UTF-8 where it is not all ASCII
/// (RFC 2047). Control characters become blanks.
std::string mail_field(std::string_view text);

}  // namespace landfall
