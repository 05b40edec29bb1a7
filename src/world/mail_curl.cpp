#include <fmt/core.h>

#include "base/text.h"
#include "world/curl_transfers.h"
#include "world/real_parts.h"
#include "world/sim_network.h"

namespace landfall {
namespace {

struct MimeCleanup {
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};

class MailTransfer : public CurlTransfer {
 public:
  MailTransfer(Mail mail, MailDone done, std::string authorities)
      : mail_(std::move(mail)), done_(std::move(done)), authorities_(std::move(authorities)) {}

  Result<> prepare(CURL* easy) override {
    easy_ = easy;
    std::string const url = fmt::format(
        "{}://{}:{}", mail_.tls == MailTls::implicit ? "smtps" : "smtp", mail_.host, mail_.port);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    set_usual(easy, mail_.timeout, authorities_);
    if (mail_.tls != MailTls::none)
      curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (is_loopback(mail_.host) && mail_.host.ends_with("localhost")) {
      append_line(resolve_, fmt::format("{}:{}:127.0.0.1", mail_.host, mail_.port));
      curl_easy_setopt(easy, CURLOPT_RESOLVE, resolve_.get());
    }
    if (!mail_.user.empty()) {
      curl_easy_setopt(easy, CURLOPT_USERNAME, mail_.user.c_str());
      curl_easy_setopt(easy, CURLOPT_PASSWORD, mail_.password.reveal().c_str());
    }
    // A connection that was kept may be dead, and libcurl would send the mail once more by itself.
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    write_envelope();
    return write_message();
  }

  Work ended(CURL* easy, CURLcode code) override {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    // An error after a good answer is of the connection; that of TLS comes after a refusal of it.
    bool const answered = code == CURLE_OK || (status >= 400 && code != CURLE_USE_SSL_FAILED);
    if (answered) return told(MailAnswer{static_cast<int>(status), last_});
    return told(fail(ErrorKind::network,
                     fmt::format("{}:{}: {}", mail_.host, mail_.port, what_went_wrong(code)),
                     curl_code(code)));
  }
  Work failed(Error error) override { return told(std::unexpected(std::move(error))); }

 private:
  /// The lines that the server says; 221 is the farewell after the answer that counts.
  static std::size_t on_line(char* bytes, std::size_t one, std::size_t count, void* opaque) {
    std::string_view const line = trim({bytes, one * count});
    if (!line.empty() && !line.starts_with("221")) static_cast<MailTransfer*>(opaque)->last_ = line;
    return count;
  }

  void write_envelope() {
    append_line(recipients_, "<" + mail_.to + ">");
    curl_easy_setopt(easy_, CURLOPT_MAIL_FROM, ("<" + mail_.from + ">").c_str());
    curl_easy_setopt(easy_, CURLOPT_MAIL_RCPT, recipients_.get());
  }

  Result<> write_message() {
    append_line(headers_, "From: <" + mail_.from + ">");
    append_line(headers_, "To: <" + mail_.to + ">");
    append_line(headers_, "Subject: " + mail_field(mail_.subject));
    for (auto const& [name, value] : mail_.headers)
      append_line(headers_, fmt::format("{}: {}", name, mail_field(value)));
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_.get());
    mime_.reset(curl_mime_init(easy_));
    curl_mimepart* const part = curl_mime_addpart(mime_.get());
    std::string const text = replace_all(as_utf8(mail_.text), "\n", "\r\n");
    bool const made = curl_mime_data(part, text.data(), text.size()) == CURLE_OK &&
                      curl_mime_type(part, "text/plain; charset=utf-8") == CURLE_OK &&
                      curl_mime_encoder(part, "quoted-printable") == CURLE_OK &&
                      curl_easy_setopt(easy_, CURLOPT_MIMEPOST, mime_.get()) == CURLE_OK;
    if (made) return {};
    return fail(ErrorKind::network, "libcurl does not make a mail of it", "protocol");
  }

  Work told(Result<MailAnswer> result) {
    return [done = std::move(done_), result = std::move(result)]() mutable {
      done(std::move(result));
    };
  }

  Mail mail_;
  MailDone done_;
  std::string authorities_;
  std::string last_;
  CURL* easy_ = nullptr;
  CurlList headers_;
  CurlList recipients_;
  CurlList resolve_;
  std::unique_ptr<curl_mime, MimeCleanup> mime_;
};

class CurlMailer : public Mailer {
 public:
  CurlMailer(CurlTransfers& transfers, std::string authorities)
      : transfers_(transfers), authorities_(std::move(authorities)) {}
  void send(Mail mail, MailDone done) override {
    transfers_.submit(
        std::make_unique<MailTransfer>(std::move(mail), std::move(done), authorities_));
  }

 private:
  CurlTransfers& transfers_;
  std::string const authorities_;
};

}  // namespace

std::unique_ptr<Mailer> curl_mailer(CurlTransfers& transfers, Environment const& environment) {
  return std::make_unique<CurlMailer>(transfers, first_variable(environment, {"SSL_CERT_FILE"}));
}

}  // namespace landfall
