// The formation: how many dynos of which type and size. Starting and ending them is an effect.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_events.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

std::int64_t const quantity_max = 100;

/// 2, "2", "+1" or "-1": the CLI sends text. nullopt: none of these, or out of bounds.
std::optional<int> quantity_from(Json const& wanted, int present) {
  std::optional<std::int64_t> quantity;
  if (wanted.is_integer()) quantity = wanted.as_integer();
  if (wanted.is_string()) {
    std::string_view text = wanted.as_string();
    bool const relative = text.starts_with('+') || text.starts_with('-');
    bool const less = text.starts_with('-');
    if (relative) text.remove_prefix(1);
    quantity = parse_integer(text);
    if (quantity && relative) quantity = less ? present - *quantity : present + *quantity;
  }
  if (!quantity || *quantity < 0 || *quantity > quantity_max) return std::nullopt;
  return static_cast<int>(*quantity);
}

/// A change that has been checked and not yet made.
struct Change {
  Formation* formation = nullptr;
  int quantity = 0;
  std::string size;
};

/// The schema has dyno_size as an object; the CLI sends size as a text.
std::optional<Response> read_size(Json const& update, std::string& size) {
  for (char const* path : {"size", "dyno_size", "dyno_size.name", "dyno_size.id"}) {
    Json const* const wanted = update.find(path);
    if (wanted == nullptr || wanted->is_null()) continue;
    if (wanted->is_object() && std::string_view(path) == "dyno_size") continue;
    if (!wanted->is_string()) return invalid_params("size: expected a string.");
    size = dyno_size(wanted->as_string());
    if (size.empty()) return heroku_not_found("dyno size");
  }
  return std::nullopt;
}

/// https://devcenter.heroku.com/articles/dyno-tiers: Eco and Basic do not scale out.
bool scales_out(std::string_view size) {
  return size != "Eco" && size != "Basic";
}

std::optional<Response> read_change(App& app, std::string const& type, Json const& update,
                                    Change& change) {
  auto const found = app.formation.find(type);
  if (found == app.formation.end())
    return heroku_not_found(fmt::format("process type ({})", printable(type)));
  change.formation = &found->second;
  change.quantity = found->second.quantity;
  change.size = found->second.size;
  if (Json const* const wanted = update.find("quantity"); wanted != nullptr) {
    auto const quantity = quantity_from(*wanted, change.quantity);
    if (!quantity) return invalid_params(fmt::format("{}: not a quantity of dynos.", type));
    change.quantity = *quantity;
  }
  if (auto refusal = read_size(update, change.size)) return refusal;
  if (change.quantity > 1 && !scales_out(change.size)) {
    return invalid_params(
        fmt::format("Cannot update to more than 1 {} size dynos per process type.", change.size));
  }
  return std::nullopt;
}

/// "Scaled to web@1:Basic worker@2:Standard-1X by user ...": all types that were named.
void make(Call& call, std::vector<Change> const& changes) {
  std::string scaled = "Scaled to";
  bool changed = false;
  for (Change const& change : changes) {
    Formation& formation = *change.formation;
    bool const differs = formation.quantity != change.quantity || formation.size != change.size;
    changed = changed || differs;
    formation.quantity = change.quantity;
    formation.size = change.size;
    scaled += fmt::format(" {}@{}:{}", formation.type, formation.quantity, formation.size);
    if (!differs) continue;
    formation.updated_at = call.now;
    tell_formation(call.state, *call.app, formation, call.user->login, call.now);
  }
  if (!changed) return;
  log_api(call.state, *call.app, scaled, call.user->login, call.now);
  call.state.effects.push_back({EffectKind::sync_dynos, call.app->id, ""});
}

Formation* find_formation(App& app, std::string const& type_or_id) {
  for (auto& [type, formation] : app.formation) {
    if (type == type_or_id || formation.id == type_or_id) return &formation;
  }
  return nullptr;
}

Response list_formation(Call& call) {
  Json::Array items;
  for (auto const& [type, formation] : call.app->formation) {
    items.push_back(formation_json(*call.app, formation));
  }
  return ranged_list(call, std::move(items), "type");
}

Response show_formation(Call& call) {
  Formation const* const formation = find_formation(*call.app, call.words[0]);
  if (formation == nullptr) return heroku_not_found("formation");
  return json_response(200, formation_json(*call.app, *formation));
}

Response update_formation(Call& call) {
  auto const updates = call.body.items("updates");
  if (!updates) return invalid_params("updates: expected an array.");
  std::vector<Change> changes;
  for (Json const& update : **updates) {
    auto const type = update.text("type");
    if (!type) return invalid_params("updates: expected a type in each.");
    Change change;
    if (auto refusal = read_change(*call.app, *type, update, change)) return *std::move(refusal);
    changes.push_back(std::move(change));
  }
  make(call, changes);
  Json::Array items;
  for (Change const& change : changes) {
    items.push_back(formation_json(*call.app, *change.formation));
  }
  return json_response(200, Json(std::move(items)));
}

Response update_formation_type(Call& call) {
  Formation const* const formation = find_formation(*call.app, call.words[0]);
  if (formation == nullptr) return heroku_not_found("formation");
  Change change;
  if (auto refusal = read_change(*call.app, formation->type, call.body, change)) {
    return *std::move(refusal);
  }
  make(call, {change});
  return json_response(200, formation_json(*call.app, *change.formation));
}

Route const routes[] = {
    {"GET", "/apps/{app}/formation", list_formation},
    {"PATCH", "/apps/{app}/formation", update_formation},
    {"GET", "/apps/{app}/formation/{}", show_formation},
    {"PATCH", "/apps/{app}/formation/{}", update_formation_type},
};

}  // namespace

Json formation_json(App const& app, Formation const& formation) {
  return Json::object({
      {"app", app_reference(app)},
      {"command", formation.command},
      {"created_at", iso8601(formation.created_at)},
      {"dyno_size", named(formation.size)},
      {"id", formation.id},
      {"quantity", formation.quantity},
      {"size", formation.size},
      {"type", formation.type},
      {"updated_at", iso8601(formation.updated_at)},
  });
}

std::span<Route const> formation_routes() {
  return routes;
}

}  // namespace landfall::sandbox
