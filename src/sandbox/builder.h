// The builds of all apps: one at a time for each, the others wait for their turn.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/build_job.h"
#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

/// A source that came by git.
struct PushedSource {
  std::string login;
  std::string commit;
  std::string title;    ///< of the commit
  std::string archive;  /// a tar of its files
  /// What the build prints, as it comes.
  std::function<void(std::string_view)> print{};
  /// Its build's id, after the build has ended. Empty: the app is gone.
  std::move_only_function<void(std::string const&)> done{};
};

struct BuildFolders {
  std::string work;    ///< of builds that run
  std::string caches;  ///< of apps, for their next builds
};

class Builder {
 public:
  struct Listeners {
    std::function<void(std::string_view)> tell;  ///< one line for each thing that happens
    /// The app of this id has changed, and effects may wait in the state. It is saved before
    /// anybody is told of the change.
    std::function<void(std::string const&)> changed;
  };
  Builder(World const& world, State& state, BuildFolders folders, Listeners listeners);
  ~Builder();
  Builder(Builder const&) = delete;
  Builder& operator=(Builder const&) = delete;

  /// Builds what POST /apps/{app}/builds has put into the app.
  void build(App const& app, std::string const& build_id);
  void push(App& app, PushedSource source);
  /// A request has ended the build, or has taken its app away.
  void cancel(std::string const& build_id);
  void clear_cache(std::string const& app_id);
  /// Ends all builds and begins none.
  void stop();

 private:
  struct Order {
    std::string build;
    std::optional<PushedSource> pushed;
    std::shared_ptr<BuildJob> job{};  ///< once it has begun
    Instant begun{};
  };

  void add(std::string const& app_id, Order order);
  void begin(std::string const& app_id);
  BuildPlan plan(App const& app, Build const& build, BuildpackChoice buildpacks,
                 bool is_wrapped) const;
  void print(std::string const& app_id, std::string_view text);
  void fetch(std::shared_ptr<BuildJob> const& job, Build const& build);
  void ended(std::string const& app_id, std::optional<Built> built);
  void settle(std::string const& app_id, std::optional<Built> built);
  Order* current(std::string const& app_id);
  void later(Duration delay, Work work);

  World world_;
  State& state_;
  BuildFolders folders_;
  Listeners listeners_;
  bool stopped_ = false;
  std::map<std::string, std::deque<Order>> orders_;  ///< by the app's id; the first is at work
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
