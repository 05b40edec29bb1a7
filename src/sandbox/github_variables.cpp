// Variables of repositories, environments and organisations.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_holders.h"

namespace landfall::sandbox {
namespace {

std::size_t const value_max = 48 * 1024;

Json variable_json(Call const& call, Holder const& holder, std::string_view name,
                   Variable const& variable) {
  Json json = Json::object({{"name", name},
                            {"value", variable.value},
                            {"created_at", iso8601(variable.created_at)},
                            {"updated_at", iso8601(variable.updated_at)}});
  add_visibility(call, holder, "variables", name, variable.visibility, json);
  return json;
}

Response variables_page(Call& call, Holder const& holder, Role role) {
  if (auto refusal = refuse_below(call, role)) return *std::move(refusal);
  Json::Array items;
  for (auto const& [name, variable] : *holder.variables)
    items.push_back(variable_json(call, holder, name, variable));
  return paged(call, std::move(items), "variables");
}

Response create(Call& call, Holder const& holder) {
  Given given(call);
  std::string const name = upper(given.required("name"));
  Variable variable{given.required("value"), call.now, call.now};
  Sharing const sharing = read_sharing(given, holder);
  if (given.refusal()) return *std::move(given.refusal());
  if (auto refusal = refuse_name(name, "Variable")) return *std::move(refusal);
  if (variable.value.size() > value_max)
    return github_error(422, "Variable value is too large (maximum is 48 KB)");
  variable.visibility = sharing.visibility;
  variable.selected = sharing.selected;
  if (!holder.variables->emplace(name, std::move(variable)).second)
    return github_error(409, "Already exists - Variable already exists");
  return json_response(201, Json::object());
}

Response update(Call& call, Holder const& holder, std::string const& written_name) {
  auto const found = holder.variables->find(upper(written_name));
  if (found == holder.variables->end()) return github_not_found();
  Given given(call);
  std::string const name = upper(given.text_or("name", found->first));
  auto const value = given.text("value");
  Sharing const sharing = read_sharing(given, holder);
  if (given.refusal()) return *std::move(given.refusal());
  if (auto refusal = refuse_name(name, "Variable")) return *std::move(refusal);
  Variable variable = found->second;
  if (value) variable.value = *value;
  if (given.has("visibility")) variable.visibility = sharing.visibility;
  if (given.has("selected_repository_ids")) variable.selected = sharing.selected;
  variable.updated_at = call.now;
  if (name != found->first && holder.variables->contains(name))
    return github_error(409, "Already exists - Variable already exists");
  holder.variables->erase(found);
  (*holder.variables)[name] = std::move(variable);
  return {.status = 204};
}

Response show(Call const& call, Holder const& holder, std::string const& name) {
  auto const found = holder.variables->find(upper(name));
  if (found == holder.variables->end()) return github_not_found();
  return json_response(200, variable_json(call, holder, found->first, found->second));
}

Response remove(Holder const& holder, std::string const& name) {
  return holder.variables->erase(upper(name)) == 0 ? github_not_found() : Response{.status = 204};
}

}  // namespace

Response list_variables(Call& call) {
  return variables_page(call, repository_holder(call), Role::write);
}

Response create_variable(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  return create(call, repository_holder(call));
}

Response show_variable(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  return show(call, repository_holder(call), call.words[0]);
}

Response update_variable(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  return update(call, repository_holder(call), call.words[0]);
}

Response delete_variable(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  return remove(repository_holder(call), call.words[0]);
}

Response list_environment_variables(Call& call) {
  auto const holder = environment_holder(call);
  return holder ? variables_page(call, *holder, Role::write) : github_not_found();
}

Response create_environment_variable(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  auto const holder = environment_holder(call);
  return holder ? create(call, *holder) : github_not_found();
}

Response show_environment_variable(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  auto const holder = environment_holder(call);
  return holder ? show(call, *holder, call.words[1]) : github_not_found();
}

Response update_environment_variable(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  auto const holder = environment_holder(call);
  return holder ? update(call, *holder, call.words[1]) : github_not_found();
}

Response delete_environment_variable(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  auto const holder = environment_holder(call);
  return holder ? remove(*holder, call.words[1]) : github_not_found();
}

/// Those of the owner that the repository may use.
Response list_shared_variables(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Json::Array items;
  if (Organization const* const owner = owner_of(call))
    for (auto const& [name, variable] : owner->variables)
      if (is_shared(*call.repository, variable.visibility, variable.selected))
        items.push_back(Json::object({{"name", name},
                                      {"value", variable.value},
                                      {"created_at", iso8601(variable.created_at)},
                                      {"updated_at", iso8601(variable.updated_at)}}));
  return paged(call, std::move(items), "variables");
}

Response list_organization_variables(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return variables_page(call, organization_holder(call), Role::admin);
}

Response create_organization_variable(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return create(call, organization_holder(call));
}

Response show_organization_variable(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return show(call, organization_holder(call), call.words[1]);
}

Response update_organization_variable(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return update(call, organization_holder(call), call.words[1]);
}

Response delete_organization_variable(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return remove(organization_holder(call), call.words[1]);
}

}  // namespace landfall::sandbox
