// GitHub's git: clone, fetch and push of the repositories that the REST API shows.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sandbox/git_hook.h"
#include "sandbox/git_http.h"
#include "sandbox/git_store_mirror.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

class GitHubGit {
 public:
  /// Keeps a bare repository for each one of the state below `folder`. `changed` hears the ids of
  /// repositories that a push has changed, before the pusher is told.
  GitHubGit(World const& world, State& state, std::string folder, GitHooks& hooks,
            std::function<void(std::int64_t)> changed)
      : world_(world),
        state_(state),
        folder_(whole_path(world, std::move(folder))),
        hooks_(hooks),
        changed_(std::move(changed)) {}
  GitHubGit(GitHubGit const&) = delete;
  GitHubGit& operator=(GitHubGit const&) = delete;

  void handle(GitTarget target, Request request, Respond respond);

 private:
  struct Access {
    std::int64_t repository = 0;
    Pusher pusher;
    Role role = Role::read;
  };
  using Answer = std::shared_ptr<HookAnswer>;

  std::expected<Access, Response> authorise(GitTarget const& target, Request const& request);
  void serve(Access const& access, GitExchange exchange);
  void asked(Access const& access, GitHookCall call, Answer const& answer);
  void weigh(Access const& access, GitHookCall const& call, Answer const& answer);
  void import(Access const& access, GitHookCall call, Answer const& answer);
  void move_refs(Access const& access, GitHookCall const& call, std::string const& objects,
                 Answer const& answer);
  std::shared_ptr<GitMirror> mirror_of(std::int64_t repository);

  World world_;
  State& state_;
  std::string folder_;
  GitHooks& hooks_;
  std::function<void(std::int64_t)> changed_;
  Turns turns_;  ///< of what changes a repository's folder
  std::map<std::int64_t, std::shared_ptr<GitMirror>> mirrors_;
  /// Callbacks hold it weakly: what comes after the end of this object is dropped.
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

/// What git's cat-file --batch prints, stored in the repository; the names of what is new.
Result<std::vector<std::string>> store_batch(State const& state, Repository& repository,
                                             std::string_view batch);

/// What cat-file --batch-check says of each object, as GitHub judges it: empty, or the refusal.
std::string refusal_of_sizes(std::string_view listed);

}  // namespace landfall::sandbox
