#include "alert/resend.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "alert/outbox.h"

namespace landfall {
namespace {

bool is_resent(Receiver const& receiver) {
  return receiver.kind == "alertmanager";
}

bool is_meant(Alert const& alert, Receiver const& receiver, Intent const& intent) {
  std::vector<std::string> const names = receivers_of(alert, intent, alert.level > 0);
  return std::find(names.begin(), names.end(), receiver.name) != names.end();
}

}  // namespace

Resend::Resend(World const& world, Store& store, Intent const& intent, Leases const& leases,
               Log log)
    : world_(world), store_(store), intent_(intent), leases_(leases), log_(std::move(log)) {}

Resend::~Resend() {
  world_.loop.cancel(timer_);
}

void Resend::start() {
  auto const& receivers = intent_.alerts.receivers;
  if (std::any_of(receivers.begin(), receivers.end(), is_resent)) round();
}

void Resend::round() {
  timer_ = world_.loop.at(world_.now() + resend_every, [this] { round(); });
  for (Receiver const& receiver : intent_.alerts.receivers) {
    if (!is_resent(receiver) || !leases_.has(receiver_lease(receiver.name))) continue;
    if (Result<> const told = tell(receiver); !told) note(receiver.name, told.error().text);
  }
}

Result<> Resend::tell(Receiver const& receiver) {
  Json const alerts = TRY(alerts_for(receiver));
  if (TRY(alerts.items())->empty()) return {};
  Request request = TRY(alertmanager_post(world_, receiver, alerts));
  request.headers.set("User-Agent", "landfall");
  world_.http.send(std::move(request), [this, name = receiver.name, alive = std::weak_ptr(alive_)](
                                           Result<Response> const& answer) {
    if (alive.lock()) answered(name, answer);
  });
  return {};
}

Result<Json> Resend::alerts_for(Receiver const& receiver) const {
  Instant const now = world_.now();
  std::vector<Silence> const none;
  AlertSituation const situation{intent_, none, now};
  Json list = Json::array();
  auto const add = [&](Alert const& alert, Notice::Kind kind, Instant ends) {
    if (is_meant(alert, receiver, intent_))
      list.push(alertmanager_alert(message_of(alert, kind, situation), ends));
  };
  std::vector<Alert> const open = TRY(open_alerts(store_));
  for (Alert const& alert : open)
    if (alert.told == LastWord::firing) add(alert, Notice::Kind::firing, now + resent_holds);
  std::vector<Alert> const ended = TRY(alerts_ended_since(store_, now - resent_holds));
  for (Alert const& alert : ended)
    if (alert.told == LastWord::resolved) add(alert, Notice::Kind::resolved, *alert.ended);
  return list;
}

void Resend::answered(std::string const& receiver, Result<Response> const& answer) {
  Delivery const delivery = delivery_of(answer);
  note(receiver, delivery.end == Delivery::End::taken ? "" : delivery.text);
}

void Resend::note(std::string const& receiver, std::string trouble) {
  std::string const before = std::exchange(troubles_[receiver], trouble);
  if (before == trouble) return;
  log_(trouble.empty() ? fmt::format("{} is told again what fires", receiver)
                       : fmt::format("{} cannot be told again what fires: {}", receiver, trouble));
}

}  // namespace landfall
