#include "sandbox/router.h"

#include "sandbox/log.h"
#include "sandbox/router_client.h"
#include "sandbox/router_core.h"

#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::size_t const clients_max = 8'000;
std::size_t const hosts_max = 1'000;
Duration const sweep_interval = 1s;

/// For people and files that are not the app's: the query may carry secrets.
Exchange without_query(Exchange const& exchange) {
  Exchange shown = exchange;
  shown.target.resize(std::min(shown.target.size(), shown.target.find('?')));
  return shown;
}

bool answers_to(App const& app, std::string_view host) {
  if (app.archived_at) return false;
  for (std::string_view const domain : {".localhost", ".herokuapp.com"}) {
    if (host.size() == app.host.size() + domain.size() && host.ends_with(domain) &&
        host.starts_with(app.host))
      return true;
  }
  for (Domain const& domain : app.domains) {
    if (is_same_name(domain.hostname, host)) return true;
  }
  return false;
}

}  // namespace

RouterCore::RouterCore(World outside, State& of_sandbox, Tell told, std::function<void(App&)> woken)
    : world(outside),
      state(of_sandbox),
      tell(std::move(told)),
      wake(std::move(woken)),
      pool(outside.streams) {}

RouterCore::~RouterCore() {
  alive_.reset();
  world.loop.cancel(sweep_timer_);
}

void RouterCore::accept(std::unique_ptr<Stream> stream) {
  if (!make_room()) return;
  ClientId const id = ++last_id_;
  auto client = std::make_unique<RouterClient>(*this, id, std::move(stream));
  RouterClient& own = *client;
  clients_[id] = std::move(client);
  own.start();
  if (sweep_timer_ == 0) sweep_timer_ = world.loop.after(sweep_interval, [this] { sweep(); });
}

/// At the limit whoever has been waited for the longest has to go.
bool RouterCore::make_room() {
  if (clients_.size() < clients_max) return true;
  if (waiting.empty()) return false;
  clients_.at(waiting.front())->close();
  return true;
}

RouterClient* RouterCore::client(ClientId id) {
  auto const found = clients_.find(id);
  return found == clients_.end() ? nullptr : found->second.get();
}

void RouterCore::bury(ClientId id) {
  auto node = clients_.extract(id);
  if (node.empty()) return;
  dead_.push_back(std::move(node.mapped()));
  if (dead_.size() > 1) return;
  world.loop.post([this, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) dead_.clear();
  });
}

App* RouterCore::find_app(std::string const& host) {
  auto const known = hosts_.find(host);
  if (known != hosts_.end()) {
    auto const app = state.heroku.apps.find(known->second);
    if (app != state.heroku.apps.end() && answers_to(app->second, host)) return &app->second;
  }
  for (auto& [name, app] : state.heroku.apps) {
    if (!answers_to(app, host)) continue;
    if (hosts_.size() >= hosts_max) hosts_.clear();
    hosts_[host] = name;
    return &app;
  }
  return nullptr;
}

Dyno const* RouterCore::pick(App const& app) {
  auto const serves_web = [](Dyno const& dyno) {
    return dyno.type == "web" && dyno.state == DynoState::up;
  };
  std::vector<Dyno> const& dynos = app.serving();
  auto const count =
      static_cast<std::uint64_t>(std::count_if(dynos.begin(), dynos.end(), serves_web));
  if (count == 0) return nullptr;
  std::uint64_t left = turn_++ % count;
  for (Dyno const& dyno : dynos) {
    if (serves_web(dyno) && left-- == 0) return &dyno;
  }
  return nullptr;
}

void RouterCore::record(Exchange const& exchange, Refusal const* refusal) {
  Instant const at = now();
  std::string line = router_line(exchange, refusal, at);
  bool const asks = exchange.target.find('?') != std::string::npos;
  tell("router: " + (asks ? router_line(without_query(exchange), refusal, at) : line));
  state.record({.at = at,
                .platform = Platform::router,
                .method = exchange.method,
                .path = exchange.target.substr(0, exchange.target.find('?')),
                .status = exchange.status});
  auto const app = state.heroku.apps.find(exchange.app);
  if (exchange.app.empty() || app == state.heroku.apps.end()) return;
  add_log(app->second, {.at = at, .source = "heroku", .dyno = "router", .text = std::move(line)});
}

bool RouterCore::serves(std::string const& dyno_id) const {
  for (auto const& [name, app] : state.heroku.apps) {
    for (Dyno const& dyno : app.serving()) {
      if (dyno.id == dyno_id) return dyno.state == DynoState::up;
    }
  }
  return false;
}

void RouterCore::sweep() {
  sweep_timer_ = 0;
  pool.sweep(now(), [this](std::string const& dyno_id) { return serves(dyno_id); });
  if (clients_.empty() && pool.empty()) return;
  sweep_timer_ = world.loop.after(sweep_interval, [this] { sweep(); });
}

Router::Router(World world, State& state, Tell tell, std::function<void(App&)> wake)
    : streams_(world.streams),
      core_(std::make_shared<RouterCore>(world, state, std::move(tell), std::move(wake))) {}

Router::~Router() = default;

Result<int> Router::listen(int port) {
  return streams_.listen(port, [core = std::weak_ptr(core_)](std::unique_ptr<Stream> stream) {
    if (auto const alive = core.lock()) alive->accept(std::move(stream));
  });
}

}  // namespace landfall::sandbox
