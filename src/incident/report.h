// The RCA: every sentence of the machine cites its evidence; a person's words are never
// overwritten.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/store.h"
#include "intent/intent.h"

namespace landfall {

/// Opens incidents for findings of SEV-1 and SEV-2 that violate a target, closes those whose target
/// is without such findings again. Called after each evaluation of checks.
Result<> follow_incidents(Store& store, Intent const& intent, Instant now);

/// The Markdown of an incident's report. `before` is the text of an earlier report, "" if there is
/// none: what people wrote between its human markers is kept.
Result<std::string> incident_report(Store& store, Intent const& intent, std::string const& incident,
                                    std::string_view before, Instant now);

/// The incident of that id, or the newest one of that target. ErrorKind::missing with a suggestion.
Result<std::string> find_incident(Store& store, std::string const& id_or_target);

/// The machine's sentences of a report that end without a citation: there must be none.
std::vector<std::string> uncited_sentences(std::string_view report);

}  // namespace landfall
