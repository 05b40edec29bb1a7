// What a checkout's .git folder says, read from its files: starting git for it would cost more than
// all of an audit. Formats: gitrepository-layout(5), git-pack-refs(1), git-config(1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/rule.h"
#include "base/result.h"
#include "world/world.h"

namespace landfall {

struct GitFolder {
  /// Branches and tags; nullopt if they cannot all be known here.
  std::optional<GitRefs> refs;
  std::string refs_unknown;    ///< why not, in a clause
  std::string default_branch;  ///< of the remote; empty: not known
  std::string host;            ///< of the remote: "github.com"; empty: none
  std::string repository;      ///< owner/name of the remote; empty: none
};

/// Reads the repository whose working tree is `root` ("" or a path that ends in '/'), nullopt if it
/// is none. A repository that git itself could not read is one about which nothing is known.
std::optional<GitFolder> read_git_folder(World world, std::string const& root);

/// Files that git tracks, as paths from the root. Starts git.
Result<std::vector<std::string>> git_tracked_files(World world, std::string const& root);

/// Host and owner/name in a remote's URL; empty where it has none.
struct RemoteName {
  std::string host;
  std::string repository;
};
RemoteName remote_name(std::string_view url);

}  // namespace landfall
