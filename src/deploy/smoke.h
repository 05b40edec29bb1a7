// The smoke gate: the declared command, run in a folder that holds exactly the source to deploy.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/archive.h"
#include "base/result.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

struct SmokeResult {
  bool passed = false;
  std::string text;  ///< how it ended, and its last lines if it failed
};

/// One run. Destroying it kills the command and removes its folder.
class SmokeRun {
 private:
  struct State;

 public:
  struct What {
    Smoke smoke;
    std::string target;
    std::string commit;
    std::vector<ArchiveEntry> const& entries;
  };
  static Result<std::unique_ptr<SmokeRun>> start(World world, What const& what,
                                                 std::function<void(std::string_view)> on_line,
                                                 std::move_only_function<void(SmokeResult)> done);
  explicit SmokeRun(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ~SmokeRun();
  SmokeRun(SmokeRun const&) = delete;
  SmokeRun& operator=(SmokeRun const&) = delete;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace landfall
