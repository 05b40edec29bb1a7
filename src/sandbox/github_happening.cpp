#include "sandbox/github_happening.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github_json.h"
#include "sandbox/github_start.h"

namespace landfall::sandbox {
namespace {

std::size_t const deliveries_max = 100;

Json payload_of(State const& state, Repository const& repository, Happening const& happening) {
  Json payload = Json::object();
  if (!happening.action.empty()) payload.set("action", happening.action);
  for (auto const& [name, value] : happening.payload.as_object()) payload.set(name, value);
  payload.set("repository", repository_json(state, repository));
  if (is_organization(state, repository.owner))
    payload.set("organization", github_user(state, repository.owner));
  payload.set("sender", github_user(state, happening.actor));
  return payload;
}

bool wants(Hook const& hook, std::string_view event) {
  auto const& events = hook.events;
  return hook.active && (std::find(events.begin(), events.end(), event) != events.end() ||
                         std::find(events.begin(), events.end(), "*") != events.end());
}

void tell_hooks(State& state, Repository& repository, Happening const& happening, Instant now) {
  auto const organization = state.github.organizations.find(repository.owner);
  std::vector<Hook*> hooks;
  for (Hook& hook : repository.hooks) hooks.push_back(&hook);
  if (organization != state.github.organizations.end())
    for (Hook& hook : organization->second.hooks) hooks.push_back(&hook);
  std::erase_if(hooks, [&](Hook* hook) { return !wants(*hook, happening.event); });
  if (hooks.empty()) return;
  Json const payload = payload_of(state, repository, happening);
  for (Hook* hook : hooks)
    queue_delivery(state, *hook, happening.event, happening.action, payload, now);
}

}  // namespace

HookDelivery& queue_delivery(State& state, Hook& hook, std::string event, std::string action,
                             Json const& payload, Instant now) {
  HookDelivery delivery{.id = state.next_id(), .guid = state.random.uuid()};
  delivery.event = std::move(event);
  delivery.action = std::move(action);
  delivery.url = hook.url;
  delivery.payload = payload.dump();
  delivery.at = now;
  state.github.hook_calls.push_back(
      {hook.id, delivery.id, payload.integer("repository.id").value_or(0)});
  hook.deliveries.push_back(std::move(delivery));
  if (hook.deliveries.size() > deliveries_max) hook.deliveries.pop_front();
  return hook.deliveries.back();
}

void happened(State& state, Repository& repository, Happening happening, Instant now) {
  tell_hooks(state, repository, happening, now);
  bool const starts = !happening.by_actions || happening.event == "repository_dispatch";
  if (starts) start_workflows(state, repository, happening, now);
}

std::optional<std::string> workflow_text(Repository const& repository, std::string_view sha,
                                         std::string_view path) {
  Commit const* const commit = resolve(repository, sha);
  auto const entry = commit == nullptr ? std::nullopt : entry_at(repository, commit->tree, path);
  auto const blob = entry ? repository.blobs.find(entry->sha) : repository.blobs.end();
  if (blob == repository.blobs.end()) return std::nullopt;
  return blob->second;
}

}  // namespace landfall::sandbox
