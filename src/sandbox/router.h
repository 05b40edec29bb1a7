// Heroku's router: finds the app by the Host header and answers for it when it cannot.
// https://devcenter.heroku.com/articles/error-codes
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

class Router {
 public:
  using Tell = std::function<void(std::string_view)>;

  /// `wake` is called for an app of which a request finds no dyno that is up: it may be asleep.
  Router(World world, State& state, Tell tell, std::function<void(App&)> wake);
  ~Router();
  Router(Router const&) = delete;
  Router& operator=(Router const&) = delete;

  void handle(Request request, Respond respond);

 private:
  struct Exchange {
    Request request;
    Respond respond;
    std::string host;
    std::string id;
    Instant queue_end{};
  };

  App* find_app(std::string_view host);
  void route(Exchange exchange);
  void wait(Exchange exchange);
  void proxy(Exchange exchange, Dyno const& dyno);
  void refuse(Exchange exchange, std::string_view code);

  World world_;
  State& state_;
  Tell tell_;
  std::function<void(App&)> wake_;
  std::uint64_t turn_ = 0;  ///< spreads requests over dynos
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
