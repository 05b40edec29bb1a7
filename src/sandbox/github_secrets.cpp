// Secrets of repositories, environments and organisations: names are shown, values never.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_holders.h"
#include "sandbox/github_seal.h"

namespace landfall::sandbox {
namespace {

std::size_t const value_max = 48 * 1024;

Json secret_json(Call const& call, Holder const& holder, std::string_view name,
                 Secret const& secret) {
  Json json = Json::object({{"name", name},
                            {"created_at", iso8601(secret.created_at)},
                            {"updated_at", iso8601(secret.updated_at)}});
  add_visibility(call, holder, "secrets", name, secret.visibility, json);
  return json;
}

Response public_key(Call const& call, Holder const& holder) {
  auto const key = sealing_key(call.state.github.key_seed, holder.name);
  if (!key) return github_error(500, key.error().text);
  return json_response(200, Json::object({{"key_id", key->id}, {"key", key->key}}));
}

Response secrets_page(Call& call, Holder const& holder, Role role) {
  if (auto refusal = refuse_below(call, role)) return *std::move(refusal);
  Json::Array items;
  for (auto const& [name, secret] : *holder.secrets)
    items.push_back(secret_json(call, holder, name, secret));
  return paged(call, std::move(items), "secrets");
}

Response put(Call& call, Holder const& holder, std::string const& written_name) {
  Given given(call);
  std::string const box = given.required("encrypted_value");
  std::string const key_id = given.required("key_id");
  Sharing const sharing = read_sharing(given, holder);
  if (given.refusal()) return *std::move(given.refusal());
  std::string const name = upper(written_name);
  if (auto refusal = refuse_name(name, "Secret")) return *std::move(refusal);
  auto const key = sealing_key(call.state.github.key_seed, holder.name);
  if (!key) return github_error(500, key.error().text);
  if (key_id != key->id) return github_error(422, "Bad Request - key_id does not match");
  auto const value = unsealed(*key, box);
  if (!value) return github_error(422, "Bad Request - encrypted_value is not a sealed box");
  if (value->size() > value_max)
    return github_error(422, "Secret value is too large (maximum is 48 KB)");
  bool const is_new = !holder.secrets->contains(name);
  Secret& secret = (*holder.secrets)[name];
  if (is_new) secret.created_at = call.now;
  secret.updated_at = call.now;
  secret.value = *value;
  secret.visibility = sharing.visibility;
  secret.selected = sharing.selected;
  return is_new ? json_response(201, Json::object()) : Response{.status = 204};
}

Response show(Call const& call, Holder const& holder, std::string const& name) {
  auto const found = holder.secrets->find(upper(name));
  if (found == holder.secrets->end()) return github_not_found();
  return json_response(200, secret_json(call, holder, found->first, found->second));
}

Response remove(Holder const& holder, std::string const& name) {
  return holder.secrets->erase(upper(name)) == 0 ? github_not_found() : Response{.status = 204};
}

}  // namespace

Response list_secrets(Call& call) {
  return secrets_page(call, repository_holder(call), Role::write);
}

Response show_secrets_key(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  return public_key(call, repository_holder(call));
}

Response show_secret(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  return show(call, repository_holder(call), call.words[0]);
}

Response put_secret(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  return put(call, repository_holder(call), call.words[0]);
}

Response delete_secret(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  return remove(repository_holder(call), call.words[0]);
}

Response list_environment_secrets(Call& call) {
  auto const holder = environment_holder(call);
  return holder ? secrets_page(call, *holder, Role::write) : github_not_found();
}

Response show_environment_secrets_key(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  auto const holder = environment_holder(call);
  return holder ? public_key(call, *holder) : github_not_found();
}

Response show_environment_secret(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  auto const holder = environment_holder(call);
  return holder ? show(call, *holder, call.words[1]) : github_not_found();
}

Response put_environment_secret(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  auto const holder = environment_holder(call);
  return holder ? put(call, *holder, call.words[1]) : github_not_found();
}

Response delete_environment_secret(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  auto const holder = environment_holder(call);
  return holder ? remove(*holder, call.words[1]) : github_not_found();
}

/// Those of the owner that the repository may use.
Response list_shared_secrets(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Json::Array items;
  if (Organization const* const owner = owner_of(call))
    for (auto const& [name, secret] : owner->secrets)
      if (is_shared(*call.repository, secret.visibility, secret.selected))
        items.push_back(Json::object({{"name", name},
                                      {"created_at", iso8601(secret.created_at)},
                                      {"updated_at", iso8601(secret.updated_at)}}));
  return paged(call, std::move(items), "secrets");
}

Response list_organization_secrets(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return secrets_page(call, organization_holder(call), Role::admin);
}

Response show_organization_secrets_key(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return public_key(call, organization_holder(call));
}

Response show_organization_secret(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return show(call, organization_holder(call), call.words[1]);
}

Response put_organization_secret(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return put(call, organization_holder(call), call.words[1]);
}

Response delete_organization_secret(Call& call) {
  if (auto refusal = refuse_non_owner(call)) return *std::move(refusal);
  return remove(organization_holder(call), call.words[1]);
}

}  // namespace landfall::sandbox
