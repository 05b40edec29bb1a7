// Git's objects in a repository's state: named, stored, read and written as git does it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

/// "blob", "tree", "commit" or "tag", and its content: the name is the hash of both.
std::string object_sha(std::string_view kind, std::string_view content);
std::string blob_sha(std::string_view content);

/// Each stores an object (again: nothing changes) and gives its name.
std::string store_blob(GitObjects& objects, std::string content);
std::string store_tree(GitObjects& objects, TreeEntries entries);  ///< in any order
std::string store_files(GitObjects& objects, Tree const& files);   ///< the root tree
Commit const& store_commit(State const& state, GitObjects& objects, Commit commit);
/// The same for a commit whose sha the world file declares: it keeps it, whatever git calls it.
Commit const& declare_commit(State const& state, GitObjects& objects, Commit commit);
TagObject const& store_tag(GitObjects& objects, TagObject tag);

struct GitObject {
  std::string kind;
  std::string content;
};
/// An object as git has it; none: it is not there.
std::optional<GitObject> git_object(GitObjects const& objects, std::string_view sha);
/// What git calls the object of this sha: another name if the world file declares the sha.
std::string git_name(GitObjects const& objects, std::string_view sha);
/// The sha here of what git calls so.
std::string own_name(GitObjects const& objects, std::string_view git_sha);
/// Stores what a client sent, and gives its name. ErrorKind::data: it is no such object.
Result<std::string> store_object(State const& state, GitObjects& objects, GitObject object);

/// Of a tree's files, all below it by their paths. Submodules are left out.
Tree files_below(GitObjects const& objects, std::string_view tree);
/// What stands at a path below a tree; none: nothing. "" is the tree itself.
std::optional<TreeEntry> entry_at(GitObjects const& objects, std::string_view tree,
                                  std::string_view path);

/// One file that differs between two trees.
struct FileChange {
  std::string path;
  std::string before;  ///< a blob's sha; empty: added
  std::string after;   ///< empty: removed
};
/// By path. An empty name is an empty tree.
std::vector<FileChange> changes_between(GitObjects const& objects, std::string_view before,
                                        std::string_view after);

Signature authored_by(State const& state, Commit const& commit);
Signature committed_by(State const& state, Commit const& commit);

/// The commit that a branch, tag, "HEAD", full reference or sha (7 digits at least) names; nullptr
/// if none.
Commit const* resolve(Repository const& repository, std::string_view ref);

/// A commit and all that it descends from, newest first.
std::vector<Commit const*> history(Repository const& repository, Commit const& from);
/// Whether `ancestor` is `commit` or one that it descends from.
bool descends(Repository const& repository, std::string_view commit, std::string_view ancestor);
/// The newest commit that both descend from; nullptr: there is none.
Commit const* merge_base(Repository const& repository, Commit const& a, Commit const& b);
/// Paths that a commit changed against its first parent; none: not known.
std::optional<std::vector<std::string>> changed_files(Repository const& repository,
                                                      Commit const& commit);

}  // namespace landfall::sandbox
