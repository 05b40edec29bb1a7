// What mends a finding: the exact API calls and the patch, shown first, applied when told to.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "collect/client.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

/// One proposal. Either an environment that is to be as declared, or a file that is to change.
struct Fix {
  std::string check;
  std::string subject;
  std::string title;               ///< what will be so afterwards, in a sentence
  std::vector<std::string> calls;  ///< the exact calls, in order
  std::string diff;                ///< the patch; empty if no file changes

  std::string repository;
  std::optional<EnvironmentIntent> environment;
  std::string path;    ///< the file
  std::string branch;  ///< where the commit goes
  std::string sha;     ///< the blob that it replaces
  std::string after;   ///< its new text; empty: the file is deleted
};

/// Checks that have a fix: environment-missing, environment-unprotected, masked-failure,
/// duplicate-path.
bool has_fix(std::string_view check);

using FixesDone = std::function<void(Result<std::vector<Fix>>)>;
/// Proposals for the open findings of a check; reads files from GitHub, changes nothing.
void propose_fixes(World world, Store& store, Intent const& intent, Platforms const& platforms,
                   std::string const& check, FixesDone done);

/// Applies one, and files each answer as evidence under "fix.CHECK". The sentences say what was
/// done.
void apply_fix(World world, Store& store, Platforms const& platforms, Fix const& fix,
               std::function<void(Result<std::vector<std::string>>)> done);

}  // namespace landfall
