// From a request to the dyno that gets it.
#include <algorithm>

#include "sandbox/faults.h"
#include "sandbox/router_client.h"
#include "world/http_date.h"
#include "world/wire.h"

namespace landfall::sandbox {
namespace {

Duration const queue_time = 75s;
Duration const queue_interval = 100ms;
Duration const connect_time = 5s;
Duration const first_byte_time = 30s;
Duration const hold_time = 1h;
// A dyno closes connections that are idle for a few seconds. A request that cannot be sent again
// must not meet that moment.
Duration const idle_any = 60s;
Duration const idle_short = 1s;

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

bool is_idempotent(std::string_view method) {
  return method != "POST" && method != "PATCH" && method != "CONNECT";
}

}  // namespace

void RouterClient::meet_faults() {
  exchange_.queued_until = core_.now() + queue_time;
  if (core_.state.faults.empty()) return route();
  auto const url = parse_url(exchange_.target);
  Strike const struck = url ? strike(core_.state, Platform::router,
                                     {.method = exchange_.method, .url = exchange_.target}, *url,
                                     core_.now())
                            : Strike{};
  fault_ = struck.fault;
  if (struck.latency == Duration{0}) return meet_fault();
  phase_ = Phase::delayed;
  exchange_.queued_until += struck.latency;
  set_deadline(core_.now() + struck.latency);
}

void RouterClient::meet_fault() {
  if (!fault_) return route();
  switch (fault_->kind) {
    case FaultKind::drop:
      return close();
    case FaultKind::stall:
      phase_ = Phase::held;
      return set_deadline(core_.now() + hold_time);
    case FaultKind::status:
    case FaultKind::html:
    case FaultKind::huge:
      return answer_by_fault();
    case FaultKind::truncate:
    case FaultKind::lost:
    case FaultKind::latency:
    case FaultKind::wrong:  // these are for heroku and github: read_fault refuses them
    case FaultKind::limited:
    case FaultKind::revoked:
    case FaultKind::skew:
    case FaultKind::stale:
      return route();
  }
}

void RouterClient::answer_by_fault() {
  Response response = spoil(*fault_, {});
  exchange_.status = response.status;
  exchange_.bytes = response.body.size();
  Framing const framing{.keep_alive = !close_after_ && request_ended_,
                        .head = exchange_.head_only,
                        .minor_version = exchange_.http_1_0 ? 0 : 1,
                        .date = http_date(core_.now())};
  close_after_ = !framing.keep_alive;
  core_.record(exchange_, nullptr);
  phase_ = Phase::exchanging;
  stream_->write(write_response(std::move(response), framing));
  end_exchange();
}

void RouterClient::route() {
  App* const app = core_.find_app(exchange_.host);
  if (app == nullptr) return refuse("");
  exchange_.app.assign(app->name);
  if (app->maintenance) return refuse("H80");
  Release const* const current = app->current();
  if (current == nullptr || !current->slug) return refuse("H81");
  app->requested_at = core_.now();
  Dyno const* const dyno = core_.pick(*app);
  if (dyno != nullptr) return reach(*dyno);
  core_.wake(*app);
  std::string_view const code = reason(*app);
  if (!code.empty()) return refuse(code);
  if (core_.now() >= exchange_.queued_until) return refuse("H20");
  phase_ = Phase::queued;
  set_deadline(std::min(core_.now() + queue_interval, exchange_.queued_until));
}

void RouterClient::reach(Dyno const& dyno) {
  exchange_.dyno_id.assign(dyno.id);
  exchange_.dyno.assign(dyno.name);
  dyno_port_ = dyno.port;
  Duration const idle = can_be_sent_again() ? idle_any : idle_short;
  auto kept = core_.pool.take(exchange_.dyno_id, core_.now(), idle);
  if (!kept) return connect();
  exchange_.connected = core_.now();
  attach(std::move(kept));
}

bool RouterClient::can_be_sent_again() const {
  return is_idempotent(exchange_.method) && !exchange_.has_body && !exchange_.upgrades;
}

void RouterClient::connect() {
  phase_ = Phase::connecting;
  exchange_.connected = core_.now();
  // The pool's own limit comes first.
  set_deadline(core_.now() + 2 * connect_time);
  core_.pool.connect(exchange_.dyno_id, dyno_port_, connect_time,
                     [&core = core_, id = id_, number = number_](auto upstream) {
                       RouterClient* const client = core.client(id);
                       if (client != nullptr) client->connected(number, std::move(upstream));
                     });
}

void RouterClient::connected(std::uint64_t number, Result<std::unique_ptr<Upstream>> upstream) {
  if (number != number_ || phase_ != Phase::connecting) return;
  Instant const now = core_.now();
  exchange_.connect = now - exchange_.connected;
  exchange_.connected = now;
  if (upstream) return attach(*std::move(upstream));
  exchange_.connected = {};
  refuse(upstream.error().code == "timeout" ? "H19" : "H21");
}

void RouterClient::attach(std::unique_ptr<Upstream> upstream) {
  phase_ = Phase::exchanging;
  answer_begun_ = false;
  head_passed_ = false;
  upstream_ended_ = false;
  upstream_ = std::move(upstream);
  upstream_->user = this;
  upstream_->answer.next();
  if (exchange_.head_only) upstream_->answer.skip_body();
  if (exchange_.expects_continue && !request_ended_)
    stream_->write("HTTP/1.1 100 Continue\r\n\r\n");
  if (body_.empty()) {
    upstream_->stream->write(exchange_.head);
  } else {
    // The head is kept: a connection that turns out to be dead is replaced.
    core_.scratch.assign(exchange_.head).append(body_);
    body_.clear();
    upstream_->stream->write(core_.scratch);
  }
  await_answer();
  if (!request_ended_) pause_client(upstream_->stream->pending() > pending_max);
}

/// The dyno has half a minute from the end of the request; until then what counts is that bytes
/// move. https://devcenter.heroku.com/articles/request-timeout
void RouterClient::await_answer() {
  bool const waits = request_ended_ && !answer_begun_;
  set_deadline(core_.now() + (waits ? first_byte_time : rolling_time));
}

void RouterClient::refuse(std::string_view code) {
  Refusal const& refusal = refusal_of(code);
  exchange_.status = refusal.status;
  upstream_.reset();
  close_after_ = close_after_ || !request_ended_;
  core_.record(exchange_, &refusal);
  phase_ = Phase::exchanging;
  stream_->write(refusal_bytes(refusal, exchange_, close_after_));
  end_exchange();
}

}  // namespace landfall::sandbox
