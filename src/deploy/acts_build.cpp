#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "deploy/deployment_state.h"

namespace landfall {
namespace {

/// The last lines of a build's output, which say why it failed.
std::string last_lines(std::string_view output) {
  std::vector<std::string> kept;
  for (std::string const& line : lines_of(output)) {
    std::string const clean = printable(trim(line).substr(0, 200));
    if (!clean.empty()) kept.push_back(clean);
  }
  std::size_t const from = kept.size() > 5 ? kept.size() - 5 : 0;
  return join({kept.begin() + static_cast<std::ptrdiff_t>(from), kept.end()}, " | ");
}

/// What `scale_sentence` wrote.
std::vector<FormationSeen> formation_of(std::string_view sentence) {
  std::vector<FormationSeen> formation;
  for (std::string const& part : split(sentence, ' ')) {
    std::size_t const sign = part.find('=');
    if (sign == std::string::npos) continue;
    std::optional<std::int64_t> const quantity = parse_integer(part.substr(sign + 1));
    if (quantity) formation.push_back({part.substr(0, sign), *quantity});
  }
  return formation;
}

std::string scale_sentence(std::vector<FormationSeen> const& updates) {
  std::vector<std::string> parts;
  for (FormationSeen const& each : updates)
    parts.push_back(fmt::format("{}={}", each.type, each.quantity));
  return join(parts, " ");
}

}  // namespace

void Deployment::State::do_find_build() {
  ask({.source = "deploy.builds",
       .path = app_path("/builds"),
       .pages = Pages::all,
       .redact = without_signed_urls},
      &State::on_builds);
}

void Deployment::State::on_builds(std::int64_t evidence, Result<Answer> answer) {
  if (!answer) return trouble("looking for the build", answer.error());
  Result<Json::Array const*> builds = answer->json.items();
  if (!builds) return trouble("looking for the build", builds.error());
  for (Json const& each : **builds) {
    Result<BuildSeen> build = build_from(each);
    if (!build || build->description != build_mark(row.token)) continue;
    row.build_id = build->id;
    if (!note("waiting", fmt::format("found build {} of this deploy", build->id), evidence)) return;
    return go();
  }
  ++seen.absent;
  go();
}

void Deployment::State::do_post_build() {
  // Written first: whoever finds this entry without a build id has to look for the build.
  if (!note("waiting",
            fmt::format("POST /apps/{}/builds, marked '{}'", row.app, build_mark(row.token))))
    return;
  Json source = Json::object({{"url", source_url},
                              {"version", row.commit.value_or("")},
                              {"version_description", build_mark(row.token)}});
  ask({.source = "heroku.build",
       .path = app_path("/builds"),
       .method = "POST",
       .body = Json::object({{"source_blob", std::move(source)}}),
       .redact = without_signed_urls},
      &State::on_posted_build);
}

void Deployment::State::on_posted_build(std::int64_t evidence, Result<Answer> answer) {
  if (!answer && !maybe_done(answer.error()))
    return fatal("Heroku refused the build: " + answer.error().text);
  Result<BuildSeen> build =
      answer ? build_from(answer->json) : Result<BuildSeen>(std::unexpected(answer.error()));
  if (!build) {
    seen.posted = true;
    seen.absent = 0;
    if (!note("waiting", "the answer to the build was lost: looking for it", evidence)) return;
    return go();
  }
  row.build_id = build->id;
  if (!note("waiting", fmt::format("build {} is under way", build->id), evidence)) return;
  go();
}

void Deployment::State::do_ask_build() {
  // The output's URL is signed: it is read from the answer and then taken out of what is kept.
  auto output_url = std::make_shared<std::string>();
  Ask question{.source = "heroku.build", .path = app_path("/builds/" + row.build_id.value_or(""))};
  question.redact = [output_url](Json build) {
    Json const* url = build.find("output_stream_url");
    if (url != nullptr && url->is_string()) *output_url = url->as_string();
    return without_signed_urls(std::move(build));
  };
  client->ask(std::move(question),
              [weak = weak_from_this(), output_url](std::int64_t evidence, Result<Answer> answer) {
                std::shared_ptr<State> const self = weak.lock();
                if (!self || !self->done) return;
                self->on_build(evidence, std::move(answer));
                if (self->seen.build && !output_url->empty())
                  self->seen.build->output_url = *output_url;
              });
}

void Deployment::State::on_build(std::int64_t evidence, Result<Answer> answer) {
  if (!answer) return trouble("looking at the build", answer.error());
  Result<BuildSeen> build = build_from(answer->json);
  if (!build) return trouble("looking at the build", build.error());
  if (evidence != 0) seen.evidence = evidence;
  seen.build = std::move(*build);
  go();
}

void Deployment::State::do_read_build_output() {
  std::string const hint =
      fmt::format("its output: heroku builds:output {} -a {}", *row.build_id, row.app);
  Request request{.url = seen.build->output_url, .timeout = 10s, .redirects = Redirects::follow};
  if (!parse_url(request.url)) {
    seen.build_output = hint;
    return go();
  }
  world.http.send(std::move(request), [weak = weak_from_this(), hint](Result<Response> response) {
    std::shared_ptr<State> const self = weak.lock();
    if (!self || !self->done) return;
    std::string const lines = response && response->status == 200 ? last_lines(response->body) : "";
    self->seen.build_output = lines.empty() ? hint : "its output ends: " + lines;
    self->go();
  });
}

void Deployment::State::do_ask_release() {
  ask({.source = "heroku.release", .path = app_path("/releases/" + *seen.build->release_id)},
      &State::on_release);
}

void Deployment::State::on_release(std::int64_t evidence, Result<Answer> answer) {
  if (!answer) return trouble("looking at the release", answer.error());
  Result<ReleaseSeen> release = release_from(answer->json);
  if (!release) return trouble("looking at the release", release.error());
  bool const news = row.release != release->version;
  row.release = release->version;
  seen.release = std::move(*release);
  if (news && !note("waiting", fmt::format("v{} came of the build", *row.release), evidence))
    return;
  go();
}

void Deployment::State::do_note_formation() {
  ask({.source = "heroku.formation", .path = app_path("/formation")}, &State::on_formation_before);
}

void Deployment::State::on_formation_before(std::int64_t evidence, Result<Answer> answer) {
  // No build was asked for yet: whatever the platform says here, nothing has been changed.
  if (!answer && answer.error().kind != ErrorKind::network)
    return fatal("looking at the formation: " + answer.error().text);
  if (!answer) return trouble("looking at the formation", answer.error());
  Result<std::vector<FormationSeen>> formation = formation_from(answer->json);
  if (!formation) return trouble("looking at the formation", formation.error());
  if (!write({{deploy, "formation", "done", scale_sentence(*formation), evidence}})) return;
  seen.formation_before = std::move(*formation);
  go();
}

Result<> Deployment::State::read_formation_before() {
  std::optional<std::string> const noted = TRY(first_detail(store, deploy, "formation", "done"));
  if (noted) seen.formation_before = formation_of(*noted);
  return {};
}

void Deployment::State::do_ask_formation() {
  ask({.source = "heroku.formation", .path = app_path("/formation")}, &State::on_formation);
}

void Deployment::State::on_formation(std::int64_t /*evidence*/, Result<Answer> answer) {
  if (!answer) return trouble("looking at the formation", answer.error());
  Result<std::vector<FormationSeen>> formation = formation_from(answer->json);
  if (!formation) return trouble("looking at the formation", formation.error());
  seen.formation = std::move(*formation);
  go();
}

void Deployment::State::do_scale() {
  bool const back = row.state == DeployState::rollback;
  std::vector<FormationSeen> const updates =
      back ? to_restore(*target, seen.formation_before.value_or(std::vector<FormationSeen>{}),
                        *seen.formation)
           : to_scale(*target, *seen.formation);
  Json list = Json::array();
  for (FormationSeen const& each : updates)
    list.push(Json::object({{"type", each.type}, {"quantity", each.quantity}}));
  if (!note("waiting",
            fmt::format("PATCH /apps/{}/formation: {}, {}", row.app, scale_sentence(updates),
                        back ? "as before the deploy" : "the declared minimum")))
    return;
  ask({.source = "heroku.formation",
       .path = app_path("/formation"),
       .method = "PATCH",
       .body = Json::object({{"updates", std::move(list)}})},
      &State::on_scaled);
}

void Deployment::State::on_scaled(std::int64_t evidence, Result<Answer> answer) {
  bool const back = row.state == DeployState::rollback;
  if (!answer && back && ++tries < scale_tries_max) {
    if (options.tell)
      options.tell({deploy, row.state, "waiting", "scaling the dynos: " + answer.error().text});
    if (!done) return;
    seen.formation.reset();
    return go(poll_interval * tries);
  }
  if (!answer) return trouble("scaling the dynos", answer.error());
  seen.scaled = true;
  if (!note("waiting",
            back ? "the formation is as before the deploy"
                 : "the formation is at the declared minimum",
            evidence))
    return;
  go();
}

void Deployment::State::do_ask_dynos() {
  ask({.source = "heroku.dynos", .path = app_path("/dynos")}, &State::on_dynos);
}

void Deployment::State::on_dynos(std::int64_t /*evidence*/, Result<Answer> answer) {
  if (!answer) return trouble("looking at the dynos", answer.error());
  Result<std::vector<DynoSeen>> dynos = dynos_from(answer->json);
  if (!dynos) return trouble("looking at the dynos", dynos.error());
  bool const crashed = std::any_of(dynos->begin(), dynos->end(), [&](DynoSeen const& dyno) {
    return dyno.state == "crashed" && dyno.version == row.release &&
           target->processes.count(dyno.type) != 0;
  });
  seen.crashed = crashed ? seen.crashed + 1 : 0;
  seen.dynos = std::move(*dynos);
  seen.confirmed = row.state == DeployState::health ||
                   (row.state == DeployState::rollback && seen.healthy >= target->health.times);
  go();
}

}  // namespace landfall
