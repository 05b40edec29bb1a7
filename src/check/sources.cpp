#include "check/sources.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

/// The column of `target` that a source is asked about.
std::string_view subject_column(std::string_view source) {
  if (source.starts_with("heroku.")) return "app";
  if (source.starts_with("github.")) return "repository";
  return "target";
}

}  // namespace

Result<Silences> silences(Store& store, std::vector<std::string> const& sources) {
  Silences all;
  for (std::string const& source : sources) {
    std::string const column(subject_column(source));
    sql::Rows const rows = TRY(store.database().query(
        // Subjects are fewer than targets: ten services of one repository are one question.
        fmt::format("SELECT t.target, s.state, s.reason, s.since, s.evidence_id "
                    "FROM (SELECT DISTINCT {0} AS subject FROM target) d "
                    "LEFT JOIN source_state s ON s.subject = d.subject AND s.source = :source "
                    "CROSS JOIN target t "
                    "WHERE t.{0} = d.subject AND NOT EXISTS (SELECT 1 FROM source_state o "
                    "WHERE o.subject = d.subject AND o.source = :source AND o.state = 'observed')",
                    column),
        {{":source", source}}));
    for (sql::Row const& row : rows) {
      SourceSilence silence{"never_observed", "nobody has asked yet", std::nullopt, std::nullopt};
      if (!row.null("state")) {
        silence.state = row.text("state");
        silence.reason = row.text("reason");
        silence.since = from_epoch_seconds(row.integer("since"));
        silence.evidence = row["evidence_id"].maybe_integer();
      }
      all[source][row.text("target")] = std::move(silence);
    }
  }
  return all;
}

std::string sentence(std::string_view source, SourceSilence const& silence) {
  return fmt::format("{}: {}{}", source, replace_all(silence.state, "_", " "),
                     silence.reason.empty() ? "" : fmt::format(" ({})", silence.reason));
}

std::vector<std::int64_t> evidence_numbers(std::string_view text) {
  std::vector<std::int64_t> numbers;
  for (std::string const& word : split(text, ' ')) {
    auto const number = parse_integer(word);
    if (number && std::find(numbers.begin(), numbers.end(), *number) == numbers.end())
      numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace landfall
