#include "world/wire_parts.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <vector>

namespace landfall {

namespace http = boost::beast::http;
using ErrorCode = boost::beast::error_code;
using BeastView = boost::beast::string_view;

namespace {

std::size_t const head_bytes_max = 64 << 10;

std::string_view view_of(BeastView text) {
  return {text.data(), text.size()};
}

/// What a head says; filled by the parser.
struct Head {
  std::string_view method;
  std::string_view target;
  std::string_view reason;
  int status = 0;
  int minor_version = 1;
  std::vector<Field> fields;
  std::vector<std::string_view> body;
  std::string_view input;  ///< of the running `put`
  bool complete = false;   ///< what fields follow are trailers

  bool is_inside(std::string_view text) const {
    return text.empty() || (text.data() >= input.data() &&
                            text.data() + text.size() <= input.data() + input.size());
  }
};

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

void read_field(Head& head, http::field field, Field const& read, ErrorCode& error) {
  // Trailers end here: no client of an app may rely on them.
  if (head.complete) return;
  // A value over several lines was joined elsewhere; nobody may send one (RFC 9112, 5.2).
  bool const folded = !head.is_inside(read.value);
  bool const encoded =
      field == http::field::transfer_encoding && !is_same_name(read.value, "chunked");
  bool const hostless = field == http::field::host && !is_printable(read.value);
  if (folded || encoded || hostless) {
    error = http::error::bad_value;
    return;
  }
  head.fields.push_back(read);
}

template <bool is_request>
class Parser : public http::basic_parser<is_request> {
 public:
  explicit Parser(Head& head) : head_(head) {
    this->eager(true);
    this->header_limit(head_bytes_max);
    this->body_limit(boost::none);
  }

 private:
  void on_request_impl(http::verb, BeastView method, BeastView target, int version,
                       ErrorCode&) override {
    head_.method = view_of(method);
    head_.target = view_of(target);
    head_.minor_version = version == 10 ? 0 : 1;
  }
  void on_response_impl(int status, BeastView reason, int version, ErrorCode&) override {
    head_.status = status;
    head_.reason = view_of(reason);
    head_.minor_version = version == 10 ? 0 : 1;
  }
  void on_field_impl(http::field field, BeastView name, BeastView value,
                     ErrorCode& error) override {
    read_field(head_, field, {view_of(name), view_of(value)}, error);
  }
  void on_header_impl(ErrorCode&) override { head_.complete = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, ErrorCode&) override {}
  std::size_t on_body_impl(BeastView body, ErrorCode&) override {
    head_.body.push_back(view_of(body));
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, ErrorCode&) override {
    head_.body.push_back(view_of(body));
    return body.size();
  }
  void on_finish_impl(ErrorCode&) override {}

  Head& head_;
};

}  // namespace

struct MessageParts::Own {
  explicit Own(Kind kind) : is_request(kind == Kind::request) { restart(); }

  void restart() {
    if (is_request) {
      request.emplace(head);
    } else {
      response.emplace(head);
    }
    head.fields.clear();
    head.body.clear();
    head.complete = false;
    state = PartsState::head;
    refusal = 0;
    searched = 0;
    began = false;
  }
  template <class Use>
  auto with(Use use) const {
    return is_request ? use(*request) : use(*response);
  }
  template <class Use>
  auto with(Use use) {
    return is_request ? use(*request) : use(*response);
  }
  void refuse(int status) {
    state = PartsState::refused;
    refusal = status;
  }
  bool has_whole_head(std::string_view bytes);
  std::size_t skip_blank(std::string_view bytes) const;
  void check_head();

  bool is_request;
  Head head;
  std::optional<Parser<true>> request;
  std::optional<Parser<false>> response;
  PartsState state = PartsState::head;
  int refusal = 0;
  std::size_t searched = 0;
  bool began = false;
};

/// Old clients end a body with a line too many (RFC 9112, 2.2).
std::size_t MessageParts::Own::skip_blank(std::string_view bytes) const {
  std::size_t skipped = 0;
  while (is_request && !began && bytes.substr(skipped).starts_with("\r\n")) skipped += 2;
  return skipped;
}

bool MessageParts::Own::has_whole_head(std::string_view bytes) {
  if (bytes.empty()) return false;
  // Nothing that begins so, such as TLS, will ever become a message.
  if (bytes[0] <= 0x20 || bytes[0] >= 0x7F) {
    if (bytes != "\r") refuse(400);
    return false;
  }
  began = true;
  std::size_t const end = bytes.find("\r\n\r\n", searched);
  std::size_t const length = end == std::string_view::npos ? bytes.size() : end + 4;
  if (length > head_bytes_max) {
    refuse(431);
    return false;
  }
  searched = bytes.size() - std::min<std::size_t>(bytes.size(), 3);
  return end != std::string_view::npos;
}

void MessageParts::Own::check_head() {
  if (!is_request || head.minor_version == 0) return;
  auto const hosts = std::ranges::count_if(
      head.fields, [](Field const& field) { return is_same_name(field.name, "host"); });
  if (hosts != 1) refuse(400);
}

bool is_same_name(std::string_view one, std::string_view other) {
  auto const small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(one, other, {}, small, small);
}

MessageParts::MessageParts(Kind kind) : own_(std::make_unique<Own>(kind)) {}
MessageParts::~MessageParts() = default;
MessageParts::MessageParts(MessageParts&&) noexcept = default;
MessageParts& MessageParts::operator=(MessageParts&&) noexcept = default;

std::size_t MessageParts::put(std::string_view bytes) {
  Own& own = *own_;
  own.head.body.clear();
  if (own.state == PartsState::complete || own.state == PartsState::refused) return 0;
  std::size_t const skipped = own.skip_blank(bytes);
  bytes.remove_prefix(skipped);
  if (own.state == PartsState::head && !own.has_whole_head(bytes)) return skipped;
  own.head.input = bytes;
  ErrorCode error;
  std::size_t const used =
      own.with([&](auto& parser) { return parser.put({bytes.data(), bytes.size()}, error); });
  if (error && error != http::error::need_more) {
    own.refuse(error == http::error::header_limit ? 431 : 400);
    return skipped + used;
  }
  if (own.state == PartsState::head) {
    own.state = PartsState::body;
    own.check_head();
  }
  bool const done = own.with([](auto& parser) { return parser.is_done(); });
  if (done && own.state == PartsState::body) own.state = PartsState::complete;
  return skipped + used;
}

bool MessageParts::put_end() {
  Own& own = *own_;
  own.head.body.clear();
  if (own.state == PartsState::complete) return true;
  if (own.state != PartsState::body) return false;
  ErrorCode error;
  own.with([&](auto& parser) { parser.put_eof(error); });
  if (error) return false;
  own.state = PartsState::complete;
  return true;
}

void MessageParts::next() {
  own_->restart();
}
void MessageParts::skip_body() {
  own_->with([](auto& parser) { parser.skip(true); });
}

PartsState MessageParts::state() const {
  return own_->state;
}
int MessageParts::refusal() const {
  return own_->refusal;
}
std::string_view MessageParts::method() const {
  return own_->head.method;
}
std::string_view MessageParts::target() const {
  return own_->head.target;
}
int MessageParts::status() const {
  return own_->head.status;
}
std::string_view MessageParts::reason() const {
  return own_->head.reason;
}
int MessageParts::minor_version() const {
  return own_->head.minor_version;
}
std::span<Field const> MessageParts::fields() const {
  return own_->head.fields;
}
std::string_view MessageParts::field(std::string_view name) const {
  for (Field const& field : own_->head.fields) {
    if (is_same_name(field.name, name)) return field.value;
  }
  return {};
}
bool MessageParts::keeps_connection() const {
  return own_->with([](auto const& parser) { return parser.keep_alive(); });
}
bool MessageParts::upgrades() const {
  return own_->with([](auto const& parser) { return parser.upgrade(); });
}
bool MessageParts::is_chunked() const {
  return own_->with([](auto const& parser) { return parser.chunked(); });
}
bool MessageParts::has_body() const {
  // The parser knows at the end of the header; a length of 0 is none.
  return own_->state == PartsState::body || !own_->head.body.empty();
}
std::optional<std::uint64_t> MessageParts::length() const {
  auto const told = own_->with([](auto const& parser) { return parser.content_length(); });
  return told ? std::optional<std::uint64_t>(*told) : std::nullopt;
}
std::span<std::string_view const> MessageParts::body() const {
  return own_->head.body;
}

}  // namespace landfall
