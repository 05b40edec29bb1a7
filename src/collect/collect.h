// One round of asking: everything that the declared targets need, turned into evidence and facts.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "collect/client.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

/// Asks all sources about all targets (or one, if named). Sources that cannot be observed become
/// observations, not errors; an error is a store that cannot be written.
class Collection {
 public:
  struct Options {
    std::string only_target{};
    /// Told after each answer: how many are in, how many were asked so far, and what it was.
    std::function<void(int done, int asked, std::string_view what)> progress{};
    /// apps: the platform and the probes; repositories: files, settings and history; probes: the
    /// targets themselves, at the URLs that are known.
    enum class About { everything, apps, repositories, probes };
    About about = About::everything;
    /// Which apps and repositories are asked about; absent: all that are declared.
    std::function<bool(std::string const& app)> asks_app{};
    std::function<bool(std::string const& repository)> asks_repository{};
    /// Asked within each transaction that writes; its error ends the round. Absent: all may.
    std::function<Result<>()> permit{};
  };
  Collection(World world, Store& store, Intent const& intent, Platforms const& platforms,
             Options options);
  ~Collection();
  /// `done` is called once when the last answer is in and written.
  void start(std::move_only_function<void(Result<>)> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace landfall
