// HTTP/1.1 messages as they come, for whoever passes them on: the head as views into the bytes that
// it was read from, then pieces of the body. No input or output. Beast is behind this file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace landfall {

struct Field {
  std::string_view name;
  std::string_view value;
};

/// Names of fields are matched without regard to case.
bool is_same_name(std::string_view one, std::string_view other);

enum class PartsState {
  head,      ///< not all of the header is there
  body,      ///< the header is there, the body not all
  complete,  ///< what follows belongs to the next message
  refused,   ///< not to be passed on
};

/// One message after another. All views are into the bytes that were given to `put`: those of the
/// head are good as long as these do not move, those of the body until the next call.
class MessageParts {
 public:
  enum class Kind { request, response };
  explicit MessageParts(Kind kind);
  ~MessageParts();
  MessageParts(MessageParts&&) noexcept;
  MessageParts& operator=(MessageParts&&) noexcept;

  /// Reads from the front of the bytes and says how many it is done with; the rest is to be given
  /// again, with more behind it. A head is read when all of it is there.
  std::size_t put(std::string_view bytes);
  /// The peer sends no more: the body of a response may end so. False: it is cut off.
  bool put_end();
  PartsState state() const;
  /// Of a refused request, what to answer: 400 or 431.
  int refusal() const;
  /// Ready for the next message.
  void next();
  /// The response to a HEAD has no body, whatever its header says.
  void skip_body();

  std::string_view method() const;  ///< of a request
  std::string_view target() const;  ///< of a request
  int status() const;               ///< of a response
  std::string_view reason() const;  ///< of a response
  int minor_version() const;        ///< of HTTP/1.x
  std::span<Field const> fields() const;
  /// The first field of that name; its value, or "".
  std::string_view field(std::string_view name) const;
  /// Whether the connection may carry another message after this one.
  bool keeps_connection() const;
  /// Both fields of an upgrade are there.
  bool upgrades() const;
  bool has_body() const;
  bool is_chunked() const;
  std::optional<std::uint64_t> length() const;
  /// What of the body was in the bytes of the last `put`.
  std::span<std::string_view const> body() const;

 private:
  struct Own;
  std::unique_ptr<Own> own_;
};

}  // namespace landfall
