#include <fmt/core.h>

#include "base/text.h"
#include "incident/sections.h"

namespace landfall {
namespace {

Result<std::string> evidence_table(Story const& story, Book const& book) {
  if (book.evidence().empty())
    return std::string("No evidence was cited: none is kept of that time.\n");
  std::string text =
      "| Evidence | Request | Fetched at (UTC) | Status | SHA-256 |\n|---|---|---|---|---|\n";
  for (std::int64_t const number : book.evidence()) {
    sql::Rows const rows = TRY(story.database().query(
        "SELECT request, fetched_at, last_at, status, sha256 FROM evidence WHERE id = ?",
        {number}));
    if (rows.empty()) {
      text += fmt::format("| E{} | it is not kept any more | | | |\n", number);
      continue;
    }
    sql::Row const& row = rows.rows.front();
    std::string when = iso8601(from_epoch_seconds(row.integer("fetched_at")));
    if (row.integer("last_at") > row.integer("fetched_at"))
      when += ", the same until " + iso8601(from_epoch_seconds(row.integer("last_at")));
    text += fmt::format("| E{} | {} | {} | {} | `{}` |\n", number, plain(row.text("request")), when,
                        row.integer("status") == 0 ? "no answer" : row.text("status"),
                        row.text("sha256").substr(0, 12));
  }
  return text;
}

}  // namespace

Result<std::string> references_section(Story const& story, Book const& book) {
  std::string text = TRY(evidence_table(story, book));
  text += "\n";
  for (std::int64_t const deploy : book.deploys())
    text += fmt::format("- D{}: the journal of deploy {}: `landfall deploys {}`\n", deploy, deploy,
                        deploy);
  for (std::string const& finding : book.findings())
    text += fmt::format("- F {}: a finding of the check `{}`: `landfall checks {}`\n", finding,
                        finding, finding);
  for (std::string const& place : book.declared())
    text += fmt::format("- {}: what is declared of {}, file and line\n", place,
                        plain(story.target.name));
  return text;
}

}  // namespace landfall
