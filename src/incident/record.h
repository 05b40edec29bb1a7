// An incident and all that its report speaks of, read from the facts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "facts/store.h"
#include "intent/intent.h"

namespace landfall {

/// A row of the table `incident`.
struct IncidentRecord {
  std::string id;
  std::string target;
  std::string check;
  std::string severity;
  Instant began{};
  Instant detected{};
  std::optional<Instant> resolved;
  std::string summary;
};
IncidentRecord incident_from(sql::Row const& row);
Result<> write_incident(Store& store, IncidentRecord const& incident);

/// A finding from when it was first found until it was found no more, whatever its words were in
/// between.
struct FindingSpan {
  std::string check;
  std::string subject;
  std::string target;
  std::string severity;
  Instant since{};               ///< by the evidence
  Instant found{};               ///< by landfall, first
  std::optional<Instant> ended;  ///< nullopt: it is still found
  std::string message;           ///< the last words
  std::vector<std::int64_t> evidence;
};

/// An incident with its target and findings. References live as long as the report is written.
struct Story {
  Store& store;
  Intent const& intent;
  IncidentRecord incident;
  Target const& target;
  Instant now;
  std::vector<FindingSpan> findings;  ///< of the target, and of its repository's paths and gates
  std::optional<Instant> first_look;  ///< when landfall fetched the first evidence of the app

  Instant end() const { return incident.resolved.value_or(now); }
  bool resolved() const { return incident.resolved.has_value(); }
  sql::Database& database() const { return store.database(); }
};
Result<Story> read_story(Store& store, Intent const& intent, std::string const& incident,
                         Instant now);

/// Evidence of the newest answer of a source that is observed; nullopt: it is not.
Result<std::optional<std::int64_t>> observed_by(Story const& story, std::string const& subject,
                                                std::string const& source);

}  // namespace landfall
