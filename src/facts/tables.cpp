// Reads facts/*.sql: each file is a table's schema, its manual, and how it keeps time.
#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "base/asset.h"
#include "base/text.h"
#include "facts/store.h"

namespace landfall {

std::span<Asset const> fact_files();

namespace {

void read_header_line(Table& table, std::string_view line) {
  if (line.starts_with("key:")) {
    for (std::string const& name : split(line.substr(4), ',')) table.key.emplace_back(trim(name));
  } else if (line.starts_with("born:")) {
    table.born = trim(line.substr(5));
  } else if (line == "history") {
    table.keeps = Keeps::history;
  } else {
    table.sentence += table.sentence.empty() ? std::string(line) : fmt::format(" {}", line);
  }
}

Column read_column(std::string_view line) {
  std::string_view const comment =
      line.find("--") == std::string_view::npos ? "" : trim(line.substr(line.find("--") + 2));
  std::string_view const definition = trim(line.substr(0, line.find("--")));
  auto const blank = definition.find(' ');
  std::string_view const rest = trim(definition.substr(blank));
  std::string_view const type = rest.substr(0, rest.find_first_of(" ,"));
  return {std::string(definition.substr(0, blank)), std::string(type), std::string(comment)};
}

Table read_table(Asset const& file) {
  Table table;
  table.sql = file.content;
  table.name = file.name.substr(0, file.name.rfind('.'));
  bool inside = false;
  for (std::string const& line : lines_of(file.content)) {
    std::string_view const text = trim(line);
    if (!inside && text.starts_with("--")) read_header_line(table, trim(text.substr(2)));
    if (text.starts_with("CREATE TABLE")) {
      require(text == fmt::format("CREATE TABLE {} (", table.name),
              "a fact file is not named after its table");
      inside = true;
    } else if (text.starts_with(")")) {
      inside = false;
    } else if (inside && !text.starts_with("PRIMARY KEY (")) {
      table.columns.push_back(read_column(text));
      require(!table.columns.back().sentence.empty(),
              fmt::format("column {}.{} has no sentence", table.name, table.columns.back().name));
    }
  }
  require(!table.key.empty() && !table.columns.empty(), "a fact file has no key or no columns");
  return table;
}

std::vector<Table> read_tables() {
  std::vector<Table> all;
  for (Asset const& file : fact_files()) all.push_back(read_table(file));
  std::sort(all.begin(), all.end(), [](Table const& a, Table const& b) { return a.name < b.name; });
  return all;
}

}  // namespace

std::vector<Table> const& tables() {
  static std::vector<Table> const all = read_tables();
  return all;
}

std::string_view to_word(Observed state) {
  switch (state) {
    case Observed::observed:
      return "observed";
    case Observed::never_observed:
      return "never_observed";
    case Observed::source_off:
      return "source_off";
    case Observed::no_permission:
      return "no_permission";
    case Observed::failed:
      return "failed";
    case Observed::stale:
      return "stale";
  }
  unreachable_here("an observation has no such state");
}

}  // namespace landfall
