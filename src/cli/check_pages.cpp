#include "cli/check_pages.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "base/asset.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/check_text.h"

namespace landfall {

std::span<Asset const> check_files();

std::vector<std::string> sql_check_ids() {
  constexpr std::string_view suffix = ".sql";
  std::vector<std::string> ids;
  for (Asset const& file : check_files())
    ids.emplace_back(file.name.substr(0, file.name.size() - suffix.size()));
  return ids;
}

std::vector<std::string> all_check_ids() {
  std::vector<std::string> ids = sql_check_ids();
  for (Rule const& rule : rules()) ids.emplace_back(rule.id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

bool is_rule(std::string_view id) {
  std::span<Rule const> const all = rules();
  return std::any_of(all.begin(), all.end(), [id](Rule const& rule) { return rule.id == id; });
}

CheckPage check_page(std::string_view id) {
  if (is_rule(id)) {
    RulePage const& page = rule_page(id);
    return {page.id, page.title, page.severity, page.why, page.fix};
  }
  Check const* check = find_check(id);
  require(check != nullptr, "a page is asked of a check that exists");
  return {check->id, check->title, check->severity, check->why, general_fix(*check)};
}

Result<> known_check(std::string_view id) {
  std::vector<std::string> const ids = all_check_ids();
  if (std::find(ids.begin(), ids.end(), id) != ids.end()) return {};
  return fail(ErrorKind::usage, fmt::format("there is no check '{}'{}; `landfall checks` lists all",
                                            printable(id), did_you_mean(id, ids)));
}

}  // namespace landfall
