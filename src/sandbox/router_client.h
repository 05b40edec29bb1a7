// A client's connection to the router: one request after another, each to a dyno and back.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/router_core.h"
#include "world/wire_parts.h"

namespace landfall::sandbox {

class RouterClient : public UpstreamUser {
 public:
  RouterClient(RouterCore& core, RouterCore::ClientId id, std::unique_ptr<Stream> stream);
  ~RouterClient() override;
  RouterClient(RouterClient const&) = delete;
  RouterClient& operator=(RouterClient const&) = delete;

  void start();
  void close();

  void upstream_received(std::string_view bytes) override;
  void upstream_drained() override;
  void upstream_ended(Result<> how) override;

 private:
  enum class Phase {
    waiting,     ///< for the head of a request
    delayed,     ///< by a fault
    held,        ///< by a fault: there will be no answer
    queued,      ///< no dyno is up yet
    connecting,  ///< to the dyno
    exchanging,  ///< a dyno has the request
    tunnel,      ///< of bytes, both ways
    draining,    ///< the last answer is on its way; what still comes is dropped
    closed,
  };

  enum class Side { client, dyno };

  // router_client.cpp: the client's side
  void received(std::string_view bytes);
  void drained();
  void ended(Result<> const& how);
  void run();
  std::size_t read(std::string_view bytes);
  void refuse_bytes();
  void collect_body(std::string& out);
  void take_body();
  void await();
  void begin();
  void expire();
  void set_deadline(Instant deadline);
  void on_timer();
  void end_exchange();
  void drain();
  void pause_client(bool paused);
  bool takes_requests() const;
  bool takes_body() const;

  // router_route.cpp: from a request to a dyno
  void meet_faults();
  void meet_fault();
  void answer_by_fault();
  void route();
  void refuse(std::string_view code);
  void reach(Dyno const& dyno);
  bool can_be_sent_again() const;
  void connect();
  void connected(std::uint64_t number, Result<std::unique_ptr<Upstream>> upstream);
  void attach(std::unique_ptr<Upstream> upstream);
  void await_answer();

  // router_answer.cpp: the dyno's side
  void read_answer(std::string_view bytes);
  void pass_answer(bool excess);
  std::string_view cut(std::string_view piece);
  void begin_answer(std::string& out);
  void lose_answer();
  void finish_answer(bool clean);
  void release(bool clean);
  void write_client(std::string_view bytes);
  void fail(std::string_view code);
  void break_off(std::string_view code);
  void expire_exchange();
  void open_tunnel(std::string_view first);
  void pass_upstream(std::string_view bytes);
  void tunnel_ended(Side side, Result<> const& how);

  // What may wait for one side to take it before the other is held up.
  static constexpr std::size_t pending_max = 64 << 10;
  // Once bytes have come, each gives the exchange so much more time.
  static constexpr Duration rolling_time = 55s;

  RouterCore& core_;
  RouterCore::ClientId id_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Upstream> upstream_;
  MessageParts request_{MessageParts::Kind::request};
  Exchange exchange_;
  std::uint64_t number_ = 0;  ///< of the exchange
  Phase phase_ = Phase::waiting;
  std::string in_;    ///< not read yet
  std::string body_;  ///< for the dyno, while there is none
  BodyForm form_ = BodyForm::none;
  int dyno_port_ = 0;
  std::optional<Fault> fault_;
  std::optional<std::uint64_t> body_left_;  ///< of an answer that a fault cuts
  bool request_ended_ = false;
  bool head_begun_ = false;    ///< of the request
  bool answer_begun_ = false;  ///< bytes of it have come
  bool head_passed_ = false;   ///< the client has the head of the answer
  bool close_after_ = false;
  bool reading_ = false;
  bool client_paused_ = false;
  bool client_ended_ = false;
  bool upstream_ended_ = false;
  std::size_t drained_ = 0;
  std::size_t pending_before_ = 0;
  bool waits_ = false;
  std::list<RouterCore::ClientId>::iterator place_{};
  Instant deadline_{};
  Instant timer_at_{};
  TimerId timer_ = 0;
};

}  // namespace landfall::sandbox
