#include "check/header.h"

#include <fmt/core.h>

#include "base/text.h"

namespace landfall {
namespace {

bool is_field_name(std::string_view text) {
  if (text.empty()) return false;
  for (char const c : text)
    if (c < 'a' || c > 'z') return false;
  return true;
}

}  // namespace

SqlFile read_sql_file(std::string_view text) {
  SqlFile file;
  std::string field;
  bool in_prose = false;
  bool in_header = true;
  for (std::string const& line : lines_of(text)) {
    if (!line.starts_with("--")) in_header = false;
    if (!in_header) {
      file.sql += line + "\n";
      continue;
    }
    std::string_view const content = trim(std::string_view(line).substr(2));
    auto const colon = content.find(':');
    bool const starts_field = !in_prose && colon != std::string_view::npos &&
                              is_field_name(content.substr(0, colon)) && line.starts_with("-- ") &&
                              !line.starts_with("--   ");
    if (content.empty()) {
      in_prose = true;
    } else if (in_prose) {
      file.prose += file.prose.empty() ? std::string(content) : fmt::format(" {}", content);
    } else if (starts_field) {
      field = content.substr(0, colon);
      file.fields[field] = trim(content.substr(colon + 1));
    } else if (!field.empty()) {
      file.fields[field] += fmt::format(" {}", content);
    }
  }
  return file;
}

}  // namespace landfall
