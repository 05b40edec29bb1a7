// JSON values: read with errors that name the place, built in order, written compactly.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace landfall {

/// A JSON value that owns all below it. Objects keep their order; a duplicate key's last value
/// wins. Numbers that are not integers of 64 bits are doubles.
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;  ///< null
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(std::int64_t value) : value_(value) {}
  Json(std::size_t value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(char const* value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  template <class T>
  Json(std::optional<T> const& value) {
    if (value) *this = Json(*value);
  }

  static Json object(std::initializer_list<Member> members = {});
  static Json array(std::initializer_list<Json> items = {});

  /// Refuses what is not one JSON text in UTF-8, or nests deeper than 200. Errors are
  /// ErrorKind::data with the byte at which reading stopped.
  static Result<Json> parse(std::string_view text);
  /// Compact, in member order, bytes that are not UTF-8 replaced by U+FFFD.
  std::string dump() const;
  /// The same with two spaces a level, for people.
  std::string pretty() const;

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_double() const { return std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  /// "an object", "null", "a string": for error texts.
  std::string_view kind() const;

  /// The value at a dotted path of member names, nullptr if there is none. "" is this value.
  Json const* find(std::string_view path) const;
  /// Readers: the value at the path, or an error such as `slug.commit: expected a string, found
  /// null`.
  Result<std::string> text(std::string_view path) const;
  Result<std::int64_t> integer(std::string_view path) const;
  Result<bool> boolean(std::string_view path) const;
  Result<Array const*> items(std::string_view path = "") const;
  Result<Object const*> members(std::string_view path = "") const;
  /// Missing and null are nullopt; any other type is an error.
  Result<std::optional<std::string>> text_or_null(std::string_view path) const;
  Result<std::optional<std::int64_t>> integer_or_null(std::string_view path) const;

  /// For values whose kind was just asked; a bug otherwise.
  std::string const& as_string() const;
  std::int64_t as_integer() const;
  double as_double() const;
  bool as_bool() const;
  Array const& as_array() const;
  Object const& as_object() const;

  /// Sets a member of an object (null becomes an object first), replacing an older one.
  void set(std::string_view name, Json value);
  /// Appends to an array (null becomes an array first).
  void push(Json value);

  bool operator==(Json const&) const = default;

 private:
  friend class JsonReader;
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> value_{
      nullptr};
};

}  // namespace landfall
