// The sections of a report, each a function from the story to Markdown. None may come out empty: a
// section that has nothing to say says so, and why.
#pragma once

#include <string>

#include "base/result.h"
#include "incident/book.h"
#include "incident/record.h"

namespace landfall {

Result<std::string> head_section(Story const& story, Book& book);
Result<std::string> summary_section(Story const& story, Book& book);
Result<std::string> timeline_section(Story const& story, Book& book);
Result<std::string> impact_section(Story const& story, Book& book);
Result<std::string> went_well_section(Story const& story, Book& book);
Result<std::string> went_badly_section(Story const& story, Book& book);
Result<std::string> causes_section(Story const& story, Book& book);
Result<std::string> detection_section(Story const& story, Book& book);
Result<std::string> resolution_section(Story const& story, Book& book);
Result<std::string> validation_section(Story const& story, Book& book);
Result<std::string> actions_section(Story const& story, Book& book);
/// Comes last: it lists what the others cited.
Result<std::string> references_section(Story const& story, Book const& book);

/// "8 days 9 h latent", from the beginning to the detection.
Duration latent(Story const& story);
/// The finding that opened the incident, or the worst one if it is not kept any more.
FindingSpan const* opening_finding(Story const& story);
/// What the incident itself rests on.
Cites by_incident(Story const& story);
/// What shows that a finding is gone: the newest answers of the sources that its check reads.
Result<Cites> by_newest(Story const& story, FindingSpan const& finding);
/// What shows how the incident stands: its finding, or the newest answers once it is resolved.
Result<Cites> by_standing(Story const& story);
/// "main", "all", "protected branches": whom a GitHub environment admits.
std::string branches_text(std::string const& policy, std::string const& names);
/// The title of a check, its id if this version does not know it.
std::string check_title(std::string const& check);

/// Counts over the app's releases from its creation to the incident's detection.
struct ReleaseCounts {
  std::int64_t all = 0;
  std::int64_t with_code = 0;
  std::vector<std::int64_t> evidence;
};
Result<ReleaseCounts> count_releases(Story const& story);

}  // namespace landfall
