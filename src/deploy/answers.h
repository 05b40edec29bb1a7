// What a deploy reads from the platforms' answers. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "deploy/gates.h"

namespace landfall {

struct ReleaseSeen {
  std::int64_t version = 0;
  std::string id;
  std::string status;
  std::string description;
  std::string user;
  std::optional<std::string> slug;
  bool carries_code = false;  ///< a slug, an image or an artifact
  bool current = false;
  bool eligible = false;  ///< eligible_for_rollback
  bool operator==(ReleaseSeen const&) const = default;
};
Result<ReleaseSeen> release_from(Json const& json);
/// Oldest first, whatever the order of the answer.
Result<std::vector<ReleaseSeen>> releases_from(Json const& json);
ReleaseSeen const* current_release(std::vector<ReleaseSeen> const& releases);
ReleaseSeen const* find_release(std::vector<ReleaseSeen> const& releases, std::int64_t version);

struct BuildSeen {
  std::string id;
  std::string status;
  std::optional<std::string> release_id;
  std::string output_url;   ///< where the build's output can be read, without a token; a secret
  std::string description;  ///< source_blob.version_description: our token stands there
};
Result<BuildSeen> build_from(Json const& json);
/// The same answer without its signed URLs: for the evidence.
Json without_signed_urls(Json build);

struct DynoSeen {
  std::string name;
  std::string type;
  std::string state;
  std::int64_t version = 0;
};
Result<std::vector<DynoSeen>> dynos_from(Json const& json);

struct FormationSeen {
  std::string type;
  std::int64_t quantity = 0;
};
Result<std::vector<FormationSeen>> formation_from(Json const& json);

/// The rules of a GitHub environment; branch names of custom policies come from another answer.
Result<EnvironmentSeen> environment_from(Json const& json);

/// What a build's marker looks like in source_blob.version_description.
std::string build_mark(std::string const& token);

}  // namespace landfall
