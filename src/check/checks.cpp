// Reads checks/*.sql.
#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "base/asset.h"
#include "base/text.h"
#include "check/check.h"
#include "check/header.h"

namespace landfall {

std::span<Asset const> check_files();

namespace {

std::string field(SqlFile const& file, std::string_view name, std::string_view id) {
  auto const found = file.fields.find(name);
  require(found != file.fields.end(), fmt::format("check {} has no line '-- {}:'", id, name));
  return found->second;
}

std::string field_or_none(SqlFile const& file, std::string_view name) {
  auto const found = file.fields.find(name);
  return found == file.fields.end() ? std::string() : found->second;
}

bool flag(SqlFile const& file, std::string_view name, std::string_view id) {
  std::string const text = field_or_none(file, name);
  require(text.empty() || text == "yes", fmt::format("check {}: '{}' takes yes", id, name));
  return !text.empty();
}

Check read_check(Asset const& asset) {
  SqlFile const file = read_sql_file(asset.content);
  Check check;
  check.id = asset.name.substr(0, asset.name.rfind('.'));
  check.title = field(file, "title", check.id);
  check.severity = field(file, "severity", check.id);
  require(check.severity.starts_with("SEV-") && check.severity.size() == 5 &&
              check.severity[4] >= '1' && check.severity[4] <= '4',
          fmt::format("check {} has the severity '{}'", check.id, check.severity));
  auto const hold = parse_duration(field(file, "for", check.id));
  require(hold.has_value(), fmt::format("check {} has a broken 'for'", check.id));
  check.hold = *hold;
  check.cause = field(file, "cause", check.id);
  for (std::string const& source : split(field(file, "needs", check.id), ','))
    if (!trim(source).empty()) check.needs.emplace_back(trim(source));
  check.fix = field(file, "fix", check.id);
  check.seed = field(file, "seed", check.id);
  check.page = field_or_none(file, "page");
  check.ended = field_or_none(file, "ended");
  check.absence = flag(file, "absence", check.id);
  check.after_grace = flag(file, "grace", check.id);
  check.why = file.prose;
  require(!check.why.empty(), fmt::format("check {} does not say why it matters", check.id));
  check.sql = file.sql;
  return check;
}

std::vector<Check> read_checks() {
  std::vector<Check> all;
  for (Asset const& asset : check_files()) all.push_back(read_check(asset));
  std::sort(all.begin(), all.end(), [](Check const& a, Check const& b) { return a.id < b.id; });
  return all;
}

}  // namespace

bool is_of_path_or_gate(Check const& check) {
  return check.cause == "path" || check.cause == "gate";
}

std::vector<Check> const& checks() {
  static std::vector<Check> const all = read_checks();
  return all;
}

Check const* find_check(std::string_view id) {
  for (Check const& check : checks())
    if (check.id == id) return &check;
  return nullptr;
}

}  // namespace landfall
