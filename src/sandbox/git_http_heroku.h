// Heroku's git: a push to main or master is a deploy.
// https://devcenter.heroku.com/articles/git
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "sandbox/builder.h"
#include "sandbox/git_hook.h"
#include "sandbox/git_http.h"
#include "sandbox/git_store.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

class HerokuGit {
 public:
  /// Keeps a bare repository for each app below `folder`.
  HerokuGit(World const& world, State& state, std::string folder, Builder& builder, GitHooks& hooks)
      : world_(world),
        state_(state),
        folder_(whole_path(world, std::move(folder))),
        builder_(builder),
        hooks_(hooks) {}
  HerokuGit(HerokuGit const&) = delete;
  HerokuGit& operator=(HerokuGit const&) = delete;

  void handle(GitTarget target, Request request, Respond respond);

 private:
  struct Push {
    std::string app;  ///< id
    std::string login;
    RefUpdate update;
    std::vector<std::pair<std::string, std::string>> quarantine;
    std::shared_ptr<HookAnswer> answer;
  };
  Result<> prepare(std::string const& app_id, std::string const& folder);
  void serve_push(std::string const& app_id, std::string const& login, GitExchange exchange);
  void received(std::string const& app_id, std::string const& login, GitHookCall call,
                std::shared_ptr<HookAnswer> const& answer);
  void read_title(Push push);
  void archive(Push push, std::string title);
  void build(Push push, std::string title, std::string tar);
  void verify(Push const& push, std::string const& build_id);
  void follow_release(Push const& push, std::string const& release_id, std::size_t shown);
  void adopt_head(Push const& push);
  std::string repository_of(std::string const& app_id) const;

  World world_;
  State& state_;
  std::string folder_;
  Builder& builder_;
  GitHooks& hooks_;
  std::set<std::string> prepared_;  ///< apps, by their ids
  Turns turns_;                     ///< of pushes, by the app's id
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace landfall::sandbox
