#include <fmt/core.h>

#include "base/text.h"
#include "deploy/deployment_state.h"

namespace landfall {

void Deployment::State::do_look() {
  look(client, *target, row.ref, row.commit, [weak = weak_from_this()](Result<Look> found) {
    if (std::shared_ptr<State> const self = weak.lock(); self && self->done)
      self->on_look(std::move(found));
  });
}

void Deployment::State::on_look(Result<Look> found) {
  if (!found) return fatal("could not be observed: " + found.error().text);
  Result<std::vector<std::int64_t>> spoilt = rolled_back_releases(store, row.target);
  if (!spoilt) return stop(spoilt.error());
  Result<std::optional<DeployRow>> bad = quarantine_of(store, row.target, found->commit);
  if (!bad) return stop(bad.error());
  row.commit = found->commit;
  row.first = is_first(*found, *spoilt);
  ReleaseSeen const* current = current_release(found->releases);
  row.before_release = current != nullptr ? std::optional(current->version) : std::nullopt;
  row.plan_hash =
      plan_hash(target->name, found->commit, gate_sentences(intent, *target, *row.first));
  seen.web_url = found->web_url;
  seen.evidence = found->releases_evidence;
  if (found->environment_missing || found->environment) seen.evidence = found->gate_evidence;
  seen.look = std::move(*found);
  if (*bad)
    return fatal(fmt::format("commit {} is quarantined on {}: deploy {} was rolled back: {}",
                             row.commit->substr(0, 7), row.target, (*bad)->id, (*bad)->reason));
  go();
}

void Deployment::State::do_fetch() {
  ask({.service = Service::github,
       .source = "github.tarball",
       .path = fmt::format("/repos/{}/tarball/{}", row.repository, row.commit.value_or("")),
       .keep = false,
       .download = true},
      &State::on_fetch);
}

void Deployment::State::on_fetch(std::int64_t /*evidence*/, Result<Answer> answer) {
  if (!answer) return fatal("fetching the source: " + answer.error().text);
  Result<std::vector<ArchiveEntry>> unpacked = source_entries(answer->body, target->path);
  if (!unpacked) return fatal(unpacked.error().text);
  entries = std::move(*unpacked);
  seen.has_source = true;
  go();
}

void Deployment::State::do_smoke() {
  std::weak_ptr<State> const weak = weak_from_this();
  Result<std::unique_ptr<SmokeRun>> run = SmokeRun::start(
      world, {*target->deploy.smoke, target->name, row.commit.value_or(""), entries},
      [weak](std::string_view line) {
        std::shared_ptr<State> const self = weak.lock();
        if (self && self->done && self->options.tell)
          self->options.tell({self->deploy, DeployState::smoke, "output", std::string(line)});
      },
      [weak](SmokeResult const& result) {
        if (std::shared_ptr<State> const self = weak.lock(); self && self->done)
          self->on_smoke(result);
      });
  if (!run) return fatal("the smoke command could not be started: " + run.error().text);
  smoke_run = std::move(*run);
}

void Deployment::State::on_smoke(SmokeResult const& result) {
  smoke_run.reset();
  if (!result.passed) return fatal("smoke: " + result.text);
  seen.smoke_passed = true;
  seen.smoke_text = result.text;
  go();
}

void Deployment::State::do_read_approvals() {
  Result<std::vector<ApprovalRow>> approvals = read_approvals(store, deploy);
  Result<std::optional<Instant>> asked_at = first_entry_at(store, deploy, "approval", "started");
  if (!approvals || !asked_at) return stop(approvals ? asked_at.error() : approvals.error());
  std::vector<std::string> const gates = gate_sentences(intent, *target, row.first.value_or(false));
  if (plan_hash(target->name, row.commit.value_or(""), gates) != row.plan_hash)
    seen.approval = {
        ApprovalVerdict::refused,
        "the plan has changed since it asked for approval: its gates are declared otherwise now"};
  else
    seen.approval =
        judge_approvals(*target, row, *approvals, asked_at->value_or(world.now()), world.now());
  bool const news =
      seen.approval->verdict == ApprovalVerdict::waiting && seen.approval->text != waiting_text;
  if (news) {
    waiting_text = seen.approval->text;
    if (!note("waiting", waiting_text)) return;
  }
  go();
}

void Deployment::State::do_upload() {
  // The answer holds signed URLs, so it is not kept.
  ask({.source = "heroku.source", .path = "/sources", .method = "POST", .keep = false},
      &State::on_source);
}

void Deployment::State::on_source(std::int64_t /*evidence*/, Result<Answer> answer) {
  if (!answer)
    return upload_failed("asking for an upload: " + answer.error().text,
                         answer.error().kind == ErrorKind::network);
  Result<std::string> put_url = answer->json.text("source_blob.put_url");
  Result<std::string> get_url = answer->json.text("source_blob.get_url");
  if (!put_url || !get_url)
    return upload_failed("asking for an upload: " + (put_url ? get_url : put_url).error().text,
                         false);
  put_source(*put_url, std::move(*get_url));
}

void Deployment::State::put_source(std::string const& put_url, std::string get_url) {
  Result<std::string> packed = pack(entries);
  if (!packed) return upload_failed("packing the source: " + packed.error().text, false);
  Request request{.method = "PUT", .url = put_url, .body = std::move(*packed), .timeout = 5min};
  // The URL was signed for a request without a content type.
  request.headers.add("Content-Type", "");
  world.http.send(std::move(request), [weak = weak_from_this(), get_url = std::move(get_url)](
                                          Result<Response> response) mutable {
    if (std::shared_ptr<State> const self = weak.lock(); self && self->done)
      self->on_put(response, std::move(get_url));
  });
}

void Deployment::State::on_put(Result<Response> const& response, std::string get_url) {
  if (!response) return upload_failed("uploading the source: the connection failed", true);
  if (response->status < 200 || response->status > 299)
    return upload_failed(fmt::format("uploading the source: HTTP {}", response->status),
                         response->status >= 500);
  source_url = std::move(get_url);
  seen.has_source_url = true;
  go();
}

void Deployment::State::upload_failed(std::string text, bool may_try_again) {
  if (may_try_again && ++tries < tries_max) return go(poll_interval);
  fatal(std::move(text));
}

}  // namespace landfall
