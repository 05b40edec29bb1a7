#include "cli/output.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

bool is_instant(std::string_view column) {
  for (std::string_view const suffix : {"_at", "_until", "_from", "_to"})
    if (column.ends_with(suffix)) return true;
  return column == "since" || column == "at";
}

}  // namespace

std::string Output::paint(Paint paint, std::string_view text) const {
  return style().paint(paint, text);
}

void Output::line(std::string_view text) const {
  out(std::string(text) + "\n");
}

std::string table_text(std::vector<std::string> const& names,
                       std::vector<std::vector<std::string>> const& rows) {
  std::vector<std::size_t> widths;
  for (std::string const& name : names) widths.push_back(width_of(name));
  for (auto const& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  auto const render = [&](std::vector<std::string> const& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += cells[i];
      if (i + 1 < cells.size()) line += std::string(widths[i] - width_of(cells[i]) + 2, ' ');
    }
    return line + "\n";
  };
  std::string text = render(names);
  std::vector<std::string> rule;
  for (std::size_t const width : widths) rule.emplace_back(width, '-');
  text += render(rule);
  for (auto const& row : rows) text += render(row);
  return text;
}

std::string cell_text(std::string_view column, sql::Value const& value) {
  if (value.is_null()) return "";
  if (value.is_integer() && is_instant(column)) return iso8601(from_epoch_seconds(value.integer()));
  std::string const text = value.text();
  if (!is_utf8(text)) return fmt::format("({} bytes)", text.size());
  return replace_all(printable(text), "\n", " ");
}

std::string evidence_text(std::vector<std::int64_t> const& evidence) {
  if (evidence.empty()) return "";
  std::string text = "[";
  for (std::int64_t const number : evidence)
    text += fmt::format("{}E{}", text.size() > 1 ? " " : "", number);
  return text + "]";
}

}  // namespace landfall
