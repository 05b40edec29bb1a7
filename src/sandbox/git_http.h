// Git's smart HTTP: requests of git clients, answered by git itself.
// https://git-scm.com/docs/http-protocol
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sandbox/state.h"
#include "world/world.h"

namespace landfall::sandbox {

enum class GitService { upload_pack, receive_pack };

struct GitTarget {
  std::string path;  ///< of the repository, without slashes around it and without ".git"
  GitService service = GitService::upload_pack;
  bool advertises = false;  ///< the first request, which asks for the references
  bool is_post = false;
};
/// None: the request is not one of a git client.
std::optional<GitTarget> git_target(Request const& request, Url const& url);

/// A refusal that git shows to its user line by line.
Response git_refusal(int status, std::string_view text);
/// 401: git asks its user or its helper for credentials and comes again.
Response git_challenge(std::string_view realm, std::string_view text);

/// What must be done one after the other in a repository waits here for its turn.
class Turns {
 public:
  /// Does the work when nobody else has the turn of this name; whoever has it gives it back.
  void take(std::string const& name, Work work);
  void give_back(std::string const& name);

 private:
  std::map<std::string, std::deque<Work>> waiting_;  ///< behind one that has the turn
};

/// One request that may be served.
struct GitExchange {
  Request request;
  Respond respond;
  GitTarget target;
  std::string folder;                                            ///< of the bare repository
  std::vector<std::pair<std::string, std::string>> variables{};  ///< for git and its hooks
  /// Called when git has ended, before the client sees the end.
  std::move_only_function<void()> ended{};
};
/// Runs git on the request. What it prints goes to the client as it comes. A client that leaves
/// ends a fetch; a push goes on without it.
void serve_git(World const& world, GitExchange exchange);

}  // namespace landfall::sandbox
