// What a deploy sees before it starts: the commit, the app, its releases and its gate.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collect/client.h"
#include "deploy/answers.h"
#include "intent/intent.h"

namespace landfall {

struct Look {
  std::string commit;
  bool archived = false;
  bool maintenance = false;
  std::string web_url;
  std::vector<ReleaseSeen> releases;
  std::optional<std::string> live_commit;  ///< of the release in force; nullopt: it carries no code
  std::optional<EnvironmentSeen> environment;  ///< nullopt: no gate is declared, or it is missing
  bool environment_missing = false;
  std::int64_t commit_evidence = 0;
  std::int64_t app_evidence = 0;
  std::int64_t releases_evidence = 0;
  std::int64_t gate_evidence = 0;
};

/// Asks the platforms, changing nothing. `commit` is what a resumed deploy was already bound to; if
/// it is absent the ref is resolved. Stops silently when the client dies.
void look(std::shared_ptr<Client> const& client, Target const& target, std::string const& ref,
          std::optional<std::string> const& commit,
          std::move_only_function<void(Result<Look>)> done);

/// Why a deploy may not start, as far as the platforms can tell; nullopt: it may. Pure.
std::optional<std::string> refusal_of(Target const& target, Look const& seen,
                                      bool maintenance_is_ours);
/// Is there no release with code to go back to: `spoilt` are releases that were rolled back.
bool is_first(Look const& seen, std::vector<std::int64_t> const& spoilt);

}  // namespace landfall
