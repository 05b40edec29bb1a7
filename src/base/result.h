// Errors as values: what failed, in words for a person, and what kind of thing to do about it.
#pragma once

#include <expected>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

namespace landfall {

/// What the caller can do: usage and config are for the person at the keyboard, network is worth
/// another try, refused needs other rights, missing is an answer, data is the other side's fault.
enum class ErrorKind { usage, config, network, refused, missing, data };

struct Error {
  ErrorKind kind;
  std::string text;  ///< place, what was expected, what was found; no trailing full stop
  /// A stable word for programs where a kind is too coarse: "dns", "connect", "timeout", "tls",
  /// "too_large", "truncated", "rate_limited", "unauthorized", "forbidden"... Often empty.
  std::string code{};
};

/// A value or an Error. Own type because g++ 12 drops a plain std::expected without a warning.
template <class T = void>
struct [[nodiscard]] Result : std::expected<T, Error> {
  using std::expected<T, Error>::expected;
};

/// A failed result in one word: `return fail(ErrorKind::config, "...")`.
[[nodiscard]] std::unexpected<Error> fail(ErrorKind kind, std::string text, std::string code = {});

/// The same result with context before its error text: "reading landfall.yaml: ...".
template <class T>
[[nodiscard]] Result<T> during(std::string_view doing, Result<T> result) {
  if (!result) result.error().text.insert(0, std::string(doing) + ": ");
  return result;
}

/// Stops the program with a message when a condition that only a bug can break is broken.
/// Alive in release builds. Exit code 70.
void require(bool condition, std::string_view text,
             std::source_location where = std::source_location::current());

/// Stops the program: this line cannot be reached.
[[noreturn]] void unreachable_here(std::string_view text,
                                   std::source_location where = std::source_location::current());

namespace detail {
template <class T>
T&& take_value(std::expected<T, Error>& result) {
  return std::move(*result);
}
inline void take_value(std::expected<void, Error>& /*result*/) {}
}  // namespace detail

}  // namespace landfall

/// Yields the value of a Result or returns its error from the enclosing function. Never nested:
/// name the step.
#define TRY(expression)                                                     \
  __extension__({                                                           \
    auto try_result = (expression);                                         \
    if (!try_result) return std::unexpected(std::move(try_result).error()); \
    ::landfall::detail::take_value(try_result);                             \
  })
