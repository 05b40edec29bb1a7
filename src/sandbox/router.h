// Heroku's router: finds the app by the Host header, passes requests and answers on as they come,
// and answers for the app when it cannot. https://devcenter.heroku.com/articles/http-routing,
// https://devcenter.heroku.com/articles/error-codes
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

class RouterCore;

class Router {
 public:
  using Tell = std::function<void(std::string_view)>;

  /// `tell` hears a line for each request; it is in the app's log by then. `wake` is called for an
  /// app of which a request finds no dyno that is up: it may be asleep.
  Router(World world, State& state, Tell tell, std::function<void(App&)> wake);
  ~Router();
  Router(Router const&) = delete;
  Router& operator=(Router const&) = delete;

  /// Listens on a loopback port (0: one that is free) as long as this object lives; the port.
  Result<int> listen(int port);

 private:
  Streams& streams_;
  std::shared_ptr<RouterCore> core_;
};

}  // namespace landfall::sandbox
