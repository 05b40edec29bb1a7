// Whoever holds secrets and variables: a repository, an environment, an organisation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/github.h"

namespace landfall::sandbox {

struct Holder {
  std::string name;  ///< of its key: what distinguishes it from all others
  Secrets* secrets = nullptr;
  Variables* variables = nullptr;
  std::string organization{};  ///< its login; empty: it is none
};

Holder repository_holder(Call const& call);
std::optional<Holder> environment_holder(Call const& call);  ///< none: no such environment
Holder organization_holder(Call const& call);  ///< of the path, which is known to be there
/// The organisation that owns the call's repository; nullptr: a user does, or it holds nothing.
Organization* owner_of(Call const& call);

/// With whom an organisation shares: all, private or selected.
struct Sharing {
  std::string visibility;
  std::vector<std::int64_t> selected;
};
Sharing read_sharing(Given& given, Holder const& holder);
bool is_shared(Repository const& repository, std::string_view visibility,
               std::vector<std::int64_t> const& selected);
void add_visibility(Call const& call, Holder const& holder, std::string_view kind,
                    std::string_view name, std::string_view visibility, Json& json);

std::string upper(std::string_view text);
/// Letters, digits and underscores, no digit first, not GITHUB_.
std::optional<Response> refuse_name(std::string_view name, std::string_view kind);

}  // namespace landfall::sandbox
