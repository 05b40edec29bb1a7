// The sandbox's plain values as JSON and back. A struct is told once, by a function
// `fields(visit, value)` that visits each member with its name; writing and reading both follow it.
#pragma once

#include <concepts>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace landfall::sandbox {

/// Where bytes are kept that JSON cannot hold, by a name that is made of their content.
class Bytes {
 public:
  virtual ~Bytes() = default;
  virtual std::string keep(std::string_view bytes) = 0;
  virtual Result<std::string> find(std::string const& name) = 0;
};

/// The last enumerator, so that a number that is none is refused.
template <class E>
constexpr E last_of();

template <class T>
concept Map = requires {
  typename T::key_type;
  typename T::mapped_type;
};
template <class T>
concept Set = !Map<T> && requires { typename T::key_type; };
template <class T>
concept List = std::same_as<T, std::vector<typename T::value_type>> ||
               std::same_as<T, std::deque<typename T::value_type>>;

/// An item of a list that is kept apart from the value that has it: see `each`.
struct KeptItem {
  std::string key;  ///< in a map; else empty
  std::string json;
};
using KeptLists = std::map<std::string, std::vector<KeptItem>, std::less<>>;  ///< by name

// Members are visited in one of four ways. `visit(name, member)` is the usual one. Bytes that JSON
// cannot hold are told to `visit.bytes` and `visit.bytes_of`. A list that grows is told to
// `visit.each`, or to `visit.newest` if its items never change and the last one has a number: a new
// item costs what itself takes and not what the whole list does. Only an app, a repository and the
// state may have such lists, not what is in these.

/// Writes a value's members into an object; but for the lists that are kept apart.
class RecordWriter {
 public:
  explicit RecordWriter(Bytes& bytes) : bytes_(bytes) {}

  template <class T>
  void operator()(std::string_view name, T& value) {
    object_.set(name, written(value));
  }
  void bytes(std::string_view name, std::string& value) {
    object_.set(name, value.empty() ? Json("") : Json(bytes_.keep(value)));
  }
  void bytes(std::string_view name, std::optional<std::string>& value) {
    object_.set(name, value ? Json(bytes_.keep(*value)) : Json());
  }
  /// The strings of a map, each by itself.
  void bytes_of(std::string_view name, std::map<std::string, std::string, std::less<>>& values) {
    Json object = Json::object();
    for (auto& [key, value] : values) object.set(key, bytes_.keep(value));
    object_.set(name, std::move(object));
  }
  template <class T>
  void each(std::string_view, T&) {}
  template <class T>
  void newest(std::string_view, T&, std::uint64_t) {}
  Json take() { return std::move(object_); }

  template <class T>
  Json written(T& value);

 private:
  Bytes& bytes_;
  Json object_ = Json::object();
};

/// Reads them back. A member that is missing stays as it is: an older landfall did not know it.
class RecordReader {
 public:
  RecordReader(Bytes& bytes, Json const& object, KeptLists const* lists = nullptr)
      : bytes_(bytes), object_(object), lists_(lists) {}

  template <class T>
  void operator()(std::string_view name, T& value) {
    if (Json const* const found = member(name)) at(name, read(*found, value));
  }
  void bytes(std::string_view name, std::string& value);
  void bytes(std::string_view name, std::optional<std::string>& value);
  void bytes_of(std::string_view name, std::map<std::string, std::string, std::less<>>& values);
  template <class T>
  void each(std::string_view name, T& items) {
    (*this)(name, items);  // as an older landfall wrote it
    if (lists_ == nullptr || !result_) return;
    auto const list = lists_->find(name);
    if (list != lists_->end()) at(name, read_items(list->second, items));
  }
  template <class T>
  void newest(std::string_view name, T& items, std::uint64_t) {
    each(name, items);
  }
  /// The first error, with the path to its place.
  Result<> result() const { return result_; }

  template <class T>
  Result<> read(Json const& json, T& value);

 private:
  template <class T>
  Result<> read_items(std::vector<KeptItem> const& kept, T& items);
  Json const* member(std::string_view name);
  void at(std::string_view name, Result<> result);
  static std::unexpected<Error> expected(std::string_view what, Json const& found);

  Bytes& bytes_;
  Json const& object_;
  KeptLists const* lists_;
  Result<> result_;
};

/// A number that is another one when the value is, far quicker than its JSON.
class RecordPrint {
 public:
  enum class Lists { with, without };  ///< those that are kept apart
  explicit RecordPrint(Lists lists) : lists_(lists) {}

  template <class T>
  void operator()(std::string_view, T& value) {
    add(value);
  }
  template <class T>
  void bytes(std::string_view, T& value) {
    add(value);
  }
  template <class T>
  void bytes_of(std::string_view, T& values) {
    add(values);
  }
  template <class T>
  void each(std::string_view, T& items) {
    if (lists_ == Lists::with) add(items);
  }
  template <class T>
  void newest(std::string_view name, T& items, std::uint64_t) {
    each(name, items);
  }

  template <class T>
  static std::uint64_t of(T& value, Lists lists) {
    RecordPrint print(lists);
    print.add(value);
    return print.print_;
  }

 private:
  template <class T>
  void add(T& value);
  void mix(std::uint64_t number) {
    print_ = (print_ ^ number) * 0x9E37'79B9'7F4A'7C15;
    print_ ^= print_ >> 32;
  }

  Lists lists_;
  std::uint64_t print_ = 0;
};

template <class T>
void RecordPrint::add(T& value) {
  using Plain = std::remove_const_t<T>;
  if constexpr (std::is_arithmetic_v<Plain> || std::is_same_v<Plain, std::string>) {
    mix(std::hash<Plain>()(value));
  } else if constexpr (std::is_enum_v<Plain>) {
    mix(static_cast<std::uint64_t>(value));
  } else if constexpr (std::is_same_v<Plain, Instant>) {
    mix(static_cast<std::uint64_t>(value.time_since_epoch().count()));
  } else if constexpr (std::is_same_v<Plain, Duration>) {
    mix(static_cast<std::uint64_t>(value.count()));
  } else if constexpr (requires { value.has_value(); }) {
    mix(value ? 1 : 0);
    if (value) add(*value);
  } else if constexpr (Map<Plain>) {
    mix(value.size());
    for (auto& [key, item] : value) {
      add(key);
      add(item);
    }
  } else if constexpr (Set<Plain> || List<Plain>) {
    mix(value.size());
    for (auto& item : value) add(item);
  } else {
    fields(*this, value);
  }
}

template <class T>
Json RecordWriter::written(T& value) {
  using Plain = std::remove_const_t<T>;
  if constexpr (std::is_same_v<Plain, std::string> || std::is_same_v<Plain, bool> ||
                std::is_same_v<Plain, double>) {
    return Json(value);
  } else if constexpr (std::is_integral_v<Plain>) {
    return Json(static_cast<std::int64_t>(value));
  } else if constexpr (std::is_enum_v<Plain>) {
    return Json(static_cast<std::int64_t>(value));
  } else if constexpr (std::is_same_v<Plain, Instant>) {
    return Json(static_cast<std::int64_t>(value.time_since_epoch().count()));
  } else if constexpr (std::is_same_v<Plain, Duration>) {
    return Json(static_cast<std::int64_t>(value.count()));
  } else if constexpr (requires { value.has_value(); }) {
    return value ? written(*value) : Json();
  } else if constexpr (Map<Plain>) {
    Json object = Json::object();
    for (auto& [key, item] : value) object.set(key, written(item));
    return object;
  } else if constexpr (Set<Plain> || List<Plain>) {
    Json array = Json::array();
    for (auto& item : value) array.push(written(item));
    return array;
  } else {
    RecordWriter inner(bytes_);
    fields(inner, value);
    return inner.take();
  }
}

template <class T>
Result<> RecordReader::read(Json const& json, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) return expected("a string", json);
    value = json.as_string();
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_bool()) return expected("true or false", json);
    value = json.as_bool();
  } else if constexpr (std::is_same_v<T, double>) {
    if (!json.is_integer() && !json.is_double()) return expected("a number", json);
    value = json.is_integer() ? static_cast<double>(json.as_integer()) : json.as_double();
  } else if constexpr (requires { value.has_value(); }) {
    if (json.is_null()) {
      value.reset();
    } else {
      TRY(read(json, value.emplace()));
    }
  } else if constexpr (Map<T>) {
    if (!json.is_object()) return expected("an object", json);
    value.clear();
    for (auto const& [key, item] : json.as_object()) TRY(read(item, value[key]));
  } else if constexpr (Set<T> || List<T>) {
    if (!json.is_array()) return expected("an array", json);
    value.clear();
    for (Json const& item : json.as_array()) {
      typename T::value_type one{};
      TRY(read(item, one));
      value.insert(value.end(), std::move(one));
    }
  } else if constexpr (std::is_class_v<T> && !std::is_same_v<T, Instant> &&
                       !std::is_same_v<T, Duration>) {
    if (!json.is_object()) return expected("an object", json);
    RecordReader inner(bytes_, json);
    fields(inner, value);
    return inner.result();
  } else {
    if (!json.is_integer()) return expected("an integer", json);
    std::int64_t const number = json.as_integer();
    if constexpr (std::is_same_v<T, Instant>) {
      value = Instant(Duration(number));
    } else if constexpr (std::is_same_v<T, Duration>) {
      value = Duration(number);
    } else if constexpr (std::is_enum_v<T>) {
      bool const is_one = number >= 0 && number <= static_cast<std::int64_t>(last_of<T>());
      if (!is_one) return expected("a word of this version", json);
      value = static_cast<T>(number);
    } else {
      if (!std::in_range<T>(number)) return expected("a smaller number", json);
      value = static_cast<T>(number);
    }
  }
  return {};
}

template <class T>
Result<> RecordReader::read_items(std::vector<KeptItem> const& kept, T& items) {
  for (KeptItem const& one : kept) {
    Json const json = TRY(Json::parse(one.json));
    if constexpr (Map<T>) {
      TRY(read(json, items[one.key]));
    } else {
      TRY(read(json, items.emplace_back()));
    }
  }
  return {};
}

}  // namespace landfall::sandbox
