// A repository of the sandbox's GitHub as files for real git: the state is the truth, and this
// follows it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sandbox/git_objects.h"
#include "sandbox/git_store.h"

namespace landfall::sandbox {

/// The references that git clients see, by full name, with git's names of what they point at.
std::map<std::string, std::string> shown_refs(Repository const& repository);

class GitMirror : public std::enable_shared_from_this<GitMirror> {
 public:
  explicit GitMirror(std::string folder) : folder_(std::move(folder)) {}
  std::string const& folder() const { return folder_; }

  using Find = std::function<Repository const*()>;
  /// Makes the folder agree with the state: objects by a worker, then references. What git wrote
  /// itself is known by `wrote`. ErrorKind::missing: the repository is gone.
  void follow(World const& world, Find find, std::move_only_function<void(Result<>)> done);
  void wrote(std::string const& sha) { objects_.insert(sha); }
  /// The references alone, of which all objects are there.
  Result<> follow_refs(Files& files, Repository const& repository);

 private:
  struct Missing {
    std::string sha;
    GitObject object;
  };
  std::vector<Missing> missing(Repository const& repository);
  Result<> make(World const& world, Repository const& repository);

  std::string folder_;
  bool made_ = false;
  std::size_t counted_ = 0;                  ///< objects in the state when it was looked at last
  std::set<std::string> objects_;            ///< those that are in the folder
  std::map<std::string, std::string> refs_;  ///< as they are in the folder
  std::string head_;
};

}  // namespace landfall::sandbox
