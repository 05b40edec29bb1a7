// A repository's history as git keeps it: blobs, trees and tags by their names. Plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace landfall::sandbox {

struct TreeFile {
  std::string content;
  unsigned mode = 0644;
  bool operator==(TreeFile const&) const = default;
};
using Tree = std::map<std::string, TreeFile, std::less<>>;  ///< all files below a folder, by path

/// One line of a git tree. Modes are git's: 0100644, 0100755, 0120000, 040000 and 0160000.
struct TreeEntry {
  std::string name;
  unsigned mode = 0100644;
  std::string sha;
  bool operator==(TreeEntry const&) const = default;
};
using TreeEntries = std::vector<TreeEntry>;  ///< in git's order

/// Who did it and when, as commits and tags have it.
struct Signature {
  std::string name;
  std::string email;
  Instant at{};
  int zone_minutes = 0;
  bool operator==(Signature const&) const = default;
};

struct Commit {
  std::string sha;
  std::vector<std::string> parents;
  std::string author;  ///< a login, or a name if nobody has that address
  std::string message;
  Instant at{};
  std::string tree;                               ///< a sha; empty: the world file gives no files
  std::optional<std::vector<std::string>> files;  ///< paths it changed; none: not known
  std::optional<Signature> authored;              ///< none: by `author` at `at`
  std::optional<Signature> committed;             ///< none: as authored
  std::string raw;                                ///< the object as git has it
  /// Git's name of it, if the sha is one that the world file declares and git's is another.
  std::string git_sha;
  std::string title() const { return message.substr(0, message.find('\n')); }
};

/// An annotated tag.
struct TagObject {
  std::string sha;
  std::string name;
  std::string message;
  std::string object;  ///< the sha of what it tags
  std::string type = "commit";
  Signature tagged;
  std::string raw;
};

using Names = std::map<std::string, std::string, std::less<>>;  ///< names to shas

struct GitObjects {
  std::map<std::string, std::string, std::less<>> blobs;  ///< contents by sha
  std::map<std::string, TreeEntries, std::less<>> trees;
  std::map<std::string, Commit, std::less<>> commits;
  std::map<std::string, TagObject, std::less<>> tag_objects;
  Names declared;  ///< git's names of commits to those that the world file declares for them
};

}  // namespace landfall::sandbox
