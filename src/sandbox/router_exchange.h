// One request on its way through the router, and the heads that the router sends on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "world/random.h"
#include "world/wire_parts.h"

namespace landfall::sandbox {

/// What the router remembers of a request; the log line is made of it. Texts are as they came.
struct Exchange {
  std::string method;
  std::string target;  ///< "/path?query"
  std::string host;    ///< without its port, in small letters
  std::string id;      ///< X-Request-Id
  std::string fwd;     ///< X-Forwarded-For
  std::string head;    ///< for the dyno
  std::string app;     ///< its name; empty: there is none
  std::string dyno_id;
  std::string dyno;  ///< "web.1"
  Instant begun{};
  Instant queued_until{};
  Duration connect{};
  Instant connected{};
  int status = 0;
  std::uint64_t bytes = 0;  ///< of the answer's body
  bool http_1_0 = false;
  bool head_only = false;
  bool upgrades = false;
  bool chunked = false;  ///< the request's body
  bool has_body = false;
  bool expects_continue = false;
  bool keep_alive = true;
};

struct Arrival {
  Random& random;  ///< names requests
  Instant now{};
  int port = 0;  ///< the router's own
};

/// Reads the head that the parts have. False: it is for no app, whatever its host: 400.
bool read_request(MessageParts const& parts, Arrival const& arrival, Exchange& exchange);

/// How the body of an answer goes to the client.
enum class BodyForm { none, length, chunks, until_close };
BodyForm form_of(MessageParts const& answer, Exchange const& exchange);

struct AnswerHead {
  BodyForm form = BodyForm::none;
  bool close = false;                     ///< the connection ends after it
  std::optional<std::uint64_t> length{};  ///< in place of the app's
};
/// The head of an app's answer for the client.
void write_answer(MessageParts const& answer, Exchange const& exchange, AnswerHead const& head,
                  std::string& out);

/// Adds a whole number; text of this kind is made for every request.
void add_number(std::string& out, std::int64_t number, int base = 10);

/// Adds a piece of a body.
void write_piece(BodyForm form, std::string_view piece, std::string& out);
void write_end(BodyForm form, std::string& out);

}  // namespace landfall::sandbox
