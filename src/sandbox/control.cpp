#include "sandbox/control.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/call.h"
#include "sandbox/fault_reader.h"
#include "sandbox/faults.h"
#include "sandbox/heroku.h"

namespace landfall::sandbox {
namespace {

struct ControlCall {
  Control const& control;
  State& state;
  Request const& request;
  Url const& url;
  std::function<Instant()> const& clock;
  std::vector<std::string> words{};  ///< what "{}" stand for
};

using Do = Response (*)(ControlCall&);
struct ControlRoute {
  std::string_view method;
  std::string_view pattern;
  Do act;
  std::string_view help;
};

Response refuse(std::string_view text) {
  return heroku_error(422, "invalid_params", text);
}

Result<Json> body_of(Request const& request) {
  Json const body = TRY(Json::parse(request.body));
  if (!body.is_object()) return fail(ErrorKind::data, "expected a JSON object");
  return body;
}

Json app_state(State const& state, App const& app) {
  Json dynos = Json::array();
  for (Dyno const& dyno : app.dynos) {
    dynos.push(Json::object({{"name", dyno.name},
                             {"state", to_word(dyno.state)},
                             {"release", dyno.release_version},
                             {"port", dyno.port}}));
  }
  Release const* const current = app.current();
  return Json::object({{"name", app.name},
                       {"web_url", web_url(state, app)},
                       {"maintenance", app.maintenance},
                       {"release", current == nullptr ? Json() : Json(current->version)},
                       {"has_code", current != nullptr && current->slug.has_value()},
                       {"dynos", std::move(dynos)}});
}

Json faults_json(State const& state, Instant now) {
  Json faults = Json::array();
  for (Fault const& fault : state.faults) faults.push(fault_json(fault, now));
  return faults;
}

Response show_state(ControlCall& call) {
  State const& state = call.state;
  Json apps = Json::array();
  for (auto const& [name, app] : state.heroku.apps) apps.push(app_state(state, app));
  Json repositories = Json::array();
  for (Repository const& repository : state.github.repositories) {
    repositories.push(repository.full_name());
  }
  return json_response(200,
                       Json::object({{"now", iso8601(call.clock())},
                                     {"ports", Json::object({{"heroku", state.ports.heroku},
                                                             {"github", state.ports.github},
                                                             {"router", state.ports.router},
                                                             {"rendezvous", state.ports.rendezvous},
                                                             {"git", state.ports.git}})},
                                     {"apps", std::move(apps)},
                                     {"repositories", std::move(repositories)},
                                     {"faults", faults_json(state, call.clock())}}));
}

Response list_faults(ControlCall& call) {
  return json_response(200, faults_json(call.state, call.clock()));
}

Response add_fault(ControlCall& call) {
  auto const body = body_of(call.request);
  if (!body) return heroku_error(400, "bad_request", body.error().text);
  auto fault = fault_of_json(call.state, *body, call.clock());
  if (!fault) return refuse(fault.error().text);
  fault->id = call.state.next_id();
  call.state.faults.push_back(*fault);
  return json_response(201, fault_json(*fault, call.clock()));
}

Response clear_faults(ControlCall& call) {
  call.state.faults.clear();
  return {.status = 204};
}

Response remove_fault(ControlCall& call) {
  auto const id = parse_integer(call.words[0]);
  auto const removed =
      std::erase_if(call.state.faults, [&](Fault const& fault) { return fault.id == id; });
  if (removed == 0) return heroku_error(404, "not_found", "There is no fault of that id.");
  return {.status = 204};
}

Response show_time(ControlCall& call) {
  return json_response(200, Json::object({{"now", iso8601(call.clock())}}));
}

/// Where the body says that the clock shall stand.
Result<Instant> wanted_time(Json const& body, Instant now) {
  auto const advance = TRY(body.text_or_null("advance"));
  auto const set = TRY(body.text_or_null("set"));
  if (advance.has_value() == set.has_value()) {
    return fail(ErrorKind::data, R"(expected either {"advance": "2h"} or {"set": "INSTANT"})");
  }
  Instant const wanted = advance ? now + TRY(parse_duration(*advance)) : TRY(parse_instant(*set));
  if (wanted < now) {
    return fail(ErrorKind::data, fmt::format("time goes forward only: it is {} already, and what "
                                             "was answered has its time",
                                             iso8601(now)));
  }
  if (wanted - now > std::chrono::days(3660)) {
    return fail(ErrorKind::data, "at most ten years at once");
  }
  return wanted;
}

Response change_time(ControlCall& call) {
  if (!call.control.set_clock) {
    return heroku_error(409, "conflict", "The clock of this sandbox is not its own.");
  }
  auto const body = body_of(call.request);
  if (!body) return heroku_error(400, "bad_request", body.error().text);
  auto const wanted = wanted_time(*body, call.clock());
  if (!wanted) return refuse(wanted.error().text);
  call.control.set_clock(*wanted);
  return show_time(call);
}

Response show_requests(ControlCall& call) {
  auto const after = parse_integer(call.url.query_value("after").value_or("0"));
  if (!after) return refuse("after: expected a number of a request");
  Json requests = Json::array();
  for (Served const& served : call.state.served) {
    if (served.number <= *after) continue;
    requests.push(Json::object({{"number", served.number},
                                {"at", iso8601(served.at)},
                                {"service", to_word(served.platform)},
                                {"method", served.method},
                                {"path", served.path},
                                {"status", served.status}}));
  }
  return json_response(200, requests);
}

Response show_variables(ControlCall& call) {
  Json variables = Json::object();
  for (auto const& [name, value] : client_variables(call.state, call.control.authority_file)) {
    variables.set(name, value);
  }
  return json_response(
      200, Json::object({{"now", iso8601(call.clock())}, {"variables", std::move(variables)}}));
}

Response crash_dyno(ControlCall& call) {
  App const* const app = call.state.heroku.find(call.words[0]);
  if (app == nullptr) {
    std::vector<std::string> names;
    for (auto const& [name, one] : call.state.heroku.apps) names.push_back(name);
    return heroku_error(404, "not_found",
                        "There is no such app" + did_you_mean(call.words[0], names));
  }
  std::vector<std::string> running;
  for (Dyno const& dyno : app->dynos) {
    if (dyno.state != DynoState::starting && dyno.state != DynoState::up) continue;
    running.push_back(dyno.name);
    if (dyno.name != call.words[1]) continue;
    call.state.effects.push_back({EffectKind::crash_dyno, app->id, dyno.id});
    return json_response(202, Json::object({{"app", app->name}, {"dyno", dyno.name}}));
  }
  return heroku_error(404, "not_found",
                      fmt::format("{} runs no dyno of that name: {}", app->name,
                                  running.empty() ? "it runs none" : join(running, ", ")));
}

Response show_help(ControlCall& call);

ControlRoute const routes[] = {
    {"GET", "/sandbox", show_help, "this list"},
    {"GET", "/sandbox/state", show_state, "time, ports, apps with their dynos, faults"},
    {"GET", "/sandbox/faults", list_faults, "the faults, those that are over as well"},
    {"POST", "/sandbox/faults", add_fault, "adds a fault: the world file's keys as JSON"},
    {"DELETE", "/sandbox/faults", clear_faults, "ends all faults"},
    {"DELETE", "/sandbox/faults/{}", remove_fault, "ends one, by its id"},
    {"GET", "/sandbox/time", show_time, "what time it is"},
    {"POST", "/sandbox/time", change_time, R"({"advance": "2h"} or {"set": "INSTANT"})"},
    {"GET", "/sandbox/requests", show_requests, "the last 1000; ?after=NUMBER: those after it"},
    {"GET", "/sandbox/env", show_variables, "the variables by which clients reach it"},
    {"POST", "/sandbox/apps/{}/dynos/{}/crash", crash_dyno, "kills a dyno's process"},
};

Response show_help(ControlCall&) {
  Json calls = Json::array();
  for (ControlRoute const& route : routes) {
    calls.push(
        Json::object({{"method", route.method}, {"path", route.pattern}, {"does", route.help}}));
  }
  return json_response(200, calls);
}

/// The words of a path that fits the pattern.
std::optional<std::vector<std::string>> fit(std::string_view pattern,
                                            std::vector<std::string> const& segments) {
  std::vector<std::string> const parts = split(pattern.substr(1), '/');
  if (parts.size() != segments.size()) return std::nullopt;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "{}") {
      words.push_back(segments[i]);
    } else if (parts[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return words;
}

/// A web page in a browser of this machine could reach the port as well: by its own origin, or by a
/// host name of its own that resolves to 127.0.0.1.
bool is_of_this_machine(Request const& request) {
  if (request.headers.find("Origin")) return false;
  std::string const host = request.headers.value_or("Host", "");
  std::string const name = host.substr(0, host.rfind(':'));
  return name == "127.0.0.1" || name == "localhost" || name == "[::1]";
}

Response act(ControlCall& call, std::vector<std::string> const& segments) {
  std::string const method = call.request.method == "HEAD" ? "GET" : call.request.method;
  std::vector<std::string> methods;
  for (ControlRoute const& route : routes) {
    auto words = fit(route.pattern, segments);
    if (!words) continue;
    methods.emplace_back(route.method);
    if (route.method != method) continue;
    call.words = *std::move(words);
    return route.act(call);
  }
  if (methods.empty()) {
    return heroku_error(404, "not_found", "GET /sandbox lists what there is under /sandbox/.");
  }
  Response response =
      heroku_error(405, "method_not_allowed", "This path takes " + join(methods, ", ") + ".");
  response.headers.set("Allow", join(methods, ", "));
  return response;
}

/// Of a user with access to most; the world file's first of these.
std::string best_token(State const& state, Platform platform) {
  std::string best;
  Token const* found = nullptr;
  for (auto const& [text, token] : state.tokens) {
    if (token.platform != platform || token.repositories || !token.actions_of.empty()) continue;
    bool const better = found == nullptr || token.role > found->role ||
                        (token.role == found->role && token.place < found->place);
    if (!better) continue;
    found = &token;
    best = text;
  }
  return best;
}

}  // namespace

std::optional<Response> answer_control(Control const& control, Request const& request,
                                       Url const& url, std::function<Instant()> const& clock) {
  std::vector<std::string> const segments = url.segments();
  if (segments.empty() || segments[0] != "sandbox") return std::nullopt;
  if (!is_of_this_machine(request)) {
    return forbidden(
        "The sandbox is steered from this machine only: by 127.0.0.1 or localhost, and by no web "
        "page.");
  }
  ControlCall call{control, control.state, request, url, clock};
  return act(call, segments);
}

std::vector<std::pair<std::string, std::string>> client_variables(
    State const& state, std::string const& authority_file) {
  std::string const heroku = fmt::format("http://127.0.0.1:{}", state.ports.heroku);
  std::vector<std::pair<std::string, std::string>> variables{
      {"HEROKU_HOST", heroku},
      {"HEROKU_API_KEY", best_token(state, Platform::heroku)},
      {"HEROKU_PARTICLEBOARD_URL", heroku},
      {"DISABLE_TELEMETRY", "true"},
      {"HEROKU_SKIP_NEW_VERSION_CHECK", "true"},
      {"HEROKU_DISABLE_AUTOUPDATE", "1"},
      {"GITHUB_API_URL", fmt::format("http://127.0.0.1:{}", state.ports.github)},
      {"GITHUB_TOKEN", best_token(state, Platform::github)}};
  if (authority_file.empty()) return variables;
  variables.emplace_back("NODE_EXTRA_CA_CERTS", authority_file);
  // The CLI's remotes are https always. What is set for git holds for this sandbox only:
  // GIT_SSL_CAINFO would make it distrust every other host.
  std::string const git = fmt::format("127.0.0.1:{}", state.ports.git);
  variables.emplace_back("HEROKU_GIT_HOST", git);
  variables.emplace_back("GIT_CONFIG_COUNT", "2");
  variables.emplace_back("GIT_CONFIG_KEY_0", fmt::format("http.https://{}/.sslCAInfo", git));
  variables.emplace_back("GIT_CONFIG_VALUE_0", authority_file);
  variables.emplace_back("GIT_CONFIG_KEY_1", fmt::format("credential.https://{}.helper", git));
  variables.emplace_back("GIT_CONFIG_VALUE_1",
                         "!f() { test \"$1\" = get && echo username=heroku && "
                         "echo \"password=$HEROKU_API_KEY\"; }; f");
  return variables;
}

}  // namespace landfall::sandbox
