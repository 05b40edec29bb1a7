#include "collect/collect.h"

#include <map>
#include <vector>

#include "collect/round.h"

namespace landfall {

struct Collection::State {
  World world;
  Store& store;
  Intent const& intent;
  Platforms platforms;
  Options options;
  std::shared_ptr<Round> round;
};

Collection::Collection(World world, Store& store, Intent const& intent, Platforms const& platforms,
                       Options options)
    : state_(std::make_shared<State>(
          State{world, store, intent, platforms, std::move(options), nullptr})) {}

Collection::~Collection() {
  if (state_->round) state_->round->close();
}

void Collection::start(std::move_only_function<void(Result<>)> done) {
  std::map<std::string, std::vector<Target>> apps;
  std::map<std::string, std::vector<Target>> repositories;
  for (Target const& target : state_->intent.targets) {
    if (!state_->options.only_target.empty() && target.name != state_->options.only_target)
      continue;
    apps[target.app].push_back(target);
    if (!target.repository.empty()) repositories[target.repository].push_back(target);
  }
  auto const round = std::make_shared<Round>(state_->world, state_->store, state_->platforms,
                                             state_->options, std::move(done));
  state_->round = round;
  // Held until all are planned, so that the round does not end between the first and the last, and
  // ends by itself if nothing is declared.
  round->hold();
  if (!state_->options.repositories_only)
    for (auto const& [app, targets] : apps) collect_app(round, app, targets);
  for (auto const& [repository, targets] : repositories)
    collect_repository(round, repository, targets);
  state_->world.loop.post([round] { round->release("the plan"); });
}

}  // namespace landfall
