#include "sandbox/git_store_mirror.h"

#include <fmt/core.h>

#include "base/archive.h"

namespace landfall::sandbox {
namespace {

/// GitHub lets clients ask for any commit, and for parts of a history.
char const* const github_config =
    "\tprocReceiveRefs = refs\n\thideRefs = refs/pull\n"
    "[uploadpack]\n\tallowAnySHA1InWant = true\n\tallowFilter = true\n";

/// https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage
Result<> write_object(Files& files, std::string const& folder, std::string const& sha,
                      GitObject const& object) {
  std::string const path = fmt::format("{}/objects/{}/{}", folder, sha.substr(0, 2), sha.substr(2));
  std::string bytes = fmt::format("{} {}", object.kind, object.content.size());
  bytes.push_back('\0');
  bytes += object.content;
  return files.write_scratch(path, compress(bytes), 0644);
}

std::size_t count_of(GitObjects const& objects) {
  return objects.blobs.size() + objects.trees.size() + objects.commits.size() +
         objects.tag_objects.size();
}

}  // namespace

std::map<std::string, std::string> shown_refs(Repository const& repository) {
  std::map<std::string, std::string> refs;
  auto const add = [&](std::string_view prefix, Names const& names) {
    for (auto const& [name, sha] : names) {
      std::string ref = fmt::format("{}{}", prefix, name);
      if (is_ref_name(ref)) refs[std::move(ref)] = git_name(repository, sha);
    }
  };
  add("refs/heads/", repository.branches);
  add("refs/tags/", repository.tags);
  add("", repository.other_refs);
  for (Pull const& pull : repository.pulls)
    refs[fmt::format("refs/pull/{}/head", pull.number)] = git_name(repository, pull.head_sha);
  return refs;
}

std::vector<GitMirror::Missing> GitMirror::missing(Repository const& repository) {
  std::vector<Missing> found;
  if (std::exchange(counted_, count_of(repository)) == count_of(repository)) return found;
  auto const look = [&](auto const& objects) {
    for (auto const& [sha, object] : objects) {
      std::string name = git_name(repository, sha);
      if (objects_.contains(name)) continue;
      if (auto content = git_object(repository, sha))
        found.push_back({std::move(name), *std::move(content)});
    }
  };
  look(repository.blobs);
  look(repository.trees);
  look(repository.commits);
  look(repository.tag_objects);
  return found;
}

Result<> GitMirror::make(World const& world, Repository const& repository) {
  if (made_) return {};
  // What a former run left behind may be of another state.
  TRY(world.files.remove(folder_));
  TRY(make_bare(world, {.folder = folder_,
                        .head = repository.default_branch,
                        .config = github_config,
                        .hooks = {"pre-receive", "proc-receive"}}));
  made_ = true;
  return {};
}

void GitMirror::follow(World const& world, Find find,
                       std::move_only_function<void(Result<>)> done) {
  Repository const* const repository = find();
  if (repository == nullptr) return done(fail(ErrorKind::missing, "no such repository"));
  if (auto const made = make(world, *repository); !made) return done(made);
  std::vector<Missing> objects = missing(*repository);
  if (objects.empty()) return done(follow_refs(world.files, *repository));
  for (Missing const& one : objects) objects_.insert(one.sha);
  world.workers.ask<Result<>>(
      [&files = world.files, folder = folder_, objects = std::move(objects)]() -> Result<> {
        for (Missing const& one : objects) TRY(write_object(files, folder, one.sha, one.object));
        return {};
      },
      // References may have moved meanwhile, to objects that are not here yet.
      [self = shared_from_this(), world, find = std::move(find),
       done = std::move(done)](Result<> written) mutable {
        if (!written) return done(std::move(written));
        self->follow(world, std::move(find), std::move(done));
      });
}

Result<> GitMirror::follow_refs(Files& files, Repository const& repository) {
  std::map<std::string, std::string> const refs = shown_refs(repository);
  for (auto const& [ref, sha] : refs_)
    if (!refs.contains(ref)) TRY(files.remove(folder_ + "/" + ref));
  for (auto const& [ref, sha] : refs) {
    auto const known = refs_.find(ref);
    if (known != refs_.end() && known->second == sha) continue;
    std::string const file = folder_ + "/" + ref;
    // Folders of references that were below one that is there now.
    if (files.kind(file).value_or(FileKind::file) == FileKind::folder) TRY(files.remove(file));
    TRY(files.write_scratch(file, sha + "\n"));
  }
  refs_ = refs;
  if (head_ != repository.default_branch) TRY(set_head(files, folder_, repository.default_branch));
  head_ = repository.default_branch;
  return {};
}

}  // namespace landfall::sandbox
