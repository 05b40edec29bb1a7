// What the router's clients share.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sandbox/router_exchange.h"
#include "sandbox/router_pages.h"
#include "sandbox/router_pool.h"
#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

class RouterClient;

class RouterCore {
 public:
  using Tell = std::function<void(std::string_view)>;
  using ClientId = std::uint64_t;

  RouterCore(World world, State& state, Tell tell, std::function<void(App&)> wake);
  ~RouterCore();
  RouterCore(RouterCore const&) = delete;
  RouterCore& operator=(RouterCore const&) = delete;

  void accept(std::unique_ptr<Stream> stream);
  RouterClient* client(ClientId id);
  /// Takes the client out of the table; it is destroyed when nothing of it runs any more.
  void bury(ClientId id);

  App* find_app(std::string const& host);
  /// The next dyno that is up, by turns; nullptr: none.
  Dyno const* pick(App const& app);
  /// Writes the line of a request that is over to where such lines go.
  void record(Exchange const& exchange, Refusal const* refusal);

  Instant now() const { return world.now(); }

  World world;
  State& state;
  Tell tell;
  std::function<void(App&)> wake;
  RouterPool pool;
  std::string scratch;          ///< for bytes that are put together and sent at once
  std::list<ClientId> waiting;  ///< for a whole head; the longest first

 private:
  bool make_room();
  bool serves(std::string const& dyno_id) const;
  void sweep();

  ClientId last_id_ = 0;
  std::uint64_t turn_ = 0;  ///< spreads requests over dynos
  std::unordered_map<ClientId, std::unique_ptr<RouterClient>> clients_;
  std::vector<std::unique_ptr<RouterClient>> dead_;
  std::unordered_map<std::string, std::string> hosts_;  ///< the app that had a host last time
  TimerId sweep_timer_ = 0;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
