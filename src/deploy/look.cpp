#include "deploy/look.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

/// A chain of questions, each asked when the one before is answered. Kept alive by the question
/// that is under way, so it dies with the client.
class Looking : public std::enable_shared_from_this<Looking> {
 public:
  Looking(std::weak_ptr<Client> client, Target target,
          std::move_only_function<void(Result<Look>)> done)
      : client_(std::move(client)), target_(std::move(target)), done_(std::move(done)) {}

  void start(std::string const& ref, std::optional<std::string> const& commit) {
    if (!commit) return ask_commit(ref);
    look_.commit = *commit;
    ask_app();
  }

 private:
  using Then = void (Looking::*)(Result<Answer>);

  void ask(Ask question, std::int64_t* evidence, Then then) {
    std::shared_ptr<Client> const client = client_.lock();
    if (!client) return;
    client->ask(std::move(question), [self = shared_from_this(), evidence, then](
                                         std::int64_t number, Result<Answer> answer) {
      if (evidence != nullptr) *evidence = number;
      (self.get()->*then)(std::move(answer));
    });
  }

  void stop(std::string_view doing, Error error) {
    error.text.insert(0, std::string(doing) + ": ");
    auto done = std::move(done_);
    done(std::unexpected(std::move(error)));
  }

  void ask_commit(std::string const& ref) {
    ask({.service = Service::github,
         .source = "github.commit",
         .path = fmt::format("/repos/{}/commits/{}", target_.repository, url_encode(ref))},
        &look_.commit_evidence, &Looking::on_commit);
  }

  void on_commit(Result<Answer> answer) {
    if (!answer) return stop("resolving the ref", answer.error());
    Result<std::string> sha = answer->json.text("sha");
    if (!sha) return stop("resolving the ref", sha.error());
    look_.commit = *sha;
    ask_app();
  }

  void ask_app() {
    ask({.source = "heroku.app", .path = "/apps/" + target_.app}, &look_.app_evidence,
        &Looking::on_app);
  }

  void on_app(Result<Answer> answer) {
    if (!answer) return stop("looking at app " + target_.app, answer.error());
    Json const& app = answer->json;
    Result<std::optional<std::string>> archived = app.text_or_null("archived_at");
    Result<std::optional<std::string>> web_url = app.text_or_null("web_url");
    if (!archived || !web_url)
      return stop("looking at app " + target_.app, archived ? web_url.error() : archived.error());
    look_.archived = archived->has_value();
    look_.web_url = web_url->value_or("");
    Json const* maintenance = app.find("maintenance");
    look_.maintenance = maintenance != nullptr && maintenance->is_bool() && maintenance->as_bool();
    ask({.source = "heroku.releases",
         .path = fmt::format("/apps/{}/releases", target_.app),
         .pages = Pages::all,
         .range = "version ..; max=1000"},
        &look_.releases_evidence, &Looking::on_releases);
  }

  void on_releases(Result<Answer> answer) {
    if (!answer) return stop("looking at the releases", answer.error());
    Result<std::vector<ReleaseSeen>> releases = releases_from(answer->json);
    if (!releases) return stop("looking at the releases", releases.error());
    look_.releases = std::move(*releases);
    ReleaseSeen const* current = current_release(look_.releases);
    if (current == nullptr || !current->slug) return ask_gate();
    ask({.source = "heroku.slug",
         .path = fmt::format("/apps/{}/slugs/{}", target_.app, *current->slug),
         .redact = without_blob},
        nullptr, &Looking::on_slug);
  }

  /// A slug's blob is a signed URL of the code.
  static Json without_blob(Json slug) {
    if (slug.is_object() && slug.find("blob") != nullptr) slug.set("blob", nullptr);
    return slug;
  }

  void on_slug(Result<Answer> answer) {
    // A slug that is gone cannot name its commit; the release in force is known all the same.
    if (!answer && answer.error().kind != ErrorKind::missing)
      return stop("looking at the slug in force", answer.error());
    if (answer) {
      Result<std::optional<std::string>> commit = answer->json.text_or_null("commit");
      if (commit && *commit && !(*commit)->empty()) look_.live_commit = **commit;
    }
    ask_gate();
  }

  std::string gate_path() const {
    return fmt::format("/repos/{}/environments/{}", target_.repository,
                       url_encode(target_.gate->name));
  }

  void ask_gate() {
    if (!target_.gate) return finish();
    ask({.service = Service::github, .source = "github.environment", .path = gate_path()},
        &look_.gate_evidence, &Looking::on_gate);
  }

  void on_gate(Result<Answer> answer) {
    if (!answer && answer.error().kind == ErrorKind::missing) {
      look_.environment_missing = true;
      return finish();
    }
    if (!answer) return stop("looking at the environment", answer.error());
    Result<EnvironmentSeen> seen = environment_from(answer->json);
    if (!seen) return stop("looking at the environment", seen.error());
    look_.environment = std::move(*seen);
    if (look_.environment->branch_policy != "custom") return finish();
    ask({.service = Service::github,
         .source = "github.branch_policies",
         .path = gate_path() + "/deployment-branch-policies",
         .pages = Pages::all,
         .items = "branch_policies"},
        nullptr, &Looking::on_policies);
  }

  void on_policies(Result<Answer> answer) {
    if (!answer) return stop("looking at the branch policies", answer.error());
    Result<Json::Array const*> items = answer->json.items();
    if (!items) return stop("looking at the branch policies", items.error());
    for (Json const& each : **items) {
      Result<std::string> name = each.text("name");
      if (name) look_.environment->branches.push_back(*name);
    }
    finish();
  }

  void finish() {
    auto done = std::move(done_);
    done(std::move(look_));
  }

  std::weak_ptr<Client> client_;
  Target target_;
  std::move_only_function<void(Result<Look>)> done_;
  Look look_;
};

std::optional<std::string> gate_refusal(Target const& target, Look const& seen) {
  if (!target.gate) return std::nullopt;
  if (seen.environment_missing)
    return fmt::format(
        "GitHub environment '{}' of {} does not exist: GitHub would create it without "
        "any protection at its first use; mend it: landfall fix environment-missing",
        target.gate->name, target.repository);
  std::optional<std::string> const fault = environment_fault(*target.gate, *seen.environment);
  if (!fault) return std::nullopt;
  return fmt::format(
      "GitHub environment '{}' of {} is not protected as declared: it {}; mend it: "
      "landfall fix environment-unprotected",
      target.gate->name, target.repository, *fault);
}

}  // namespace

void look(std::shared_ptr<Client> const& client, Target const& target, std::string const& ref,
          std::optional<std::string> const& commit,
          std::move_only_function<void(Result<Look>)> done) {
  std::make_shared<Looking>(client, target, std::move(done))->start(ref, commit);
}

std::optional<std::string> refusal_of(Target const& target, Look const& seen,
                                      bool maintenance_is_ours) {
  if (seen.archived)
    return fmt::format("app {} is archived: Heroku answers for it no more until it is restored",
                       target.app);
  if (seen.maintenance && !maintenance_is_ours)
    return fmt::format(
        "app {} is in maintenance mode, and not by landfall: heroku maintenance:off -a {}",
        target.app, target.app);
  if (seen.web_url.empty() && !target.origin)
    return fmt::format(
        "app {} has no web_url and no origin is declared: its health could not be proven",
        target.app);
  return gate_refusal(target, seen);
}

bool is_first(Look const& seen, std::vector<std::int64_t> const& spoilt) {
  return std::none_of(seen.releases.begin(), seen.releases.end(), [&](ReleaseSeen const& release) {
    bool const rolled_back =
        std::find(spoilt.begin(), spoilt.end(), release.version) != spoilt.end();
    return release.carries_code && release.status == "succeeded" && !rolled_back;
  });
}

}  // namespace landfall
