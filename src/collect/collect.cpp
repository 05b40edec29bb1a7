#include "collect/collect.h"

#include <map>
#include <tuple>
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

namespace {

/// The witnesses alone, by what the platform said last of the app.
void probe_known(std::shared_ptr<Round> const& round, std::string const& app,
                 std::vector<Target> const& targets) {
  round->write([&]() -> Result<> {
    sql::Rows const rows = TRY(round->store.database().query(
        "SELECT web_url FROM app WHERE name = ? AND valid_to IS NULL", {app}));
    sql::Rows const silent = TRY(round->store.database().query(
        "SELECT 1 AS one FROM observation WHERE subject = ? AND source = 'heroku.app' "
        "AND valid_to IS NULL AND state = 'failed'",
        {app}));
    std::optional<std::string> const url =
        rows.empty() ? std::nullopt : rows.rows.front()["web_url"].maybe_text();
    for (Target const& target : targets) collect_probes(round, target, url, !silent.empty());
    return {};
  });
}

}  // namespace

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
    auto const& [asks_app, asks_repository] =
        std::tie(state_->options.asks_app, state_->options.asks_repository);
    if (!asks_app || asks_app(target.app)) apps[target.app].push_back(target);
    if (target.repository.empty()) continue;
    if (!asks_repository || asks_repository(target.repository))
      repositories[target.repository].push_back(target);
  }
  auto const round = std::make_shared<Round>(state_->world, state_->store, state_->platforms,
                                             state_->options, std::move(done));
  state_->round = round;
  // Held until all are planned, so that the round does not end between the first and the last, and
  // ends by itself if nothing is declared.
  round->hold();
  using About = Options::About;
  About const about = state_->options.about;
  if (about == About::everything || about == About::apps)
    for (auto const& [app, targets] : apps) collect_app(round, app, targets);
  if (about == About::everything || about == About::repositories)
    for (auto const& [repository, targets] : repositories)
      collect_repository(round, repository, targets);
  if (about == About::probes)
    for (auto const& [app, targets] : apps) probe_known(round, app, targets);
  state_->world.loop.post([round] { round->release("the plan"); });
}

}  // namespace landfall
