#include "sandbox/router_pages.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

constexpr std::string_view error_title = "Application Error";
constexpr std::string_view error_page = "application-error";

Refusal const refusals[] = {
    {"", 404, "info", "No such app", "No such app", "no-such-app"},
    {"H10", 503, "error", "App crashed", error_title, error_page},
    {"H12", 503, "error", "Request timeout", error_title, error_page},
    {"H13", 503, "error", "Connection closed without response", error_title, error_page},
    {"H14", 503, "error", "No web processes running", error_title, error_page},
    {"H15", 503, "error", "Idle connection", error_title, error_page},
    {"H18", 503, "error", "Server Request Interrupted", error_title, error_page},
    {"H19", 503, "error", "Backend connection timeout", error_title, error_page},
    {"H20", 503, "error", "App boot timeout", error_title, error_page},
    {"H21", 503, "error", "Backend connection refused", error_title, error_page},
    {"H25", 502, "error", "HTTP restriction", error_title, error_page},
    {"H27", 499, "info", "Client Request Interrupted", "", ""},
    {"H28", 499, "error", "Client Connection Idle", "", ""},
    {"H80", 503, "info", "Maintenance mode", "Offline for Maintenance", "maintenance-mode"},
    {"H81", 502, "info", "Blank app", "Heroku | Welcome to your new app!", "welcome"},
};

std::string frame(Refusal const& refusal) {
  return fmt::format(R"(<!DOCTYPE html>
<html>
  <head>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta charset="utf-8">
    <title>{}</title>
    <style media="screen">
      html,body,iframe {{ margin: 0; padding: 0; }}
      html,body {{ height: 100%; overflow: hidden; }}
      iframe {{ width: 100%; height: 100%; border: 0; }}
    </style>
  </head>
  <body>
    <iframe src="//www.herokucdn.com/error-pages/{}.html"></iframe>
  </body>
</html>
)",
                     refusal.title, refusal.page);
}

constexpr std::string_view welcome = R"(<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Heroku | Welcome to your new app!</title>
  </head>
  <body>
    <h1>Heroku | Welcome to your new app!</h1>
    <p>Refer to the
    <a href="https://devcenter.heroku.com/articles/getting-started">documentation</a> if you need help deploying.</p>
  </body>
</html>
)";

std::string_view reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 431:
      return "Request Header Fields Too Large";
    case 502:
      return "Bad Gateway";
    default:
      return "Service Unavailable";
  }
}

/// Nothing in it may end the quotes or the line that it stands in.
void add_quoted(std::string& line, std::string_view text) {
  auto const plain = [](char c) { return c > 0x20 && c < 0x7F && c != '"'; };
  if (std::ranges::all_of(text, plain)) {
    line += text;
    return;
  }
  for (char const c : text) {
    if (plain(c)) {
      line += c;
    } else {
      line += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

void add_milliseconds(std::string& line, Duration time) {
  add_number(line, time.count());
  line += "ms";
}

}  // namespace

Refusal const& refusal_of(std::string_view code) {
  for (Refusal const& refusal : refusals) {
    if (refusal.code == code) return refusal;
  }
  unreachable_here("a router code");
}

std::string refusal_bytes(Refusal const& refusal, Exchange const& exchange, bool close) {
  std::string const body = refusal.code == "H81" ? std::string(welcome) : frame(refusal);
  return fmt::format(
      "HTTP/1.1 {} {}\r\nServer: Heroku\r\nContent-Type: text/html; charset=utf-8\r\n"
      "Cache-Control: no-cache, no-store\r\nX-Request-Id: {}\r\nContent-Length: {}\r\n"
      "Connection: {}\r\n\r\n{}",
      refusal.status, reason_of(refusal.status), exchange.id, body.size(),
      close ? "close" : "keep-alive", exchange.head_only ? "" : body);
}

std::string bad_request_bytes(int status) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nServer: Heroku\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status,
      reason_of(status));
}

std::string router_line(Exchange const& own, Refusal const* refusal, Instant now) {
  std::string line;
  line.reserve(320);
  line += "at=";
  line += refusal == nullptr ? "info" : refusal->level;
  if (refusal != nullptr && !refusal->code.empty()) {
    line.append(" code=").append(refusal->code).append(" desc=\"");
    line.append(refusal->description).append("\"");
  }
  line += " method=";
  add_quoted(line, own.method);
  line += " path=\"";
  add_quoted(line, own.target);
  line += "\" host=";
  add_quoted(line, own.host);
  line.append(" request_id=").append(own.id).append(" fwd=\"");
  add_quoted(line, own.fwd);
  line.append("\" dyno=").append(own.dyno);
  bool const served = own.connected != Instant{};
  // A request that no dyno has seen has empty fields in its line.
  line += " connect=";
  if (served) add_milliseconds(line, own.connect);
  line += " service=";
  if (served) add_milliseconds(line, now - own.connected);
  line += " status=";
  add_number(line, own.status);
  line += " bytes=";
  if (served || own.bytes > 0) add_number(line, static_cast<std::int64_t>(own.bytes));
  line += " protocol=http";
  return line;
}

}  // namespace landfall::sandbox
