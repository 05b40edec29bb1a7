#include "sandbox/record.h"

#include <fmt/core.h>

namespace landfall::sandbox {

Json const* RecordReader::member(std::string_view name) {
  if (!result_) return nullptr;
  for (auto const& [key, value] : object_.as_object())
    if (key == name) return &value;
  return nullptr;
}

void RecordReader::at(std::string_view name, Result<> result) {
  if (!result) result_ = during(name, std::move(result));
}

std::unexpected<Error> RecordReader::expected(std::string_view what, Json const& found) {
  return fail(ErrorKind::data, fmt::format("expected {}, found {}", what, found.kind()));
}

void RecordReader::bytes(std::string_view name, std::string& value) {
  std::optional<std::string> read;
  bytes(name, read);
  if (read) value = *std::move(read);
}

void RecordReader::bytes(std::string_view name, std::optional<std::string>& value) {
  Json const* const found = member(name);
  if (found == nullptr || found->is_null()) return;
  if (!found->is_string()) return at(name, expected("a name of bytes", *found));
  if (found->as_string().empty()) {
    value.emplace();
    return;
  }
  auto content = bytes_.find(found->as_string());
  if (!content) return at(name, std::unexpected(std::move(content).error()));
  value = *std::move(content);
}

void RecordReader::bytes_of(std::string_view name,
                            std::map<std::string, std::string, std::less<>>& values) {
  Json const* const found = member(name);
  if (found == nullptr) return;
  if (!found->is_object()) return at(name, expected("an object", *found));
  for (auto const& [key, one] : found->as_object()) {
    if (!one.is_string()) return at(name, expected("a name of bytes", one));
    auto content = bytes_.find(one.as_string());
    if (!content) return at(name, std::unexpected(std::move(content).error()));
    values[key] = *std::move(content);
  }
}

}  // namespace landfall::sandbox
