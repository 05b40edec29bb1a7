#include "sandbox/github_holders.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall::sandbox {

Holder repository_holder(Call const& call) {
  Repository& repository = *call.repository;
  return {fmt::format("repository {}", repository.id), &repository.secrets, &repository.variables};
}

std::optional<Holder> environment_holder(Call const& call) {
  GateEnvironment* const environment = find_environment(call, call.words[0]);
  if (environment == nullptr) return std::nullopt;
  return Holder{fmt::format("environment {}", environment->id), &environment->secrets,
                &environment->variables};
}

Holder organization_holder(Call const& call) {
  Organization& organization = call.state.github.organizations.at(call.words[0]);
  return {"organization " + call.words[0], &organization.secrets, &organization.variables,
          call.words[0]};
}

Organization* owner_of(Call const& call) {
  auto const found = call.state.github.organizations.find(call.repository->owner);
  return found == call.state.github.organizations.end() ? nullptr : &found->second;
}

Sharing read_sharing(Given& given, Holder const& holder) {
  Sharing sharing;
  if (holder.organization.empty()) return sharing;
  sharing.visibility = given.text_or("visibility", "private");
  if (sharing.visibility != "all" && sharing.visibility != "private" &&
      sharing.visibility != "selected")
    given.refuse(github_error(422,
                              "Invalid request.\n\nvisibility must be one of all, private, "
                              "selected."));
  Json const* const ids = given.find("selected_repository_ids");
  if (ids != nullptr && ids->is_array())
    for (Json const& id : ids->as_array())
      if (id.is_integer()) sharing.selected.push_back(id.as_integer());
  return sharing;
}

bool is_shared(Repository const& repository, std::string_view visibility,
               std::vector<std::int64_t> const& selected) {
  if (visibility == "private") return repository.is_private;
  if (visibility != "selected") return true;
  return std::find(selected.begin(), selected.end(), repository.id) != selected.end();
}

void add_visibility(Call const& call, Holder const& holder, std::string_view kind,
                    std::string_view name, std::string_view visibility, Json& json) {
  if (holder.organization.empty()) return;
  json.set("visibility", visibility.empty() ? "all" : visibility);
  if (visibility == "selected")
    json.set("selected_repositories_url",
             github_url(call.state, fmt::format("/orgs/{}/actions/{}/{}/repositories",
                                                holder.organization, kind, name)));
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

std::optional<Response> refuse_name(std::string_view name, std::string_view kind) {
  bool const plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (name.empty() || !plain)
    return github_error(422, fmt::format("{} names can only contain alphanumeric characters "
                                         "([a-z], [A-Z], [0-9]) or underscores (_). Spaces are "
                                         "not allowed.",
                                         kind));
  if (name.front() >= '0' && name.front() <= '9')
    return github_error(422, fmt::format("{} names must not start with a number.", kind));
  if (name.starts_with("GITHUB_"))
    return github_error(422, fmt::format("{} names must not start with GITHUB_.", kind));
  return std::nullopt;
}

}  // namespace landfall::sandbox
