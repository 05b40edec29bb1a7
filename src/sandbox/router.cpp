#include "sandbox/router.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

Duration const queue_time = 75s;
Duration const queue_interval = 100ms;
Duration const answer_time = 30s;

struct Refusal {
  std::string_view code;
  int status;
  std::string_view level;
  std::string_view description;
  std::string_view title;
  std::string_view page;
};

Refusal const refusals[] = {
    {"", 404, "info", "No such app", "No such app", "no-such-app"},
    {"H10", 503, "error", "App crashed", "Application Error", "application-error"},
    {"H12", 503, "error", "Request timeout", "Application Error", "application-error"},
    {"H13", 503, "error", "Connection closed without response", "Application Error",
     "application-error"},
    {"H14", 503, "error", "No web processes running", "Application Error", "application-error"},
    {"H20", 503, "error", "App boot timeout", "Application Error", "application-error"},
    {"H21", 503, "error", "Backend connection refused", "Application Error", "application-error"},
    {"H25", 502, "error", "HTTP restriction", "Application Error", "application-error"},
    {"H80", 503, "info", "Maintenance mode", "Offline for Maintenance", "maintenance-mode"},
    {"H81", 502, "info", "Blank app", "Heroku | Welcome to your new app!", "welcome"},
};

Refusal const& refusal_of(std::string_view code) {
  for (Refusal const& refusal : refusals) {
    if (refusal.code == code) return refusal;
  }
  unreachable_here("a router code");
}

std::string frame(Refusal const& refusal) {
  return fmt::format(R"(<!DOCTYPE html>
<html>
  <head>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta charset="utf-8">
    <title>{}</title>
    <style media="screen">
      html,body,iframe {{ margin: 0; padding: 0; }}
      html,body {{ height: 100%; overflow: hidden; }}
      iframe {{ width: 100%; height: 100%; border: 0; }}
    </style>
  </head>
  <body>
    <iframe src="//www.herokucdn.com/error-pages/{}.html"></iframe>
  </body>
</html>
)",
                     refusal.title, refusal.page);
}

std::string const welcome = R"(<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>Heroku | Welcome to your new app!</title>
  </head>
  <body>
    <h1>Heroku | Welcome to your new app!</h1>
    <p>Refer to the
    <a href="https://devcenter.heroku.com/articles/getting-started">documentation</a> if you need help deploying.</p>
  </body>
</html>
)";

bool is_hop_by_hop(std::string const& name) {
  static constexpr std::string_view names[] = {
      "connection", "content-length",      "keep-alive", "proxy-authenticate",
      "te",         "proxy-authorization", "trailer",    "transfer-encoding",
      "upgrade",    "proxy-connection",    "expect"};
  return std::find(std::begin(names), std::end(names), lower(name)) != std::end(names);
}

Headers end_to_end(Headers const& headers) {
  Headers kept;
  for (auto const& [name, value] : headers) {
    if (!is_hop_by_hop(name)) kept.add(name, value);
  }
  return kept;
}

/// The host without its port, in small letters; "" for what is no host.
std::string host_of(Request const& request) {
  std::string const host = lower(request.headers.value_or("Host", ""));
  std::size_t const colon = host.rfind(':');
  return host.substr(0, colon);
}

/// For the log: without the query, which may carry secrets.
std::string path_of(Request const& request) {
  return printable(std::string_view(request.url).substr(0, request.url.find('?')));
}

std::string_view failure_code(Error const& error) {
  if (error.code == "timeout") return "H12";
  if (error.code == "connect" || error.code == "dns") return "H21";
  if (error.code == "truncated") return "H13";
  return "H25";
}

Dyno const* pick(App const& app, std::uint64_t turn) {
  std::vector<Dyno const*> up;
  for (Dyno const& dyno : app.serving()) {
    if (dyno.type == "web" && dyno.state == DynoState::up) up.push_back(&dyno);
  }
  return up.empty() ? nullptr : up[turn % up.size()];
}

/// Why no dyno can answer; "" if one is starting.
std::string_view reason(App const& app) {
  auto const web = app.formation.find("web");
  if (web == app.formation.end() || web->second.quantity == 0) return "H14";
  bool const starting = std::any_of(app.dynos.begin(), app.dynos.end(), [](Dyno const& dyno) {
    // After its first crash a dyno is restarted at once.
    bool const restarts = dyno.state == DynoState::crashed && dyno.crashes <= 1;
    bool const wakes = dyno.state == DynoState::idle;
    return dyno.type == "web" && (dyno.state == DynoState::starting || wakes || restarts);
  });
  return starting ? "" : "H10";
}

}  // namespace

Router::Router(World world, State& state, Tell tell, std::function<void(App&)> wake)
    : world_(world), state_(state), tell_(std::move(tell)), wake_(std::move(wake)) {}

Router::~Router() = default;

App* Router::find_app(std::string_view host) {
  for (auto& [name, app] : state_.heroku.apps) {
    if (app.archived_at) continue;
    if (host == app.host + ".localhost" || host == app.host + ".herokuapp.com") return &app;
    for (Domain const& domain : app.domains) {
      if (lower(domain.hostname) == host) return &app;
    }
  }
  return nullptr;
}

void Router::handle(Request request, Respond respond) {
  Exchange exchange{.request = std::move(request), .respond = std::move(respond)};
  exchange.host = host_of(exchange.request);
  exchange.id = exchange.request.headers.value_or("X-Request-Id", state_.random.uuid());
  exchange.queue_end = world_.now() + queue_time;
  route(std::move(exchange));
}

void Router::route(Exchange exchange) {
  App* const app = find_app(exchange.host);
  if (app == nullptr) return refuse(std::move(exchange), "");
  if (app->maintenance) return refuse(std::move(exchange), "H80");
  Release const* const current = app->current();
  if (current == nullptr || !current->slug) return refuse(std::move(exchange), "H81");
  app->requested_at = world_.now();
  Dyno const* const dyno = pick(*app, turn_++);
  if (dyno != nullptr) return proxy(std::move(exchange), *dyno);
  wake_(*app);
  std::string_view const code = reason(*app);
  if (!code.empty()) return refuse(std::move(exchange), code);
  if (world_.now() >= exchange.queue_end) return refuse(std::move(exchange), "H20");
  wait(std::move(exchange));
}

void Router::wait(Exchange exchange) {
  world_.loop.after(queue_interval,
                    [this, alive = std::weak_ptr(alive_), waiting = std::move(exchange)]() mutable {
                      if (alive.lock()) route(std::move(waiting));
                    });
}

void Router::proxy(Exchange exchange, Dyno const& dyno) {
  Request& in = exchange.request;
  Request out{.method = in.method,
              .url = fmt::format("http://127.0.0.1:{}{}", dyno.port,
                                 in.url.starts_with('/') ? in.url : "/"),
              .headers = end_to_end(in.headers),
              .body = in.body};
  out.timeout = answer_time;
  out.body_max = std::size_t{256} << 20;
  std::string const before = in.headers.value_or("X-Forwarded-For", "");
  out.headers.set("X-Forwarded-For", before.empty() ? in.peer : before + ", " + in.peer);
  out.headers.set("X-Forwarded-Proto", "http");
  out.headers.set("X-Forwarded-Port", std::to_string(state_.ports.router));
  out.headers.set("X-Request-Id", exchange.id);
  out.headers.set("X-Request-Start", std::to_string(world_.now().time_since_epoch().count()));
  out.headers.set("Via", "1.1 heroku-router");
  world_.http.send(std::move(out), [this, alive = std::weak_ptr(alive_), name = dyno.name,
                                    done = std::move(exchange)](Result<Response> answer) mutable {
    if (!alive.lock()) return;
    if (!answer) return refuse(std::move(done), failure_code(answer.error()));
    tell_(fmt::format("router: method={} path=\"{}\" host={} dyno={} status={}",
                      printable(done.request.method), path_of(done.request), printable(done.host),
                      name, answer->status));
    Response response{.status = answer->status,
                      .headers = end_to_end(answer->headers),
                      .body = std::move(answer->body)};
    response.headers.set("Via", "1.1 heroku-router");
    done.respond(std::move(response));
  });
}

void Router::refuse(Exchange exchange, std::string_view code) {
  Refusal const& refusal = refusal_of(code);
  tell_(fmt::format("router: at={} code={} desc=\"{}\" method={} path=\"{}\" host={} status={}",
                    refusal.level, refusal.code, refusal.description,
                    printable(exchange.request.method), path_of(exchange.request),
                    printable(exchange.host), refusal.status));
  exchange.respond({.status = refusal.status,
                    .headers = {{"Server", "Heroku"},
                                {"Content-Type", "text/html; charset=utf-8"},
                                {"Cache-Control", "no-cache, no-store"},
                                {"X-Request-Id", exchange.id}},
                    .body = code == "H81" ? welcome : frame(refusal)});
}

}  // namespace landfall::sandbox
