// Formation and dynos. Starting and ending processes is an effect: dynos.cpp.
#include <fmt/core.h>

#include "base/text.h"
#include "sandbox/heroku.h"

namespace landfall::sandbox {
namespace {

std::int64_t const quantity_max = 100;

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

Json dyno_json(App const& app, Dyno const& dyno) {
  return Json::object({
      {"app", app_reference(app)},
      {"attach_url", nullptr},
      {"command", dyno.command},
      {"created_at", iso8601(dyno.created_at)},
      {"id", dyno.id},
      {"name", dyno.name},
      {"release", Json::object({{"id", dyno.release_id}, {"version", dyno.release_version}})},
      {"size", dyno.size},
      {"state", to_word(dyno.state)},
      {"type", dyno.type},
      {"updated_at", iso8601(dyno.updated_at)},
  });
}

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

std::optional<Response> read_change(App& app, std::string const& type, Json const& update,
                                    Change& change) {
  auto const found = app.formation.find(type);
  if (found == app.formation.end()) return heroku_not_found("formation");
  change.formation = &found->second;
  change.quantity = found->second.quantity;
  change.size = found->second.size;
  if (Json const* const wanted = update.find("quantity"); wanted != nullptr) {
    auto const quantity = quantity_from(*wanted, change.quantity);
    if (!quantity) return invalid_params(fmt::format("{}: not a quantity of dynos.", type));
    change.quantity = *quantity;
  }
  for (char const* path : {"size", "dyno_size.name"}) {
    auto const size = update.text_or_null(path);
    if (!size) return invalid_params("size: expected a string.");
    if (size->has_value()) change.size = **size;
  }
  return std::nullopt;
}

void make(Call& call, Change const& change) {
  change.formation->quantity = change.quantity;
  change.formation->size = change.size;
  change.formation->updated_at = call.now;
}

Dyno const* find_dyno(App const& app, std::string const& name_or_id) {
  for (Dyno const& dyno : app.dynos) {
    if (dyno.name == name_or_id || dyno.id == name_or_id) return &dyno;
  }
  return nullptr;
}

}  // namespace

Response list_formation(Call& call) {
  Json::Array items;
  for (auto const& [type, formation] : call.app->formation) {
    items.push_back(formation_json(*call.app, formation));
  }
  return ranged_list(call, std::move(items), "type");
}

Response show_formation(Call& call) {
  for (auto const& [type, formation] : call.app->formation) {
    if (type == call.words[0] || formation.id == call.words[0]) {
      return json_response(200, formation_json(*call.app, formation));
    }
  }
  return heroku_not_found("formation");
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
  Json::Array items;
  for (Change const& change : changes) {
    make(call, change);
    items.push_back(formation_json(*call.app, *change.formation));
  }
  call.state.effects.push_back({EffectKind::sync_dynos, call.app->id, ""});
  return json_response(200, Json(std::move(items)));
}

Response update_formation_type(Call& call) {
  Change change;
  if (auto refusal = read_change(*call.app, call.words[0], call.body, change)) {
    return *std::move(refusal);
  }
  make(call, change);
  call.state.effects.push_back({EffectKind::sync_dynos, call.app->id, ""});
  return json_response(200, formation_json(*call.app, *change.formation));
}

Response list_dynos(Call& call) {
  Json::Array items;
  for (Dyno const& dyno : call.app->dynos) items.push_back(dyno_json(*call.app, dyno));
  return ranged_list(call, std::move(items), "name");
}

Response show_dyno(Call& call) {
  Dyno const* const dyno = find_dyno(*call.app, call.words[0]);
  if (dyno == nullptr) return heroku_not_found("dyno");
  return json_response(200, dyno_json(*call.app, *dyno));
}

Response restart_all_dynos(Call& call) {
  for (Dyno const& dyno : call.app->dynos) {
    call.state.effects.push_back({EffectKind::restart_dyno, call.app->id, dyno.id});
  }
  return json_response(202, Json::object());
}

Response restart_dyno(Call& call) {
  Dyno const* const dyno = find_dyno(*call.app, call.words[0]);
  if (dyno == nullptr) return heroku_not_found("dyno");
  call.state.effects.push_back({EffectKind::restart_dyno, call.app->id, dyno->id});
  return json_response(202, Json::object());
}

}  // namespace landfall::sandbox
