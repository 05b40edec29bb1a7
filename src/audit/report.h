// What an audit has to say, before it takes the form of a text, of JSON, of SARIF or of a graph.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/audit.h"
#include "audit/baseline.h"

namespace landfall {

/// What people are told of a rule, or of a check over facts.
struct CheckPage {
  std::string id;
  std::string title;
  std::string severity;
  std::string why;
  std::string fix;
};

/// That checks over facts were run too: over which, and what could not be told.
struct JoinedFacts {
  std::string source;    ///< "landfall.db", "GitHub"
  std::string recorded;  ///< when, for people
  bool asked = false;    ///< now, because the person asked for it
  /// Checks that could not tell, each with the reason.
  std::vector<std::pair<std::string, std::string>> untold;
};

struct AuditReport {
  std::string root;  ///< the folder that was audited, for people
  AuditResult result;
  std::vector<bool> known;          ///< by place in the findings: in the baseline
  std::vector<BaselineEntry> gone;  ///< in the baseline, and found no more
  std::vector<Note> remarks;        ///< said, but no findings
  std::vector<std::string> unread;  ///< what could not be read, and why
  std::string refs_unknown;         ///< why filters were not compared with branches and tags
  std::optional<JoinedFacts> facts;

  std::function<CheckPage(std::string_view id)> page;
  ReadText read;  ///< for excerpts

  bool is_known(std::size_t finding) const { return finding < known.size() && known[finding]; }
  std::size_t fresh() const;  ///< findings that count: those that no baseline knows
  /// 0 nothing found, 1 findings that count, 3 something could not be observed.
  int exit_code() const;
};

/// Gives each finding the severity of its rule where it has none of its own, and sorts: the worst
/// first, then by file and place.
void arrange_findings(AuditReport& report);

/// What an ignore comment that ignored nothing is worth saying: `judged` tells whether the check of
/// that id was run at all.
std::vector<Note> idle_ignores(std::span<IgnoreComment const> comments,
                               std::function<bool(std::string_view)> const& judged);

/// The file's lines and byte offsets, asked for once.
class SourceText {
 public:
  explicit SourceText(ReadText read) : read_(std::move(read)) {}

  /// nullptr if it cannot be read. Good until the next call.
  std::string const* of(std::string const& file);

 private:
  ReadText read_;
  std::vector<std::pair<std::string, std::optional<std::string>>> texts_;
};

/// A line of a text by its number from 1, without its end; "" beyond the last.
std::string_view line_of(std::string_view text, yaml::Mark mark);

/// "file:line:column".
std::string place_text(Place const& place);

}  // namespace landfall
