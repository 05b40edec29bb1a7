#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "deploy/gates.h"
#include "deploy/journal.h"
#include "deploy/look.h"

namespace landfall {
namespace {

/// One planning: alive until its answer is given.
class Planning : public std::enable_shared_from_this<Planning> {
 public:
  Planning(World world, Store& store, Intent const& intent, Platforms const& platforms,
           Target target)
      : world_(world),
        store_(store),
        intent_(intent),
        platforms_(platforms),
        target_(std::move(target)),
        client_(std::make_shared<Client>(world, store, platforms)) {}

  void start(std::string const& ref, std::move_only_function<void(Result<DeployPlan>)> done) {
    done_ = std::move(done);
    look(client_, target_, ref, std::nullopt,
         [self = shared_from_this()](Result<Look> seen) { self->on_look(std::move(seen)); });
  }

 private:
  void on_look(Result<Look> seen) {
    if (!seen) return answer(std::unexpected(seen.error()));
    look_ = std::move(*seen);
    if (Result<> filled = fill(); !filled) return answer(std::unexpected(filled.error()));
    if (!plan_.running || plan_.running == plan_.commit) return answer(std::move(plan_));
    client_->ask({.service = Service::github,
                  .source = "github.compare",
                  .path = fmt::format("/repos/{}/compare/{}...{}", target_.repository,
                                      *plan_.running, plan_.commit)},
                 [self = shared_from_this()](std::int64_t, Result<Answer> compared) {
                   self->on_compare(std::move(compared));
                 });
  }

  Result<> fill() {
    std::vector<std::int64_t> const spoilt = TRY(rolled_back_releases(store_, target_.name));
    plan_.commit = look_.commit;
    plan_.running = look_.live_commit;
    plan_.first = is_first(look_, spoilt);
    plan_.gates = gate_sentences(intent_, target_, plan_.first);
    plan_.hash = plan_hash(target_.name, plan_.commit, plan_.gates);
    bool const ours = TRY(left_in_maintenance(store_, target_.name, INT64_MAX));
    std::optional<std::string> const refusal = refusal_of(target_, look_, ours);
    if (refusal) plan_.gates.push_back("Refused as things stand: " + *refusal);
    if (Freeze const* freeze = freeze_at(intent_, world_.now()))
      plan_.gates.push_back("Refused as things stand: " + freeze_sentence(*freeze));
    if (std::optional<DeployRow> const bad = TRY(quarantine_of(store_, target_.name, plan_.commit)))
      plan_.gates.push_back(
          fmt::format("Refused as things stand: the commit is quarantined: deploy {} "
                      "was rolled back: {}",
                      bad->id, bad->reason));
    plan_.calls = calls();
    return {};
  }

  void on_compare(Result<Answer> compared) {
    // A running commit that the repository does not know any more cannot be compared with: the plan
    // is good without the titles.
    if (!compared && compared.error().kind != ErrorKind::missing)
      return answer(std::unexpected(compared.error()));
    if (compared) {
      Result<Json::Array const*> commits = compared->json.items("commits");
      if (!commits) return answer(std::unexpected(commits.error()));
      for (Json const& each : **commits) {
        Result<std::string> message = each.text("commit.message");
        if (message) plan_.commits.push_back(message->substr(0, message->find('\n')));
      }
      std::reverse(plan_.commits.begin(), plan_.commits.end());
    }
    answer(std::move(plan_));
  }

  std::vector<std::string> calls() const {
    std::string const& heroku = platforms_.heroku.api;
    std::string const app = heroku + "/apps/" + target_.app;
    std::string const health = target_.origin.value_or(look_.web_url);
    std::vector<std::string> calls;
    if (plan_.running == plan_.commit) {
      calls.push_back(fmt::format("GET {}/dynos", app));
      calls.push_back(
          fmt::format("GET {} (health {}): live already, so nothing is built if it is healthy",
                      health, target_.health.path));
    }
    calls.push_back(fmt::format("GET {}/repos/{}/tarball/{}", platforms_.github.api,
                                target_.repository, plan_.commit));
    calls.push_back(fmt::format("POST {}/sources", heroku));
    calls.push_back("PUT (the put_url that it answers), the source as .tar.gz");
    if (!plan_.first)
      calls.push_back(fmt::format("GET {}/formation, which a rollback would bring back", app));
    calls.push_back(
        fmt::format("POST {}/builds {{\"source_blob\":{{\"url\":(its get_url),\"version\":\"{}\","
                    "\"version_description\":\"landfall deploy (token)\"}}}}",
                    app, plan_.commit));
    calls.push_back(fmt::format("GET {}/builds/(id) until it succeeded", app));
    calls.push_back(fmt::format("GET {}/releases/(id) until it is in force", app));
    calls.push_back(
        fmt::format("GET {}/formation; PATCH {}/formation only below {}", app, app, minimums()));
    calls.push_back(fmt::format("GET {}/dynos until {} are up on the release", app, minimums()));
    calls.push_back(fmt::format("GET {} (health {}) {} in a row", health, target_.health.path,
                                counted(target_.health.times, "time", "times")));
    if (target_.edge)
      calls.push_back(fmt::format("GET {} (health {})", *target_.edge, target_.health.path));
    calls.push_back("if that fails: " + way_back(app));
    return calls;
  }

  std::string minimums() const {
    std::vector<std::string> parts;
    for (auto const& [type, minimum] : target_.processes)
      parts.push_back(fmt::format("{}={}", type, minimum));
    return join(parts, " ");
  }

  std::string way_back(std::string const& app) const {
    ReleaseSeen const* current = current_release(look_.releases);
    if (plan_.first || current == nullptr)
      return fmt::format("PATCH {} {{\"maintenance\":true}}", app);
    return fmt::format(
        "POST {}/releases {{\"release\":\"{}\"}} (v{}); PATCH {}/formation only below what ran "
        "before; then GET {}/dynos and its health again",
        app, current->id, current->version, app, app);
  }

  void answer(Result<DeployPlan> plan) {
    // The client must not die in its own callback.
    world_.loop.post([self = shared_from_this()] { self->client_.reset(); });
    auto done = std::move(done_);
    done(std::move(plan));
  }

  World world_;
  Store& store_;
  Intent const& intent_;
  Platforms const& platforms_;
  Target target_;
  std::shared_ptr<Client> client_;
  std::move_only_function<void(Result<DeployPlan>)> done_;
  Look look_;
  DeployPlan plan_;
};

}  // namespace

void plan_deploy(World world, Store& store, Intent const& intent, Platforms const& platforms,
                 DeployRequest const& request,
                 std::move_only_function<void(Result<DeployPlan>)> done) {
  Target const* target = intent.target(request.target);
  if (target == nullptr) {
    std::vector<std::string> names;
    for (Target const& each : intent.targets) names.push_back(each.name);
    std::string const near = nearest(request.target, names);
    auto error = fail(ErrorKind::usage,
                      fmt::format("there is no target '{}'{}", request.target,
                                  near.empty() ? "" : fmt::format(": did you mean '{}'?", near)));
    return world.loop.post(
        [done = std::move(done), error = std::move(error)]() mutable { done(std::move(error)); });
  }
  std::make_shared<Planning>(world, store, intent, platforms, *target)
      ->start(request.ref, std::move(done));
}

}  // namespace landfall
