// The real world, for tests of this room: runs its loop until something is true.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <utility>

#include "world/world.h"

namespace landfall {

class RealTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = RealWorld::start({});
    ASSERT_TRUE(started) << started.error().text;
    real_ = *std::move(started);
  }
  void TearDown() override { real_.reset(); }

  World world() { return real_->world(); }
  /// To be called at the end of each callback: ends `run_until` when what it waits for is there.
  void look() {
    if (done_ && done_()) world().loop.stop();
  }
  void run_until(std::function<bool()> done) {
    done_ = std::move(done);
    if (!done_()) world().loop.run();
  }
  Result<Response> exchange(Request request) {
    std::optional<Result<Response>> answer;
    world().http.send(std::move(request), [&](Result<Response> result) {
      answer.emplace(std::move(result));
      look();
    });
    run_until([&] { return answer.has_value(); });
    return *std::move(answer);
  }
  int serve(Handler handler, std::size_t body_max = 256 << 20) {
    Result<int> const port = world().server.listen(0, std::move(handler), body_max);
    EXPECT_TRUE(port);
    return port.value_or(0);
  }

  std::unique_ptr<RealWorld> real_;
  std::function<bool()> done_;
};

}  // namespace landfall
