#include "sandbox/release.h"

#include <fmt/core.h>

#include <algorithm>

#include "sandbox/heroku_events.h"

namespace landfall::sandbox {
namespace {

void take_force(State& state, App& app, Release const& release, Instant now) {
  bool const had_web = app.formation.contains("web");
  adopt_process_types(state, app, release, now);
  auto const web = app.formation.find("web");
  if (!had_web && web != app.formation.end() && web->second.quantity == 1) {
    log_api(state, app, fmt::format("Scaled to web@1:{}", web->second.size), release.user, now);
  }
  app.updated_at = now;
  state.effects.push_back({EffectKind::sync_dynos, app.id, release.id});
}

bool is_first_code(App const& app, Release const& release) {
  return std::none_of(app.releases.begin(), app.releases.end(), [&](Release const& other) {
    return other.version < release.version && other.slug &&
           other.status == ReleaseStatus::succeeded;
  });
}

void settle_promotions(State& state, Release const& release, Instant now) {
  for (Promotion& promotion : state.heroku.promotions) {
    for (PromotionTarget& target : promotion.targets) {
      if (target.release != release.id) continue;
      bool const succeeded = release.status == ReleaseStatus::succeeded;
      target.status = succeeded ? PromotionStatus::succeeded : PromotionStatus::failed;
      target.error = succeeded ? "" : "Release phase failed";
      promotion.updated_at = now;
    }
  }
}

}  // namespace

std::optional<std::string> slug_in_force(App const& app) {
  Release const* const current = app.current();
  return current == nullptr ? std::nullopt : current->slug;
}

void adopt_process_types(State& state, App& app, Release const& release, Instant now) {
  Slug const* const slug = app.slug_of(release);
  if (slug == nullptr) return;
  std::erase_if(app.formation, [&](auto const& entry) {
    return slug->process_types.find(entry.first) == slug->process_types.end();
  });
  for (auto const& [type, command] : slug->process_types) {
    auto const [entry, is_new] = app.formation.try_emplace(type);
    Formation& formation = entry->second;
    if (is_new) {
      formation.id = state.random.uuid();
      formation.type = type;
      formation.quantity = type == "web" && is_first_code(app, release) ? 1 : 0;
      formation.created_at = now;
      formation.updated_at = now;
    }
    formation.command = command;
  }
}

Release& add_release(State& state, App& app, NewRelease wanted, Instant now) {
  Release release;
  release.id = state.random.uuid();
  release.version = app.releases.empty() ? 1 : app.releases.back().version + 1;
  release.description = std::move(wanted.description);
  release.user = std::move(wanted.user);
  release.slug = std::move(wanted.slug);
  release.config = app.config;
  release.created_at = now;
  release.updated_at = now;
  Slug const* const slug = app.slug_of(release);
  bool const has_phase = wanted.phase == ReleasePhase::runs && slug != nullptr &&
                         slug->process_types.contains("release");
  if (has_phase) {
    release.status = ReleaseStatus::pending;
    release.output_secret = state.secret();
    state.effects.push_back({EffectKind::release_phase, app.id, release.id});
  }
  app.releases.push_back(std::move(release));
  Release& made = app.releases.back();
  log_api(state, app, made.description, made.user, now);
  log_api(state, app, fmt::format("Release v{} created", made.version), made.user, now);
  if (!has_phase) take_force(state, app, made, now);
  tell_release(state, app, made, "create", now);
  return made;
}

void finish_release(State& state, App& app, Release& release, bool succeeded, Instant now) {
  release.status = succeeded ? ReleaseStatus::succeeded : ReleaseStatus::failed;
  release.updated_at = now;
  // A later release may have succeeded while this one's phase ran: then that stays in force.
  if (app.current() == &release) take_force(state, app, release, now);
  settle_promotions(state, release, now);
  tell_release(state, app, release, "update", now);
}

}  // namespace landfall::sandbox
