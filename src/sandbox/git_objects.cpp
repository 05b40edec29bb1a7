#include "sandbox/git_objects.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

unsigned const folder_mode = 040000;
int const depth_max = 256;  ///< of folders: what lies deeper is not looked at

std::string raw(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    auto const digit = [&](std::size_t at) {
      return hex[at] <= '9' ? hex[at] - '0' : hex[at] - 'a' + 10;
    };
    bytes.push_back(static_cast<char>(digit(i) * 16 + digit(i + 1)));
  }
  return bytes;
}

/// Git sorts folders as if their names ended with a slash.
std::string sort_key(TreeEntry const& entry) {
  return entry.mode == folder_mode ? entry.name + "/" : entry.name;
}

std::string tree_bytes(TreeEntries const& entries) {
  std::string content;
  for (TreeEntry const& entry : entries) {
    content += fmt::format("{:o} {}", entry.mode, entry.name);
    content.push_back('\0');
    content += raw(entry.sha);
  }
  return content;
}

std::string signature_text(Signature const& signature) {
  int const zone = signature.zone_minutes;
  int const size = zone < 0 ? -zone : zone;
  return fmt::format("{} <{}> {} {}{:02}{:02}", signature.name, signature.email,
                     epoch_seconds(signature.at), zone < 0 ? '-' : '+', size / 60, size % 60);
}

/// One folder: what stands at `at` and after with the prefix.
std::string store_folder(GitObjects& objects, Tree const& files, std::string const& prefix) {
  TreeEntries entries;
  for (auto at = files.lower_bound(prefix); at != files.end() && at->first.starts_with(prefix);) {
    std::string const rest = at->first.substr(prefix.size());
    std::size_t const slash = rest.find('/');
    if (slash == std::string::npos) {
      unsigned const mode = (at->second.mode & 0111U) != 0 ? 0100755 : 0100644;
      entries.push_back({rest, mode, store_blob(objects, at->second.content)});
      ++at;
      continue;
    }
    std::string const name = rest.substr(0, slash);
    std::string const below = prefix + name + "/";
    entries.push_back({name, folder_mode, store_folder(objects, files, below)});
    at = std::find_if(at, files.end(),
                      [&](auto const& entry) { return !entry.first.starts_with(below); });
  }
  return store_tree(objects, std::move(entries));
}

void add_files(GitObjects const& objects, std::string_view sha, std::string const& prefix,
               Tree& files, int depth = 0) {
  auto const tree = objects.trees.find(sha);
  if (tree == objects.trees.end() || depth > depth_max) return;
  for (TreeEntry const& entry : tree->second) {
    if (entry.mode == folder_mode)
      add_files(objects, entry.sha, prefix + entry.name + "/", files, depth + 1);
    auto const blob = objects.blobs.find(entry.sha);
    if (entry.mode == folder_mode || blob == objects.blobs.end()) continue;
    files[prefix + entry.name] = {blob->second, entry.mode == 0100755 ? 0755U : 0644U};
  }
}

/// Names of blobs by path: cheaper than contents where only differences are asked for.
void add_names(GitObjects const& objects, std::string_view sha, std::string const& prefix,
               std::map<std::string, std::string>& names, int depth = 0) {
  auto const tree = objects.trees.find(sha);
  if (tree == objects.trees.end() || depth > depth_max) return;
  for (TreeEntry const& entry : tree->second) {
    if (entry.mode == folder_mode) {
      add_names(objects, entry.sha, prefix + entry.name + "/", names, depth + 1);
    } else {
      names[prefix + entry.name] = entry.sha;
    }
  }
}

}  // namespace

std::string object_sha(std::string_view kind, std::string_view content) {
  std::string object = fmt::format("{} {}", kind, content.size());
  object.push_back('\0');
  return sha1(object.append(content));
}

std::string blob_sha(std::string_view content) {
  return object_sha("blob", content);
}

std::string store_blob(GitObjects& objects, std::string content) {
  std::string sha = blob_sha(content);
  objects.blobs.try_emplace(sha, std::move(content));
  return sha;
}

std::string store_tree(GitObjects& objects, TreeEntries entries) {
  std::sort(entries.begin(), entries.end(),
            [](TreeEntry const& a, TreeEntry const& b) { return sort_key(a) < sort_key(b); });
  std::string sha = object_sha("tree", tree_bytes(entries));
  objects.trees.try_emplace(sha, std::move(entries));
  return sha;
}

std::string store_files(GitObjects& objects, Tree const& files) {
  return store_folder(objects, files, "");
}

namespace {

std::string commit_text(State const& state, GitObjects const& objects, Commit const& commit) {
  std::string text = fmt::format("tree {}\n", commit.tree);
  for (std::string const& parent : commit.parents)
    text += fmt::format("parent {}\n", git_name(objects, parent));
  return text + fmt::format("author {}\ncommitter {}\n\n{}",
                            signature_text(authored_by(state, commit)),
                            signature_text(committed_by(state, commit)), commit.message);
}

}  // namespace

std::string git_name(GitObjects const& objects, std::string_view sha) {
  auto const commit = objects.commits.find(sha);
  bool const differs = commit != objects.commits.end() && !commit->second.git_sha.empty();
  return differs ? commit->second.git_sha : std::string(sha);
}

std::string own_name(GitObjects const& objects, std::string_view git_sha) {
  auto const declared = objects.declared.find(git_sha);
  return declared == objects.declared.end() ? std::string(git_sha) : declared->second;
}

Commit const& declare_commit(State const& state, GitObjects& objects, Commit commit) {
  // Without files it is one of an empty folder to git.
  Commit shown = commit;
  if (shown.tree.empty()) shown.tree = store_tree(objects, {});
  commit.raw = commit_text(state, objects, shown);
  commit.git_sha = object_sha("commit", commit.raw);
  if (commit.git_sha == commit.sha) commit.git_sha.clear();
  if (!commit.git_sha.empty()) objects.declared[commit.git_sha] = commit.sha;
  std::string const sha = commit.sha;
  return objects.commits.insert_or_assign(sha, std::move(commit)).first->second;
}

Commit const& store_commit(State const& state, GitObjects& objects, Commit commit) {
  commit.raw = commit_text(state, objects, commit);
  commit.sha = object_sha("commit", commit.raw);
  std::string const sha = commit.sha;
  return objects.commits.insert_or_assign(sha, std::move(commit)).first->second;
}

TagObject const& store_tag(GitObjects& objects, TagObject tag) {
  tag.raw =
      fmt::format("object {}\ntype {}\ntag {}\ntagger {}\n\n{}", git_name(objects, tag.object),
                  tag.type, tag.name, signature_text(tag.tagged), tag.message);
  tag.sha = object_sha("tag", tag.raw);
  std::string const sha = tag.sha;
  return objects.tag_objects.insert_or_assign(sha, std::move(tag)).first->second;
}

std::optional<GitObject> git_object(GitObjects const& objects, std::string_view sha) {
  if (auto const found = objects.blobs.find(sha); found != objects.blobs.end())
    return GitObject{"blob", found->second};
  if (auto const found = objects.trees.find(sha); found != objects.trees.end())
    return GitObject{"tree", tree_bytes(found->second)};
  auto const commit = objects.commits.find(sha);
  if (commit != objects.commits.end()) return GitObject{"commit", commit->second.raw};
  if (auto const found = objects.tag_objects.find(sha); found != objects.tag_objects.end())
    return GitObject{"tag", found->second.raw};
  return std::nullopt;
}

Tree files_below(GitObjects const& objects, std::string_view tree) {
  Tree files;
  add_files(objects, tree, "", files);
  return files;
}

std::optional<TreeEntry> entry_at(GitObjects const& objects, std::string_view tree,
                                  std::string_view path) {
  TreeEntry at{"", folder_mode, std::string(tree)};
  if (path.empty()) return at;
  for (std::string const& name : split(path, '/')) {
    auto const found = objects.trees.find(at.sha);
    if (at.mode != folder_mode || found == objects.trees.end()) return std::nullopt;
    auto const entry = std::find_if(found->second.begin(), found->second.end(),
                                    [&](TreeEntry const& one) { return one.name == name; });
    if (entry == found->second.end()) return std::nullopt;
    at = *entry;
  }
  return at;
}

std::vector<FileChange> changes_between(GitObjects const& objects, std::string_view before,
                                        std::string_view after) {
  std::map<std::string, std::string> old_names;
  std::map<std::string, std::string> new_names;
  if (before != after) add_names(objects, before, "", old_names);
  if (before != after) add_names(objects, after, "", new_names);
  std::vector<FileChange> changes;
  for (auto const& [path, sha] : new_names) {
    auto const old = old_names.find(path);
    if (old == old_names.end()) changes.push_back({path, "", sha});
    if (old != old_names.end() && old->second != sha) changes.push_back({path, old->second, sha});
  }
  for (auto const& [path, sha] : old_names)
    if (!new_names.contains(path)) changes.push_back({path, sha, ""});
  std::sort(changes.begin(), changes.end(),
            [](FileChange const& a, FileChange const& b) { return a.path < b.path; });
  return changes;
}

Signature authored_by(State const& state, Commit const& commit) {
  if (commit.authored) return *commit.authored;
  User const* const user = state.user(commit.author);
  return {user == nullptr ? commit.author : user->name, user == nullptr ? "" : user->email,
          commit.at};
}

Signature committed_by(State const& state, Commit const& commit) {
  return commit.committed ? *commit.committed : authored_by(state, commit);
}

}  // namespace landfall::sandbox
