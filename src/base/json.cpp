// The one file that includes nlohmann/json: its scanner, which our tree is built by.
#include "base/json.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace landfall {

/// Builds our tree from nlohmann's events; refuses depth beyond the limit.
class JsonReader {
 public:
  bool null() { return put(Json()); }
  bool boolean(bool value) { return put(Json(value)); }
  bool number_integer(std::int64_t value) { return put(Json(value)); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) return put(Json(static_cast<double>(value)));
    return put(Json(static_cast<std::int64_t>(value)));
  }
  bool number_float(double value, std::string const& /*text*/) { return put(Json(value)); }
  bool string(std::string& value) { return put(Json(std::move(value))); }
  bool binary(nlohmann::json::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) { return open(Json::array()); }
  bool key(std::string& name) {
    names_.back() = std::move(name);
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t position, std::string const& last,
                   nlohmann::detail::exception const&) {
    error_ = fmt::format("not JSON: unexpected '{}' at byte {}", printable(last.substr(0, 40)),
                         position);
    return false;
  }

  Json root;
  std::string error_;

 private:
  bool put(Json value) {
    if (open_.empty()) {
      root = std::move(value);
      return true;
    }
    if (auto* array = std::get_if<Json::Array>(&open_.back().value_))
      array->push_back(std::move(value));
    else
      std::get<Json::Object>(open_.back().value_).emplace_back(names_.back(), std::move(value));
    return true;
  }
  bool open(Json value) {
    if (open_.size() >= 200) {
      error_ = "JSON nested deeper than 200";
      return false;
    }
    open_.push_back(std::move(value));
    names_.emplace_back();
    return true;
  }
  bool close() {
    Json value = std::move(open_.back());
    open_.pop_back();
    names_.pop_back();
    return put(std::move(value));
  }

  std::vector<Json> open_;
  std::vector<std::string> names_;
};

namespace {

Error wrong(std::string_view path, std::string_view expected, Json const* found) {
  return Error{ErrorKind::data,
               fmt::format("{}: expected {}, found {}", path.empty() ? "$" : path, expected,
                           found == nullptr ? "nothing" : found->kind())};
}

}  // namespace

Json Json::object(std::initializer_list<Member> members) {
  Json json;
  json.value_ = Object(members);
  return json;
}

Json Json::array(std::initializer_list<Json> items) {
  return {Array(items)};
}

Result<Json> Json::parse(std::string_view text) {
  JsonReader reader;
  bool const good = nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  if (!good)
    return fail(ErrorKind::data, reader.error_.empty() ? "not JSON" : reader.error_, "not_json");
  return std::move(reader.root);
}

std::string_view Json::kind() const {
  static constexpr std::string_view names[] = {"null",     "a boolean", "an integer", "a number",
                                               "a string", "an array",  "an object"};
  return names[value_.index()];
}

Json const* Json::find(std::string_view path) const {
  Json const* at = this;
  while (!path.empty()) {
    auto const dot = path.find('.');
    std::string_view const name = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    auto const* object = std::get_if<Object>(&at->value_);
    if (object == nullptr) return nullptr;
    Json const* next = nullptr;
    for (auto const& [key, value] : *object)
      if (key == name) next = &value;
    if (next == nullptr) return nullptr;
    at = next;
  }
  return at;
}

Result<std::string> Json::text(std::string_view path) const {
  Json const* found = find(path);
  if (found == nullptr || !found->is_string())
    return std::unexpected(wrong(path, "a string", found));
  return found->as_string();
}

Result<std::int64_t> Json::integer(std::string_view path) const {
  Json const* found = find(path);
  if (found == nullptr || !found->is_integer())
    return std::unexpected(wrong(path, "an integer", found));
  return found->as_integer();
}

Result<bool> Json::boolean(std::string_view path) const {
  Json const* found = find(path);
  if (found == nullptr || !found->is_bool())
    return std::unexpected(wrong(path, "a boolean", found));
  return found->as_bool();
}

Result<Json::Array const*> Json::items(std::string_view path) const {
  Json const* found = find(path);
  if (found == nullptr || !found->is_array())
    return std::unexpected(wrong(path, "an array", found));
  return &found->as_array();
}

Result<Json::Object const*> Json::members(std::string_view path) const {
  Json const* found = find(path);
  if (found == nullptr || !found->is_object())
    return std::unexpected(wrong(path, "an object", found));
  return &found->as_object();
}

Result<std::optional<std::string>> Json::text_or_null(std::string_view path) const {
  Json const* found = find(path);
  if (found == nullptr || found->is_null()) return std::nullopt;
  if (!found->is_string()) return std::unexpected(wrong(path, "a string or null", found));
  return found->as_string();
}

Result<std::optional<std::int64_t>> Json::integer_or_null(std::string_view path) const {
  Json const* found = find(path);
  if (found == nullptr || found->is_null()) return std::nullopt;
  if (!found->is_integer()) return std::unexpected(wrong(path, "an integer or null", found));
  return found->as_integer();
}

std::string const& Json::as_string() const {
  require(is_string(), "JSON value is not a string");
  return std::get<std::string>(value_);
}
std::int64_t Json::as_integer() const {
  require(is_integer(), "JSON value is not an integer");
  return std::get<std::int64_t>(value_);
}
double Json::as_double() const {
  require(is_double(), "JSON value is not a double");
  return std::get<double>(value_);
}
bool Json::as_bool() const {
  require(is_bool(), "JSON value is not a boolean");
  return std::get<bool>(value_);
}
Json::Array const& Json::as_array() const {
  require(is_array(), "JSON value is not an array");
  return std::get<Array>(value_);
}
Json::Object const& Json::as_object() const {
  require(is_object(), "JSON value is not an object");
  return std::get<Object>(value_);
}

void Json::set(std::string_view name, Json value) {
  if (is_null()) value_ = Object();
  require(is_object(), "set needs an object");
  auto& object = std::get<Object>(value_);
  for (auto& [key, old] : object)
    if (key == name) {
      old = std::move(value);
      return;
    }
  object.emplace_back(std::string(name), std::move(value));
}

void Json::push(Json value) {
  if (is_null()) value_ = Array();
  require(is_array(), "push needs an array");
  std::get<Array>(value_).push_back(std::move(value));
}

}  // namespace landfall
