#include "cli/rows_text.h"

#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "cli/output.h"

namespace landfall {
namespace {

std::string csv_cell(std::string const& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  return "\"" + replace_all(text, "\"", "\"\"") + "\"";
}

std::string rows_csv(sql::Rows const& rows) {
  std::vector<std::string> head;
  for (std::string const& name : rows.names) head.push_back(csv_cell(name));
  std::string text = join(head, ",") + "\r\n";
  for (sql::Row const& row : rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < rows.names.size(); ++i)
      cells.push_back(csv_cell(cell_text(rows.names[i], row.values()[i])));
    text += join(cells, ",") + "\r\n";
  }
  return text;
}

Json json_value(std::string const& column, sql::Value const& value) {
  if (value.is_null()) return {};
  std::string text = cell_text(column, value);
  // An instant is a text; other integers stay numbers.
  if (value.is_integer() && text == value.text()) return {value.integer()};
  if (auto const* number = std::get_if<double>(&value.value_)) return {*number};
  return {std::move(text)};
}

std::string rows_json(sql::Rows const& rows) {
  Json list = Json::array();
  for (sql::Row const& row : rows) {
    Json object = Json::object();
    for (std::size_t i = 0; i < rows.names.size(); ++i)
      object.set(rows.names[i], json_value(rows.names[i], row.values()[i]));
    list.push(std::move(object));
  }
  return list.pretty() + "\n";
}

std::string rows_table(sql::Rows const& rows) {
  std::vector<std::vector<std::string>> cells;
  for (sql::Row const& row : rows) {
    cells.emplace_back();
    for (std::size_t i = 0; i < rows.names.size(); ++i)
      cells.back().push_back(cell_text(rows.names[i], row.values()[i]));
  }
  return table_text(rows.names, cells);
}

}  // namespace

std::string rows_text(sql::Rows const& rows, std::string_view form) {
  if (form == "json") return rows_json(rows);
  return form == "csv" ? rows_csv(rows) : rows_table(rows);
}

}  // namespace landfall
