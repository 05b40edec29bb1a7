#include "alert/outbox.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace landfall {
namespace {

constexpr Duration pause_first = 5s;
constexpr Duration pause_most = 10min;
constexpr Duration give_up = 24h;

}  // namespace

std::string receiver_lease(std::string_view receiver) {
  return fmt::format("receiver {}", receiver);
}

Outbox::Outbox(World const& world, Store& store, Intent const& intent, Leases& leases)
    : world_(world), store_(store), intent_(intent), leases_(leases) {}

Outbox::~Outbox() {
  for (auto const& [name, lane] : lanes_) world_.loop.cancel(lane.timer);
}

bool Outbox::is_busy() const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [](auto const& entry) { return entry.second.busy; });
}

Result<bool> Outbox::is_idle() {
  if (is_busy()) return false;
  std::vector<Waiting> const waiting = TRY(heads());
  return std::none_of(waiting.begin(), waiting.end(),
                      [&](Waiting const& head) { return head.next <= world_.now(); });
}

void Outbox::finish(Work done) {
  finished_ = std::move(done);
  if (!is_busy()) world_.loop.post(std::exchange(finished_, [] {}));
}

Result<std::vector<std::string>> Outbox::receivers() {
  std::vector<std::string> names;
  for (Receiver const& receiver : intent_.alerts.receivers) names.push_back(receiver.name);
  sql::Rows const rows = TRY(store_.database().query(
      "SELECT DISTINCT receiver FROM notification WHERE state = 'waiting' ORDER BY receiver"));
  for (sql::Row const& row : rows)
    if (intent_.alerts.receiver(row.text("receiver")) == nullptr)
      names.push_back(row.text("receiver"));
  return names;
}

/// The first that waits for each receiver of ours, in one transaction with the look at its lease.
Result<std::vector<Outbox::Waiting>> Outbox::heads() {
  std::vector<Waiting> waiting;
  Result<> const looked = store_.database().transaction([&]() -> Result<> {
    sql::Rows const rows = TRY(store_.database().query(
        "SELECT * FROM notification WHERE id IN (SELECT min(id) FROM notification "
        "WHERE state = 'waiting' GROUP BY receiver) ORDER BY id"));
    for (sql::Row const& row : rows) {
      std::string const receiver = row.text("receiver");
      std::string const lease = receiver_lease(receiver);
      if (!leases_.has(lease) || !leases_.check(lease)) continue;
      waiting.push_back({row.integer("id"), receiver, row.text("body"),
                         from_epoch_seconds(row.integer("created_at")),
                         static_cast<int>(row.integer("attempts")),
                         from_epoch_seconds(row.integer("next_at")), leases_.fence(lease)});
    }
    return {};
  });
  if (!looked) return std::unexpected(looked.error());
  return waiting;
}

Result<> Outbox::work() {
  if (finished_) return {};
  for (Waiting& head : TRY(heads())) TRY(take(std::move(head)));
  return {};
}

Result<> Outbox::take(Waiting waiting) {
  Lane& lane = lanes_[waiting.receiver];
  if (lane.busy) return {};
  if (waiting.next > world_.now()) {
    come_back(waiting.receiver, waiting.next);
    return {};
  }
  auto const json = Json::parse(waiting.body);
  auto const message = json ? read_message(*json) : Result<Message>(std::unexpected(json.error()));
  Receiver const* receiver = intent_.alerts.receiver(waiting.receiver);
  if (!message || receiver == nullptr) {
    Result<> const written = write_end(
        waiting, {Delivery::End::refused,
                  message ? "landfall.yaml has no such receiver any more"
                          : "what is kept of it cannot be read: " + message.error().text});
    if (written) return work();
    return written.error().code == "lease_lost" ? Result<>() : written;
  }
  auto notifier = make_notifier(world_, *receiver);
  if (!notifier) {
    tried(waiting, {Delivery::End::again, notifier.error().text});
    return {};
  }
  lane.busy = true;
  lane.notifier = *std::move(notifier);
  lane.notifier->send(*message, [this, waiting](Delivery const& delivery) {
    lanes_[waiting.receiver].busy = false;
    tried(waiting, delivery);
    if (finished_ && !is_busy()) world_.loop.post(std::exchange(finished_, [] {}));
  });
  return {};
}

void Outbox::tried(Waiting const& waiting, Delivery const& delivery) {
  told_(waiting.receiver, delivery);
  if (Result<> const written = write_end(waiting, delivery); !written) {
    if (written.error().code == "lease_lost") return;
    // It was taken and that cannot be kept: it will come again, with the same key.
    come_back(waiting.receiver, world_.now() + pause_most);
    return;
  }
  come_back(waiting.receiver, world_.now());
}

Result<> Outbox::write_end(Waiting const& waiting, Delivery const& delivery) {
  Instant const now = world_.now();
  int const attempts = waiting.attempts + 1;
  bool const late = now - waiting.created >= give_up;
  bool const again = delivery.end == Delivery::End::again && !late;
  bool const taken = delivery.end == Delivery::End::taken;
  return store_.database().transaction([&]() -> Result<> {
    TRY(leases_.check(receiver_lease(waiting.receiver), waiting.fence));
    if (again) {
      Duration const pause = std::max(delivery.wait.value_or(0s), pause_after(attempts));
      return store_.database().exec(
          "UPDATE notification SET attempts = ?, next_at = ?, error = ? WHERE id = ?",
          {attempts, epoch_seconds(now + pause), delivery.text, waiting.id});
    }
    return store_.database().exec(
        "UPDATE notification SET attempts = ?, state = ?, error = ?, ended_at = ? WHERE id = ?",
        {attempts, taken ? "taken" : "dead", taken ? "" : delivery.text, epoch_seconds(now),
         waiting.id});
  });
}

Duration Outbox::pause_after(int attempts) {
  Duration const whole = std::min(pause_first * (1 << std::min(attempts - 1, 10)), pause_most);
  return whole / 2 + Duration(static_cast<std::int64_t>(
                         world_.random.next() % static_cast<std::uint64_t>(whole.count() / 2)));
}

void Outbox::come_back(std::string const& receiver, Instant when) {
  Lane& lane = lanes_[receiver];
  world_.loop.cancel(lane.timer);
  lane.timer = world_.loop.at(when, [this, receiver] {
    if (!work()) come_back(receiver, world_.now() + pause_most);
  });
}

Result<std::int64_t> write_test(Store& store, std::string const& receiver, Instant now) {
  Message const message = test_message(receiver, now);
  return store.add("notification", {{"receiver", receiver},
                                    {"key", message.key},
                                    {"body", to_json(message).dump()},
                                    {"created_at", epoch_seconds(now)},
                                    {"state", "waiting"},
                                    {"attempts", 0},
                                    {"next_at", 0},
                                    {"error", ""}});
}

}  // namespace landfall
