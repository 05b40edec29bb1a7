// A process of the simulated machine that can be stopped and continued, as by SIGSTOP and SIGCONT:
// meanwhile its timers and the answers to its questions wait.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "world/sim_world.h"

namespace landfall {

/// Outlives what works in its world.
class Pausable {
 public:
  Pausable(SimWorld& sim, std::string const& name)
      : inside_(sim.process(name)), loop_(*this), http_(*this) {}

  World world() {
    return {loop_,           http_,
            inside_.mailer,  inside_.server,
            inside_.streams, inside_.processes,
            inside_.workers, inside_.files,
            inside_.random,  inside_.environment,
            inside_.program};
  }
  void pause() { paused_ = true; }
  /// What waited happens now, in its order.
  void go_on() {
    paused_ = false;
    while (!waiting_.empty() && !paused_) {
      auto [timer, work] = std::move(waiting_.front());
      waiting_.pop_front();
      work();
    }
  }
  bool is_paused() const { return paused_; }

 private:
  void happen(TimerId timer, Work work) {
    if (!paused_) return work();
    waiting_.emplace_back(timer, std::move(work));
  }

  class PausableLoop : public Loop {
   public:
    explicit PausableLoop(Pausable& mine) : mine_(mine) {}
    Instant now() const override { return inside().now(); }
    TimerId at(Instant due, Work work) override {
      auto const id = std::make_shared<TimerId>(0);
      *id = inside().at(due, [this, id, work = std::move(work)]() mutable {
        mine_.happen(*id, std::move(work));
      });
      return *id;
    }
    void cancel(TimerId timer) override {
      inside().cancel(timer);
      std::erase_if(mine_.waiting_, [&](auto const& each) { return each.first == timer; });
    }
    void post(Work work) override {
      inside().post([this, work = std::move(work)]() mutable { mine_.happen(0, std::move(work)); });
    }
    void run() override { inside().run(); }
    void stop() override { inside().stop(); }

   private:
    Loop& inside() const { return mine_.inside_.loop; }
    Pausable& mine_;
  };
  class PausableHttp : public Http {
   public:
    explicit PausableHttp(Pausable& mine) : mine_(mine) {}
    void send(Request request, HttpDone done) override {
      mine_.inside_.http.send(
          std::move(request), [this, done = std::move(done)](Result<Response> answer) mutable {
            mine_.happen(0, [done = std::move(done), answer = std::move(answer)]() mutable {
              done(std::move(answer));
            });
          });
    }

   private:
    Pausable& mine_;
  };

  World inside_;
  PausableLoop loop_;
  PausableHttp http_;
  bool paused_ = false;
  std::deque<std::pair<TimerId, Work>> waiting_;
};

}  // namespace landfall
