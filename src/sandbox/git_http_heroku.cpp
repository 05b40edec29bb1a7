#include "sandbox/git_http_heroku.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sandbox/call.h"
#include "sandbox/git_store.h"

namespace landfall::sandbox {
namespace {

std::size_t const source_bytes_max = std::size_t{1} << 30;
Duration const look_interval = 50ms;

// Heroku's own words to whoever has no good API key.
char const* const bad_credentials =
    "!\tWARNING:\n"
    "!\tDo not authenticate with username and password using git.\n"
    "!\tRun `heroku login` to update your credentials, then retry the git command.\n"
    "!\tSee documentation for details: "
    "https://devcenter.heroku.com/articles/http-git#authentication";

std::string const* login_of(State const& state, Request const& request) {
  auto const given = credential(request);
  auto const token = given ? state.tokens.find(*given) : state.tokens.end();
  bool const good = token != state.tokens.end() && token->second.platform == Platform::heroku;
  return good ? &token->second.user : nullptr;
}

bool deploys(RefUpdate const& update) {
  return !update.after.empty() &&
         (update.ref == "refs/heads/main" || update.ref == "refs/heads/master");
}

}  // namespace

std::string HerokuGit::repository_of(std::string const& app_id) const {
  return fmt::format("{}/{}.git", folder_, app_id);
}

/// A sandbox that was killed took its gits with it, in the middle of what they did.
Result<> HerokuGit::prepare(std::string const& app_id, std::string const& folder) {
  if (!prepared_.contains(app_id)) TRY(remove_leftovers(world_.files, folder));
  prepared_.insert(app_id);
  return make_bare(world_, {.folder = folder, .hooks = {"pre-receive"}});
}

void HerokuGit::handle(GitTarget target, Request request, Respond respond) {
  std::string const* const login = login_of(state_, request);
  if (login == nullptr) {
    bool const tried = request.headers.find("Authorization").has_value();
    return respond(git_challenge("Heroku", tried ? bad_credentials : "Authentication required."));
  }
  auto const found = state_.heroku.apps.find(target.path);
  if (found == state_.heroku.apps.end())
    return respond(git_refusal(404, fmt::format("!\tNo such app as {}.", printable(target.path))));
  App const& app = found->second;
  if (!can_see(state_, app, *login)) {
    return respond(
        git_refusal(403, fmt::format("!\tYou do not have access to the app {}.", app.name)));
  }
  std::string const folder = repository_of(app.id);
  auto const made = prepare(app.id, folder);
  if (!made) return respond(git_refusal(500, made.error().text));
  GitExchange exchange{std::move(request), std::move(respond), std::move(target), folder};
  bool const pushes =
      exchange.target.service == GitService::receive_pack && exchange.target.is_post;
  if (!pushes) return serve_git(world_, std::move(exchange));
  turns_.take(app.id, [this, id = app.id, who = *login, waiting = std::move(exchange)]() mutable {
    serve_push(id, who, std::move(waiting));
  });
}

void HerokuGit::serve_push(std::string const& app_id, std::string const& login,
                           GitExchange exchange) {
  auto const alive = std::weak_ptr(alive_);
  auto const variable = hooks_.expect(
      [this, alive, app_id, login](GitHookCall call, std::shared_ptr<HookAnswer> const& answer) {
        if (alive.lock()) received(app_id, login, std::move(call), answer);
      });
  if (variable) exchange.variables = {{hook_variable, *variable}};
  exchange.ended = [this, alive, app_id, value = variable.value_or("")] {
    if (!alive.lock()) return;
    hooks_.forget(value);
    turns_.give_back(app_id);
  };
  if (variable) return serve_git(world_, std::move(exchange));
  exchange.ended();
  exchange.respond(git_refusal(500, variable.error().text));
}

void HerokuGit::received(std::string const& app_id, std::string const& login, GitHookCall call,
                         std::shared_ptr<HookAnswer> const& answer) {
  auto const deploy = std::find_if(call.updates.begin(), call.updates.end(), deploys);
  if (deploy == call.updates.end()) {
    bool const only_deletes =
        std::all_of(call.updates.begin(), call.updates.end(),
                    [](RefUpdate const& update) { return update.after.empty(); });
    if (!only_deletes) answer->print("Pushed to non-main branch, skipping build.\n");
    return answer->finish(0);
  }
  read_title({app_id, login, *deploy, std::move(call.quarantine), answer});
}

/// Also looks whether the branch still is what the client saw when it began.
void HerokuGit::read_title(Push push) {
  GitRun run{.arguments = limited_shell("git rev-parse --verify --quiet \"$1\"; "
                                        "git log -1 --format=%s \"$2\""),
             .environment = push.quarantine};
  run.arguments.insert(run.arguments.end(), {"sh", push.update.ref, push.update.after});
  run.bytes_max = 1 << 20;
  std::string const folder = repository_of(push.app);
  run_git(
      world_, folder, std::move(run),
      [this, alive = std::weak_ptr(alive_), push = std::move(push)](Result<std::string> printed) {
        if (!alive.lock()) return;
        std::vector<std::string> const lines = lines_of(printed ? *printed : std::string());
        bool const was_there = !push.update.before.empty();
        bool const same =
            was_there ? !lines.empty() && lines[0] == push.update.before : lines.size() < 2;
        if (!printed || !same) {
          push.answer->print("!\tAnother push has moved the branch meanwhile.\n");
          return push.answer->finish(1);
        }
        archive(push, lines.size() > (was_there ? 1U : 0U) ? lines.back() : std::string());
      });
}

void HerokuGit::archive(Push push, std::string title) {
  push.answer->print("Compressing source files... ");
  GitRun run{.arguments = limited_git({"archive", "--format=tar", push.update.after}),
             .environment = push.quarantine};
  run.bytes_max = source_bytes_max;
  std::string const folder = repository_of(push.app);
  run_git(world_, folder, std::move(run),
          [this, alive = std::weak_ptr(alive_), push = std::move(push),
           title = std::move(title)](Result<std::string> tar) {
            if (!alive.lock()) return;
            if (tar) return build(push, title, *std::move(tar));
            push.answer->print(fmt::format("failed.\n!\tThe source cannot be packed: {}\n",
                                           printable(tar.error().text)));
            push.answer->finish(1);
          });
}

void HerokuGit::build(Push push, std::string title, std::string tar) {
  push.answer->print("done.\nBuilding source:\n\n");
  App* const app = state_.heroku.find(push.app);
  if (app == nullptr) return push.answer->finish(1);
  PushedSource source{.login = push.login,
                      .commit = push.update.after,
                      .title = std::move(title),
                      .archive = std::move(tar)};
  source.print = [answer = push.answer](std::string_view text) { answer->print(text); };
  source.done = [this, alive = std::weak_ptr(alive_),
                 push = std::move(push)](std::string const& build_id) {
    if (alive.lock()) verify(push, build_id);
  };
  builder_.push(*app, std::move(source));
}

void HerokuGit::verify(Push const& push, std::string const& build_id) {
  App* const app = state_.heroku.find(push.app);
  Build const* const made = app == nullptr ? nullptr : app->build(build_id);
  if (made == nullptr || made->status != BuildStatus::succeeded) {
    push.answer->print(fmt::format("Verifying deploy...\n\n!\tPush rejected to {}.\n\n",
                                   app == nullptr ? "an app that is gone" : app->name));
    return push.answer->finish(1);
  }
  push.answer->print("\nVerifying deploy... done.\n");
  adopt_head(push);
  Release const* const release = made->release ? app->release(*made->release) : nullptr;
  if (release == nullptr || release->output_secret.empty()) return push.answer->finish(0);
  push.answer->print("Running release command...\n\n");
  follow_release(push, release->id, 0);
}

/// The branch of the first deploy is the one that clients see as HEAD.
void HerokuGit::adopt_head(Push const& push) {
  std::string const folder = repository_of(push.app);
  bool const has_other = world_.files.exists(folder + "/refs/heads/main") ||
                         world_.files.exists(folder + "/refs/heads/master");
  if (has_other) return;
  auto const set = set_head(world_.files, folder, push.update.ref.substr(11));
  if (!set) push.answer->print(printable(set.error().text) + "\n");
}

/// The push is good however this ends, as Heroku's is.
void HerokuGit::follow_release(Push const& push, std::string const& release_id, std::size_t shown) {
  App* const app = state_.heroku.find(push.app);
  Release const* const release = app == nullptr ? nullptr : app->release(release_id);
  if (release == nullptr) return push.answer->finish(0);
  if (release->output.size() > shown) {
    push.answer->print(std::string_view(release->output).substr(shown));
    shown = release->output.size();
  }
  if (release->status != ReleaseStatus::pending) {
    bool const good = release->status == ReleaseStatus::succeeded;
    push.answer->print(fmt::format("Waiting for release.... {}.\n", good ? "done" : "failed"));
    return push.answer->finish(0);
  }
  world_.loop.after(look_interval, [this, alive = std::weak_ptr(alive_), push, release_id, shown] {
    if (alive.lock()) follow_release(push, release_id, shown);
  });
}

}  // namespace landfall::sandbox
