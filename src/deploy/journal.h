// The journal of deploys: rows of `deploy` and `deploy_step` as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "deploy/deploy.h"
#include "facts/store.h"

namespace landfall {

/// A row of the table `deploy`.
struct DeployRow {
  std::int64_t id = 0;
  std::string target;
  std::string app;
  std::string repository;
  std::string ref;
  std::optional<std::string> commit;
  std::string requester;
  DeployState state = DeployState::preflight;
  std::optional<bool> first;
  std::optional<std::string> plan_hash;
  std::string token;
  std::optional<std::string> build_id;
  std::optional<std::int64_t> release;
  std::optional<std::int64_t> before_release;
  std::string reason;
  Instant created_at{};
  std::optional<Instant> ended_at;
};

/// ErrorKind::missing if there is no deploy of that number.
Result<DeployRow> read_deploy(Store& store, std::int64_t deploy);
/// All deploys of a target that have not ended, oldest first.
Result<std::vector<DeployRow>> unfinished_deploys(Store& store, std::string const& target);
/// Writes it anew, or over the one of its number, and returns the number.
Result<std::int64_t> write_deploy(Store& store, DeployRow const& row);

/// An entry of a deploy's journal. Evidence 0 means none.
struct Entry {
  std::int64_t deploy = 0;
  std::string step;
  std::string outcome;
  std::string detail;
  std::int64_t evidence = 0;
};
Result<> append_entry(Store& store, Entry const& entry, Instant now);

/// When a step of a deploy was first journalled with that outcome; nullopt: never.
Result<std::optional<Instant>> first_entry_at(Store& store, std::int64_t deploy,
                                              std::string_view step, std::string_view outcome);
/// The words of the first such entry; nullopt: there is none.
Result<std::optional<std::string>> first_detail(Store& store, std::int64_t deploy,
                                                std::string_view step, std::string_view outcome);
/// The words of the last step that failed; "" if none did.
Result<std::string> last_failure(Store& store, std::int64_t deploy);

/// The deploy that was rolled back with this commit on this target and that no person has lifted
/// the quarantine of; nullopt: the commit may be deployed. A prefix of 7 characters or more is
/// enough.
Result<std::optional<DeployRow>> quarantine_of(Store& store, std::string const& target,
                                               std::string_view commit);
/// Releases that came of rolled-back deploys: nothing may be rolled back to them.
Result<std::vector<std::int64_t>> rolled_back_releases(Store& store, std::string const& target);
/// Did the last deploy that changed this target end with maintenance mode on, as agreed for a first
/// deploy. The next deploy then has to turn it off.
Result<bool> left_in_maintenance(Store& store, std::string const& target,
                                 std::int64_t before_deploy);

/// A word as in the table; nullopt for a word of a newer version.
std::optional<DeployState> deploy_state_from(std::string_view word);

}  // namespace landfall
