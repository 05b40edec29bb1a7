#include "collect/round.h"

#include <fmt/core.h>

#include <utility>

namespace landfall {
namespace {

/// The right that a source needs, in the platform's own words.
std::string_view right_for(std::string_view source) {
  static constexpr std::pair<std::string_view, std::string_view> rights[] = {
      {"heroku.config", "the scope read-protected"},
      {"github.repository", "'Metadata: read'"},
      {"github.environments", "'Actions: read'"},
      {"github.workflows", "'Actions: read'"},
      {"github.runs", "'Actions: read'"},
      {"github.secrets", "'Secrets: read' and 'Environments: read'"},
      {"github.variables", "'Variables: read' and 'Environments: read'"},
      {"github.pending", "'Actions: read'"},
      {"github.deployments", "'Deployments: read'"},
      {"github.plan", "'Plan: read'"},
      {"github.branches", "'Contents: read'"},
      {"github.tags", "'Contents: read'"},
      {"github.commits", "'Contents: read'"},
      {"github.files", "'Contents: read'"},
  };
  for (auto const& [name, right] : rights)
    if (name == source) return right;
  return "view access or the scope read";
}

/// Lists of a repository that is there never are "not found": GitHub hides what may not be seen.
bool hides_behind_404(std::string_view source) {
  return source == "github.environments" || source == "github.secrets" ||
         source == "github.workflows" || source == "github.runs" || source == "github.variables" ||
         source == "github.pending" || source == "github.deployments" || source == "github.plan";
}

Result<> observe_each(Store& store, Observation observation,
                      std::span<std::string_view const> sources, std::int64_t evidence,
                      Instant now) {
  for (std::string_view const source : sources) {
    observation.source = source;
    TRY(store.observe(observation, evidence, now));
  }
  return {};
}

}  // namespace

Observation observation_of(std::string const& subject, std::string const& source,
                           Error const& error) {
  Observation observation{
      .subject = subject, .source = source, .state = Observed::failed, .reason = error.text};
  std::string_view const token = source.starts_with("heroku.") ? "HEROKU_API_KEY" : "GITHUB_TOKEN";
  if (error.code == "no_token") observation.state = Observed::source_off;
  if (error.code == "unauthorized") observation.state = Observed::no_permission;
  bool const hidden = error.code == "not_found" && hides_behind_404(source);
  if (error.code == "forbidden" || hidden) {
    observation.state = Observed::no_permission;
    observation.reason +=
        fmt::format("; the token in {} needs {} on {}", token, right_for(source), subject);
  }
  if (error.code != "not_found") return observation;
  if (source == "heroku.app") observation.reason = fmt::format("Heroku knows no app {}", subject);
  if (source == "github.repository")
    observation.reason = fmt::format(
        "GitHub knows no repository {}, or the token in {} may not read it", subject, token);
  return observation;
}

namespace {

bool store_is_broken(Error const& error) {
  for (std::string_view const code :
       {"full", "read_only", "corrupt", "busy", "cannot_open", "lost", "lease_lost"})
    if (error.code == code) return true;
  return false;
}

}  // namespace

Round::Round(World outside, Store& facts, Platforms const& platforms, Collection::Options told,
             std::move_only_function<void(Result<>)> done)
    : world(outside),
      store(facts),
      options_(std::move(told)),
      done_(std::move(done)),
      client_(std::make_unique<Client>(outside, facts, platforms)) {
  if (options_.permit) client_->permit(options_.permit);
}

void Round::ask(Ask ask, Take take) {
  if (closed()) return;
  hold();
  std::string what = ask.method + " " + ask.path;
  client_->ask(std::move(ask),
               [self = shared_from_this(), what = std::move(what), take = std::move(take)](
                   std::int64_t evidence, Result<Answer> answer) mutable {
                 if (self->closed()) return;
                 // The platform answered, and this machine cannot keep it: that is no silence.
                 if (!answer && store_is_broken(answer.error()))
                   return self->end(std::unexpected(std::move(answer).error()));
                 take(evidence, std::move(answer));
                 self->release(what);
               });
}

void Round::hold() {
  ++asked_;
}

void Round::release(std::string_view what) {
  if (closed()) return;
  ++answered_;
  if (options_.progress) options_.progress(answered_, asked_, what);
  if (answered_ == asked_) end({});
}

void Round::write(std::function<Result<>()> const& work) {
  if (closed()) return;
  Result<> const written = store.database().transaction([&]() -> Result<> {
    if (options_.permit) TRY(options_.permit());
    return work();
  });
  if (!written) end(std::unexpected(written.error()));
}

void Round::observe(Observation const& observation, std::span<std::string_view const> sources,
                    std::int64_t evidence) {
  write([&] { return observe_each(store, observation, sources, evidence, world.now()); });
}

void Round::end(Result<> result) {
  auto done = std::exchange(done_, nullptr);
  // Later, so that whoever waits may destroy the collection without pulling it from under us.
  world.loop.post(
      [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
}

void Round::close() {
  done_ = nullptr;
  client_.reset();
}

}  // namespace landfall
