// What all questions of one collection share: the client, the store, and the count of what is open.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collect/client.h"
#include "collect/collect.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

/// Ends when nothing is open any more, or at once when the store cannot be written.
class Round : public std::enable_shared_from_this<Round> {
 public:
  using Take = std::move_only_function<void(std::int64_t evidence, Result<Answer>)>;

  Round(World outside, Store& facts, Platforms const& platforms, Collection::Options told,
        std::move_only_function<void(Result<>)> done);

  World world;
  Store& store;

  /// Sends a question; `take` is not called once the round has ended.
  void ask(Ask ask, Take take);
  /// Counts work that is not a question of the client: until `release` the round does not end.
  void hold();
  void release(std::string_view what);
  /// Runs the work in one transaction. An error ends the round with it.
  void write(std::function<Result<>()> const& work);
  /// Observes the same of several sources: when what they belong to cannot be read.
  void observe(Observation const& observation, std::span<std::string_view const> sources,
               std::int64_t evidence);
  /// Drops everything that is open: nobody waits for it any more.
  void close();
  bool closed() const { return done_ == nullptr; }

 private:
  void end(Result<> result);

  Collection::Options options_;
  std::move_only_function<void(Result<>)> done_;
  std::unique_ptr<Client> client_;
  int asked_ = 0;
  int answered_ = 0;
};

/// What a failure to ask a source about a subject is, as an observation: which state, and why in
/// words that name the token and the right that it lacks.
Observation observation_of(std::string const& subject, std::string const& source,
                           Error const& error);

/// Everything about one app, then the probes of the targets that run on it.
void collect_app(std::shared_ptr<Round> const& round, std::string const& app,
                 std::vector<Target> const& targets);
/// Everything about one repository that these targets need.
void collect_repository(std::shared_ptr<Round> const& round, std::string const& repository,
                        std::vector<Target> const& targets);
/// Both witnesses of a target. `web_url` is the app's own; `offline` says that not even the
/// platform's API could be reached: then an answer that does not come tells nothing of the target.
void collect_probes(std::shared_ptr<Round> const& round, Target const& target,
                    std::optional<std::string> const& web_url, bool offline);

}  // namespace landfall
