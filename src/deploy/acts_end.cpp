#include <fmt/core.h>

#include "base/text.h"
#include "deploy/deployment_state.h"
#include "evidence/evidence.h"

namespace landfall {
namespace {

constexpr std::size_t probe_body_max = 64 << 10;  // kept as evidence: enough to see what it was

}  // namespace

void Deployment::State::do_ask_app() {
  ask({.source = "heroku.app", .path = app_path()}, &State::on_app);
}

void Deployment::State::on_app(std::int64_t /*evidence*/, Result<Answer> answer) {
  if (!answer) return trouble("looking at the app", answer.error());
  Result<std::string> web_url = answer->json.text("web_url");
  if (!web_url) return trouble("looking at the app", web_url.error());
  seen.web_url = std::move(*web_url);
  go();
}

void Deployment::State::do_probe() {
  witnesses.clear();
  probe(world, target->health, base_url(),
        [weak = weak_from_this()](Classified origin, Result<Response> response) {
          if (std::shared_ptr<State> const self = weak.lock(); self && self->done)
            self->on_origin(origin, response);
        });
}

void Deployment::State::on_origin(Classified const& origin, Result<Response> const& response) {
  keep_probe("origin", base_url(), response);
  witnesses.emplace_back("origin", origin);
  if (!target->edge) return on_witnesses();
  probe(world, target->health, *target->edge,
        [weak = weak_from_this()](Classified edge, Result<Response> answer) {
          std::shared_ptr<State> const self = weak.lock();
          if (!self || !self->done) return;
          self->keep_probe("edge", *self->target->edge, answer);
          self->witnesses.emplace_back("edge", std::move(edge));
          self->on_witnesses();
        });
}

void Deployment::State::on_witnesses() {
  Health wanted = target->health;
  // After a rollback the platform names the release; which commit that was is not known here.
  if (row.state == DeployState::rollback) wanted.commit.reset();
  HealthSight sight = judge_health(wanted, row.commit.value_or(""), witnesses);
  seen.probed = true;
  seen.healthy = sight.counts ? seen.healthy + 1 : 0;
  if (sight.counts)
    sight.text = fmt::format(
        "{} in a row: {}", counted(seen.healthy, "healthy answer", "healthy answers"), sight.text);
  bool const told = sight.text == seen.probe_text;
  seen.probe_text = std::move(sight.text);
  if (!told && options.tell) options.tell({deploy, row.state, "waiting", seen.probe_text});
  if (!done) return;
  go();
}

void Deployment::State::keep_probe(std::string_view witness, std::string const& base,
                                   Result<Response> const& response) {
  std::string url = base;
  while (url.ends_with('/')) url.pop_back();
  Evidence const answer{
      .source = fmt::format("probe.{}", witness),
      .request = "GET " + url + target->health.path,
      .status = response ? response->status : 0,
      .body = response ? response->body.substr(0, probe_body_max) : response.error().text};
  // Evidence that cannot be written fails the journal's next entry too, and there it is told.
  if (Result<std::int64_t> number = record(store, answer, world.now())) seen.evidence = *number;
}

HealthSight judge_health(Health const& health, std::string const& commit,
                         std::vector<std::pair<std::string, Classified>> const& witnesses) {
  HealthSight sight;
  std::vector<std::string> texts;
  bool healthy = false;
  bool against = false;
  for (auto const& [witness, answer] : witnesses) {
    std::string text = fmt::format("{}: {}", witness, answer.detail);
    bool const proves = answer.verdict == "healthy";
    bool const other_commit =
        proves && health.commit && !names_commit(answer.commit.value_or(""), commit);
    if (other_commit)
      text += answer.commit ? fmt::format(", but it names commit {}", printable(*answer.commit))
                            : std::string(", but it names no commit");
    // A witness that a login or a bot rule stands before says nothing, neither good nor bad.
    against = against || answer.verdict == "failing" || other_commit;
    healthy = healthy || (proves && !other_commit);
    texts.push_back(std::move(text));
  }
  sight.counts = healthy && !against;
  sight.text = join(texts, "; ");
  return sight;
}

void Deployment::State::do_maintenance(bool on) {
  if (!note("waiting", fmt::format("PATCH /apps/{}: maintenance {}", row.app, on ? "on" : "off")))
    return;
  ask({.source = "heroku.app",
       .path = app_path(),
       .method = "PATCH",
       .body = Json::object({{"maintenance", on}})},
      on ? &State::on_maintenance_started : &State::on_maintenance_ended);
}

void Deployment::State::on_maintenance_started(std::int64_t /*evidence*/, Result<Answer> answer) {
  if (!answer) return trouble("turning maintenance mode on", answer.error());
  seen.maintenance_on = true;
  go();
}

void Deployment::State::on_maintenance_ended(std::int64_t /*evidence*/, Result<Answer> answer) {
  if (!answer) return trouble("turning maintenance mode off", answer.error());
  seen.maintenance_ended = true;
  go();
}

void Deployment::State::do_find_rollback() {
  ask({.source = "heroku.releases",
       .path = app_path("/releases"),
       .pages = Pages::all,
       .range = "version ..; max=1000"},
      &State::on_rollback_releases);
}

void Deployment::State::on_rollback_releases(std::int64_t /*evidence*/, Result<Answer> answer) {
  if (!answer) return trouble("looking at the releases", answer.error());
  Result<std::vector<ReleaseSeen>> releases = releases_from(answer->json);
  if (!releases) return trouble("looking at the releases", releases.error());
  seen.releases = std::move(*releases);
  ++seen.absent;
  go();
}

void Deployment::State::do_post_rollback() {
  ReleaseSeen const* before = find_release(*seen.releases, row.before_release.value_or(0));
  if (!note("waiting", fmt::format("POST /apps/{}/releases: v{} again", row.app, before->version)))
    return;
  ask({.source = "heroku.release",
       .path = app_path("/releases"),
       .method = "POST",
       .body = Json::object({{"release", before->id}})},
      &State::on_posted_rollback);
}

void Deployment::State::on_posted_rollback(std::int64_t /*evidence*/, Result<Answer> answer) {
  if (!answer && !maybe_done(answer.error()))
    return fatal("Heroku refused the rollback: " + answer.error().text);
  ++seen.rollback_posts;
  seen.rollback_answer = "Heroku accepted it, yet no such release is there";
  if (!answer) {
    seen.rollback_answer = answer.error().text;
    if (!note("waiting", fmt::format("the rollback was answered: {}; looking whether it came of it "
                                     "all the same (try {} of {})",
                                     answer.error().text, seen.rollback_posts, rollback_posts_max)))
      return;
  }
  // Whether the answer came or was lost: the list of releases shows what there is.
  seen.posted = true;
  seen.absent = 0;
  seen.releases.reset();
  go();
}

}  // namespace landfall
