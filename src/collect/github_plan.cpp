// What an account pays for: it decides which rules of an environment hold in a private repository.
// docs.github.com "Deployments and environments", and "Get an organization": `plan` is shown to
// owners only, and of a user to that user only.
#include <fmt/core.h>

#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {
namespace {

Json slim(Json json) {
  return only_members(std::move(json), {"login", "plan"});
}

Error not_shown(std::string const& login, std::string_view right) {
  return {ErrorKind::refused,
          fmt::format("GitHub does not show the plan of {} to the token in GITHUB_TOKEN: it takes "
                      "{}",
                      printable(login), right),
          "unauthorized"};
}

}  // namespace

Result<Owner> github_owner(std::string const& repository, Json const& json) {
  Owner owner{.login = repository.substr(0, repository.find('/'))};
  std::optional<std::string> const type = TRY(json.text_or_null("owner.type"));
  owner.is_organization = type == "Organization";
  return owner;
}

Ask github_plan_ask(Owner const& owner) {
  return {.service = Service::github,
          .source = "github.plan",
          .path = owner.is_organization ? "/orgs/" + url_encode(owner.login) : "/user",
          .redact = slim};
}

Result<std::vector<Fact>> github_plan_facts(Owner const& owner, Json const& json) {
  std::string const login = TRY(json.text("login"));
  std::optional<std::string> const plan = TRY(json.text_or_null("plan.name"));
  if (lower(login) != lower(owner.login))
    return std::unexpected(not_shown(owner.login, "a token of " + printable(owner.login)));
  if (!plan)
    return std::unexpected(not_shown(
        owner.login, owner.is_organization
                         ? "an owner's, with 'Plan: read' of the organisation (classic: admin:org)"
                         : "the right 'Plan: read' (classic: user)"));
  return std::vector<Fact>{{{"login", lower(owner.login)}, {"plan", *plan}}};
}

}  // namespace landfall
