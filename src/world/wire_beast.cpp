// Only the wire_*.cpp include Boost.Beast. Its parser and serialiser are used without its I/O: that
// costs a ninth of the compile time and half of the run time of its own reads and writes.
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "world/wire.h"

namespace landfall {

namespace http = boost::beast::http;
using ErrorCode = boost::beast::error_code;

namespace {

std::uint32_t const header_bytes_max = 64 << 10;
// Beast keeps the length of a field in 16 bits and throws on more.
std::size_t const field_bytes_max = 60'000;

std::string text_of(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

bool is_sendable(std::string_view name, std::string_view value) {
  auto const token = [](char c) {
    return c > 0x20 && c < 0x7F &&
           std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  };
  auto const plain = [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  };
  return !name.empty() && std::ranges::all_of(name, token) && std::ranges::all_of(value, plain) &&
         name.size() < field_bytes_max && value.size() < field_bytes_max;
}

bool is_framing(std::string_view name) {
  std::string const small = lower(name);
  return small == "connection" || small == "keep-alive" || small == "transfer-encoding" ||
         small == "content-length";
}

}  // namespace

struct RequestReader::Parser {
  http::request_parser<http::string_body> parser;
  State state = State::head;
  int status = 0;
  bool began = false;

  void refuse(int with) {
    state = State::refused;
    status = with;
  }

  void fail(ErrorCode const& error) {
    bool const body = error == http::error::body_limit;
    refuse(error == http::error::header_limit ? 431 : body ? 413 : 400);
  }

  void check_head() {
    http::request<http::string_body> const& message = parser.get();
    if (message.version() >= 11 && message.count(http::field::host) != 1) refuse(400);
    // Two readers would see different ends of a body in any other encoding (RFC 9112, 6.3).
    auto const [first, last] = message.equal_range(http::field::transfer_encoding);
    bool const plain =
        first == last || (std::next(first) == last && lower(text_of(first->value())) == "chunked");
    if (!plain) refuse(400);
    // No host has a control character, a blank or anything beyond ASCII in it.
    auto const host = message[http::field::host];
    if (!std::ranges::all_of(host, [](char c) { return c > 0x20 && c < 0x7F; })) refuse(400);
  }
};

RequestReader::RequestReader(std::size_t body_max) : parser_(std::make_unique<Parser>()) {
  parser_->parser.eager(true);
  parser_->parser.header_limit(header_bytes_max);
  parser_->parser.body_limit(body_max);
}
RequestReader::~RequestReader() = default;
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;

std::size_t RequestReader::put(std::string_view bytes) {
  Parser& own = *parser_;
  if (own.state == State::complete || own.state == State::refused) return 0;
  // Old clients end a body with a line too many (RFC 9112, 2.2).
  std::size_t skipped = 0;
  while (!own.began && bytes.starts_with("\r\n")) {
    skipped += 2;
    bytes.remove_prefix(2);
  }
  if (bytes.empty()) return skipped;
  own.began = true;
  ErrorCode error;
  std::size_t const used = own.parser.put({bytes.data(), bytes.size()}, error);
  if (error == http::error::need_more) error = {};
  if (error) {
    own.fail(error);
    return skipped + used;
  }
  if (own.state == State::head && own.parser.is_header_done()) {
    own.state = State::body;
    own.check_head();
  }
  if (own.state == State::body && own.parser.is_done()) own.state = State::complete;
  return skipped + used;
}

RequestReader::State RequestReader::state() const {
  return parser_->state;
}
int RequestReader::status() const {
  return parser_->status;
}

bool RequestReader::expects_continue() const {
  if (parser_->state != State::body) return false;
  auto const& message = parser_->parser.get();
  return message.version() >= 11 && lower(text_of(message[http::field::expect])) == "100-continue";
}

Request RequestReader::take() {
  http::request<http::string_body> message = parser_->parser.release();
  Request request;
  request.method = text_of(message.method_string());
  request.url = text_of(message.target());
  for (auto const& field : message)
    request.headers.add(text_of(field.name_string()), text_of(field.value()));
  // Answered by whoever read the request from the wire.
  request.headers.remove("Expect");
  request.body = std::move(message.body());
  return request;
}

bool RequestReader::keeps_connection() const {
  return parser_->parser.keep_alive();
}
int RequestReader::minor_version() const {
  return parser_->parser.get().version() == 10 ? 0 : 1;
}

namespace {

using Message = http::response<http::string_body>;

Message message_of(Response response, Framing const& framing) {
  bool const valid = response.status >= 200 && response.status <= 999;
  Message message;
  message.version(framing.minor_version == 0 ? 10 : 11);
  message.result(valid ? static_cast<unsigned>(response.status) : 500U);
  if (!response.headers.find("Date")) message.insert(http::field::date, framing.date);
  for (auto const& [name, value] : response.headers)
    if (is_sendable(name, value) && !is_framing(name)) message.insert(name, value);
  bool const close = lower(response.headers.value_or("Connection", "")) == "close";
  message.keep_alive(framing.keep_alive && !close);
  if (message.result_int() == 204 || message.result_int() == 304) return message;
  if (framing.streamed) {
    if (framing.minor_version == 0) message.keep_alive(false);
    if (framing.minor_version != 0) message.chunked(true);
    return message;
  }
  std::optional<std::int64_t> const told =
      framing.head && response.body.empty()
          ? parse_integer(response.headers.value_or("Content-Length", ""))
          : std::nullopt;
  message.content_length(told && *told >= 0 ? static_cast<std::uint64_t>(*told)
                                            : response.body.size());
  message.body() = std::move(response.body);
  return message;
}

template <class Buffers>
std::size_t append_all(std::string& bytes, Buffers const& buffers) {
  std::size_t const before = bytes.size();
  auto const end = boost::asio::buffer_sequence_end(buffers);
  for (auto it = boost::asio::buffer_sequence_begin(buffers); it != end; ++it) {
    boost::asio::const_buffer const part = *it;
    bytes.append(static_cast<char const*>(part.data()), part.size());
  }
  return bytes.size() - before;
}

}  // namespace

std::string write_chunk(std::string_view bytes) {
  std::string chunk = fmt::format("{:x}\r\n", bytes.size());
  chunk += bytes;
  chunk += "\r\n";
  return chunk;
}

std::string write_response(Response response, Framing const& framing) {
  std::string begun = framing.streamed ? std::move(response.body) : std::string();
  Message message = message_of(std::move(response), framing);
  http::response_serializer<http::string_body> serializer(message);
  serializer.split(true);
  std::string bytes;
  ErrorCode error;
  bool const head_only = framing.head || framing.streamed;
  while (!error && !serializer.is_done() && !(head_only && serializer.is_header_done())) {
    serializer.next(error, [&](ErrorCode&, auto const& buffers) {
      serializer.consume(append_all(bytes, buffers));
    });
  }
  if (framing.streamed && !framing.head && !begun.empty())
    bytes += framing.minor_version == 0 ? begun : write_chunk(begun);
  return bytes;
}

}  // namespace landfall
