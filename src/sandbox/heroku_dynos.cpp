// Dynos: listed, run once, restarted and stopped. Starting and ending processes is an effect.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/heroku.h"
#include "sandbox/heroku_events.h"
#include "sandbox/heroku_json.h"

namespace landfall::sandbox {
namespace {

std::int64_t const time_to_live_max = 24 * 60 * 60;
std::size_t const one_offs_max = 500;

Dyno const* find_dyno(App const& app, std::string const& name_or_id) {
  for (Dyno const& dyno : app.dynos) {
    if (dyno.name == name_or_id || dyno.id == name_or_id) return &dyno;
  }
  return nullptr;
}

/// The schema's pattern of a variable's name: ^\w+$.
bool is_variable(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::optional<Response> read_environment(Json const& body, OneOff& one_off) {
  Json const* const environment = body.find("env");
  if (environment == nullptr || environment->is_null()) return std::nullopt;
  if (!environment->is_object()) return invalid_params("env: expected an object.");
  for (auto const& [name, value] : environment->as_object()) {
    if (!is_variable(name)) return invalid_params("env: expected names of letters, digits and _.");
    // The CLI sends COLUMNS and LINES as numbers, and TERM as null where there is none.
    if (value.is_null()) continue;
    if (!value.is_string() && !value.is_integer()) return invalid_params("env: expected strings.");
    one_off.environment[name] = value.is_string() ? value.as_string() : value.dump();
  }
  return std::nullopt;
}

std::optional<Response> read_flags(Call const& call, OneOff& one_off) {
  for (char const* name : {"attach", "force_no_tty"}) {
    Json const* const flag = call.body.find(name);
    if (flag == nullptr || flag->is_null()) continue;
    if (!flag->is_bool()) return invalid_params(fmt::format("{}: expected true or false.", name));
    (std::string_view(name) == "attach" ? one_off.attached : one_off.terminal) = flag->as_bool();
  }
  // Without a client there is no terminal; a client may do without one.
  one_off.terminal = one_off.attached && !one_off.terminal;
  auto const seconds = call.body.integer_or_null("time_to_live");
  if (!seconds || (*seconds && (**seconds < 1 || **seconds > time_to_live_max))) {
    return invalid_params("time_to_live: expected seconds from 1 to 86400.");
  }
  if (*seconds) one_off.ends = call.now + std::chrono::seconds(**seconds);
  return std::nullopt;
}

/// "run.1234" that no dyno of the app has.
std::string free_name(State& state, App const& app, std::string const& type) {
  std::string name;
  do {
    name = fmt::format("{}.{}", type, 1000 + state.random.below(9000));
  } while (find_dyno(app, name) != nullptr);
  return name;
}

/// A first word that is a process type of the app stands for the type's command.
/// https://devcenter.heroku.com/articles/one-off-dynos
std::string expanded(Slug const& slug, std::string const& command) {
  std::size_t const end = std::min(command.find(' '), command.size());
  auto const type = slug.process_types.find(std::string_view(command).substr(0, end));
  return type == slug.process_types.end() ? command : type->second + command.substr(end);
}

std::optional<Response> read_size_and_type(Json const& body, Dyno& dyno) {
  auto const size = body.text_or_null("size");
  auto const type = body.text_or_null("type");
  if (!size || !type) return invalid_params("size and type: expected strings.");
  dyno.size = dyno_size(size->value_or("Basic"));
  if (dyno.size.empty()) return heroku_not_found("dyno size");
  dyno.type = type->value_or("run");
  bool const plain = is_variable(replace_all(dyno.type, "-", "_")) && dyno.type.size() <= 128;
  if (!plain) return invalid_params("type: expected letters, digits, - and _.");
  return std::nullopt;
}

Response create_dyno(Call& call) {
  App& app = *call.app;
  auto const command = call.body.text("command");
  if (!command || trim(*command).empty()) return invalid_params("command: expected a string.");
  Release const* const release = app.current();
  Slug const* const slug = release == nullptr ? nullptr : app.slug_of(*release);
  if (slug == nullptr) {
    return invalid_params(fmt::format("The app {} has no code to run yet.", app.name));
  }
  Dyno dyno{.id = call.state.random.uuid(), .command = *command};
  OneOff one_off{.command = expanded(*slug, *command)};
  if (auto refusal = read_size_and_type(call.body, dyno)) return *std::move(refusal);
  if (auto refusal = read_environment(call.body, one_off)) return *std::move(refusal);
  if (auto refusal = read_flags(call, one_off)) return *std::move(refusal);
  if (app.dynos.size() >= one_offs_max) return conflict("Too many dynos run already.");
  if (one_off.attached) one_off.secret = call.state.secret();
  dyno.name = free_name(call.state, app, dyno.type);
  dyno.release_id = release->id;
  dyno.release_version = release->version;
  dyno.one_off = std::move(one_off);
  dyno.created_at = call.now;
  dyno.updated_at = call.now;
  Dyno const& made = app.dynos.emplace_back(std::move(dyno));
  call.state.effects.push_back({EffectKind::run_dyno, app.id, made.id});
  log_api(call.state, app, fmt::format("Starting process with command `{}`", made.command),
          call.user->login, call.now);
  tell_dyno(call.state, app, made, "create", call.now);
  return json_response(201, dyno_json(call.state, app, made));
}

Response list_dynos(Call& call) {
  Json::Array items;
  for (Dyno const& dyno : call.app->dynos) {
    items.push_back(dyno_json(call.state, *call.app, dyno));
  }
  return ranged_list(call, std::move(items), "name");
}

Response show_dyno(Call& call) {
  Dyno const* const dyno = find_dyno(*call.app, call.words[0]);
  if (dyno == nullptr) return heroku_not_found("dyno");
  return json_response(200, dyno_json(call.state, *call.app, *dyno));
}

/// All dynos, those of a type, or one: what a path means by its last word.
std::vector<Dyno> meant(App const& app, std::string_view word) {
  std::vector<Dyno> dynos;
  for (Dyno const& dyno : app.dynos) {
    if (dyno.name == word || dyno.id == word || dyno.type == word) dynos.push_back(dyno);
  }
  return dynos;
}

/// A dyno of the formation comes up again by itself; a one-off dyno is gone.
void stop(Call& call, Dyno const& dyno) {
  if (!dyno.one_off) {
    call.state.effects.push_back({EffectKind::restart_dyno, call.app->id, dyno.id});
    return;
  }
  call.state.effects.push_back({EffectKind::stop_dyno, call.app->id, dyno.id});
  tell_dyno(call.state, *call.app, dyno, "destroy", call.now);
  std::erase_if(call.app->dynos, [&](Dyno const& one) { return one.id == dyno.id; });
}

Response restart_all(Call& call) {
  for (Dyno const& dyno : call.app->dynos) {
    if (dyno.one_off) continue;
    call.state.effects.push_back({EffectKind::restart_dyno, call.app->id, dyno.id});
  }
  return json_response(202, Json::object());
}

/// DELETE of one dyno, or of a type's; also their stopping.
Response end_dynos(Call& call) {
  std::vector<Dyno> const dynos = meant(*call.app, call.words[0]);
  if (dynos.empty()) return heroku_not_found("dyno");
  for (Dyno const& dyno : dynos) stop(call, dyno);
  return json_response(202, Json::object());
}

Response end_type(Call& call) {
  std::vector<Dyno> const dynos = meant(*call.app, call.words[0]);
  if (dynos.empty() && !call.app->formation.contains(call.words[0])) {
    return heroku_not_found("formation");
  }
  for (Dyno const& dyno : dynos) stop(call, dyno);
  return json_response(202, Json::object());
}

Route const routes[] = {
    {"GET", "/apps/{app}/dynos", list_dynos},
    {"POST", "/apps/{app}/dynos", create_dyno},
    {"DELETE", "/apps/{app}/dynos", restart_all},
    {"GET", "/apps/{app}/dynos/{}", show_dyno},
    {"DELETE", "/apps/{app}/dynos/{}", end_dynos},
    {"POST", "/apps/{app}/dynos/{}/actions/stop", end_dynos},
    {"DELETE", "/apps/{app}/formations/{}", end_type},
    {"POST", "/apps/{app}/formations/{}/actions/stop", end_type},
};

}  // namespace

Json dyno_json(State const& state, App const& app, Dyno const& dyno) {
  bool const attached =
      dyno.one_off && !dyno.one_off->secret.empty() && state.ports.rendezvous != 0;
  return Json::object({
      {"app", app_reference(app)},
      {"attach_url", attached ? Json(fmt::format("rendezvous://127.0.0.1:{}/{}",
                                                 state.ports.rendezvous, dyno.one_off->secret))
                              : Json()},
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

std::span<Route const> dyno_routes() {
  return routes;
}

}  // namespace landfall::sandbox
