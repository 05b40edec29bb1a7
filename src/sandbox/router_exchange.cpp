// https://devcenter.heroku.com/articles/http-routing
#include "sandbox/router_exchange.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::string_view const via = "Via: 1.1 heroku-router\r\n";

/// What becomes of a field on its way.
enum class Fate {
  pass,
  drop,  ///< it is about this connection, or ours to say
  host,
  connection,  ///< it may name more fields to drop
  length,
  upgrade,
  expect,
  forwarded_for,
  request_id,
};

struct Named {
  std::string_view name;
  Fate request;
  Fate answer;
};

Named const named[] = {
    {"te", Fate::drop, Fate::drop},
    {"host", Fate::host, Fate::pass},
    {"expect", Fate::expect, Fate::pass},
    {"trailer", Fate::drop, Fate::drop},
    {"upgrade", Fate::upgrade, Fate::upgrade},
    {"connection", Fate::connection, Fate::connection},
    {"keep-alive", Fate::drop, Fate::drop},
    {"x-request-id", Fate::request_id, Fate::pass},
    {"content-length", Fate::length, Fate::length},
    {"x-forwarded-for", Fate::forwarded_for, Fate::pass},
    {"x-request-start", Fate::drop, Fate::pass},
    {"x-forwarded-port", Fate::drop, Fate::pass},
    {"proxy-connection", Fate::drop, Fate::drop},
    {"x-forwarded-proto", Fate::drop, Fate::pass},
    {"transfer-encoding", Fate::drop, Fate::drop},
    {"proxy-authorization", Fate::drop, Fate::pass},
};

Fate Named::* const in_request = &Named::request;
Fate Named::* const in_answer = &Named::answer;

Fate fate_of(std::string_view name, Fate Named::* direction) {
  for (Named const& one : named) {
    if (one.name.size() == name.size() && is_same_name(one.name, name)) return one.*direction;
  }
  return Fate::pass;
}

/// Whether a Connection field names this field as the connection's own.
bool is_listed(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    std::size_t const comma = list.find(',');
    if (is_same_name(trim(list.substr(0, comma)), name)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
  return false;
}

void add(std::string& out, Field const& field) {
  out.append(field.name).append(": ").append(field.value).append("\r\n");
}

/// Given ids are kept if they are 20 to 200 letters, digits and dashes.
/// https://devcenter.heroku.com/articles/http-request-id
bool is_request_id(std::string_view id) {
  auto const fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return id.size() >= 20 && id.size() <= 200 && std::ranges::all_of(id, fits);
}

void set_host(std::string_view value, std::string& host) {
  // The last colon, but for an address in brackets.
  std::size_t const colon = value.ends_with(']') ? std::string_view::npos : value.rfind(':');
  host.assign(value.substr(0, colon));
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// "/path?query" of a target; a client may name the whole URL, as it is told to with proxies.
std::string_view origin_form(std::string_view target, std::string_view& host) {
  if (target.starts_with('/')) return target;
  std::size_t const scheme = target.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view const rest = target.substr(scheme + 3);
  std::size_t const path = std::min(rest.find_first_of("/?"), rest.size());
  host = rest.substr(0, path);
  return rest.substr(path);
}

struct Reading {
  Exchange& exchange;
  std::string_view connection{};
  std::string_view upgrade{};
};

void read_field(Field const& field, Reading& reading) {
  Exchange& own = reading.exchange;
  switch (fate_of(field.name, in_request)) {
    case Fate::drop:
    case Fate::upgrade:
    case Fate::connection:
      return;
    case Fate::expect:
      own.expects_continue = !own.http_1_0 && is_same_name(field.value, "100-continue");
      return;
    case Fate::forwarded_for:
      if (!own.fwd.empty()) own.fwd += ", ";
      own.fwd += field.value;
      return;
    case Fate::request_id:
      if (own.id.empty() && is_request_id(field.value)) own.id.assign(field.value);
      return;
    case Fate::host:
      if (own.host.empty()) set_host(field.value, own.host);
      break;
    case Fate::length:
    case Fate::pass:
      break;
  }
  bool const own_of_connection =
      !reading.connection.empty() && is_listed(reading.connection, field.name);
  if (!own_of_connection) add(own.head, field);
}

void add_own_fields(Arrival const& arrival, std::string_view upgrade, Exchange& own) {
  if (own.chunked) own.head += "Transfer-Encoding: chunked\r\n";
  if (own.upgrades) add(own.head, {"Upgrade", upgrade});
  // Without one, a dyno might keep the connection or not.
  own.head += own.upgrades ? "Connection: Upgrade\r\n" : "Connection: keep-alive\r\n";
  own.head.append("X-Request-Id: ").append(own.id).append("\r\nX-Forwarded-For: ");
  own.head.append(own.fwd).append("\r\nX-Forwarded-Proto: http\r\n");
  own.head += "X-Forwarded-Port: ";
  add_number(own.head, arrival.port);
  own.head += "\r\nX-Request-Start: ";
  add_number(own.head, arrival.now.time_since_epoch().count());
  own.head += "\r\n";
  own.head.append(via).append("\r\n");
}

/// Keeps what the strings have allocated.
void clear(Exchange& own) {
  for (std::string* const text :
       {&own.host, &own.id, &own.fwd, &own.head, &own.app, &own.dyno_id, &own.dyno})
    text->clear();
  own.connect = {};
  own.status = 0;
  own.bytes = 0;
  own.expects_continue = false;
}

}  // namespace

bool read_request(MessageParts const& parts, Arrival const& arrival, Exchange& exchange) {
  clear(exchange);
  exchange.begun = arrival.now;
  exchange.method.assign(parts.method());
  exchange.http_1_0 = parts.minor_version() == 0;
  exchange.head_only = exchange.method == "HEAD";
  exchange.upgrades = !exchange.http_1_0 && parts.upgrades();
  exchange.chunked = parts.is_chunked();
  exchange.has_body = exchange.chunked || parts.length().value_or(0) > 0;
  exchange.keep_alive = parts.keeps_connection();
  std::string_view whole_host;
  std::string_view const target = origin_form(parts.target(), whole_host);
  exchange.target = target.starts_with('/') ? "" : "/";
  exchange.target += target;
  bool const usable = parts.target().starts_with('/') || !whole_host.empty();
  std::string& head = exchange.head;
  head.append(exchange.method).append(" ").append(exchange.target).append(" HTTP/1.1\r\n");
  if (!whole_host.empty()) {
    set_host(whole_host, exchange.host);
    add(head, {"Host", whole_host});
  }
  Reading reading{exchange, parts.field("connection"), parts.field("upgrade")};
  for (Field const& field : parts.fields()) {
    if (!whole_host.empty() && is_same_name(field.name, "host")) continue;
    read_field(field, reading);
  }
  exchange.fwd += exchange.fwd.empty() ? "127.0.0.1" : ", 127.0.0.1";
  if (exchange.id.empty()) exchange.id = arrival.random.uuid();
  add_own_fields(arrival, reading.upgrade, exchange);
  return usable;
}

BodyForm form_of(MessageParts const& answer, Exchange const& exchange) {
  int const status = answer.status();
  if (exchange.head_only || status == 204 || status == 304 || status < 200) return BodyForm::none;
  if (!answer.is_chunked() && answer.length()) return BodyForm::length;
  return exchange.http_1_0 ? BodyForm::until_close : BodyForm::chunks;
}

void write_answer(MessageParts const& answer, Exchange const& exchange, AnswerHead const& head,
                  std::string& out) {
  out += "HTTP/1.1 ";
  add_number(out, answer.status());
  out.append(" ").append(answer.reason()).append("\r\n");
  std::string_view const connection = answer.field("connection");
  bool const switches = answer.status() == 101;
  for (Field const& field : answer.fields()) {
    Fate const fate = fate_of(field.name, in_answer);
    bool const length = fate == Fate::length && !head.length && !answer.is_chunked();
    bool const passes = fate == Fate::pass && !is_listed(connection, field.name);
    if (passes || length || (fate == Fate::upgrade && switches)) add(out, field);
  }
  if (head.length) {
    out += "Content-Length: ";
    add_number(out, static_cast<std::int64_t>(*head.length));
    out += "\r\n";
  }
  bool const chunks = head.form == BodyForm::chunks || (exchange.head_only && answer.is_chunked());
  if (chunks) out += "Transfer-Encoding: chunked\r\n";
  out += via;
  if (switches) {
    out += "Connection: Upgrade\r\n\r\n";
  } else if (head.close) {
    out += "Connection: close\r\n\r\n";
  } else {
    out += "Connection: keep-alive\r\n\r\n";
  }
}

void add_number(std::string& out, std::int64_t number, int base) {
  std::array<char, 24> digits{};
  auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

void write_piece(BodyForm form, std::string_view piece, std::string& out) {
  if (piece.empty()) return;
  bool const chunk = form == BodyForm::chunks;
  if (chunk) add_number(out, static_cast<std::int64_t>(piece.size()), 16);
  if (chunk) out += "\r\n";
  out += piece;
  if (chunk) out += "\r\n";
}

void write_end(BodyForm form, std::string& out) {
  if (form == BodyForm::chunks) out += "0\r\n\r\n";
}

}  // namespace landfall::sandbox
