// Files of a repository: read at any commit that has files, written as commits on a branch.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_push.h"

namespace landfall::sandbox {
namespace {

Json entry_json(Call const& call, std::string const& path, std::string_view type,
                std::string const& sha, std::size_t size) {
  std::size_t const slash = path.rfind('/');
  return Json::object({
      {"name", slash == std::string::npos ? path : path.substr(slash + 1)},
      {"path", path},
      {"sha", sha},
      {"size", size},
      {"url", repository_url(call, "/contents/" + path)},
      {"html_url", fmt::format("https://github.com/{}/blob/{}/{}", call.repository->full_name(),
                               call.repository->default_branch, path)},
      {"git_url", repository_url(call, "/git/blobs/" + sha)},
      {"download_url", nullptr},
      {"type", type},
  });
}

Json file_json(Call const& call, std::string const& path, TreeFile const& file) {
  return entry_json(call, path, "file", blob_sha(file.content), file.content.size());
}

Response show_file(Call const& call, std::string const& path, TreeFile const& file) {
  std::string const accept = call.request.headers.value_or("Accept", "");
  if (accept.find(".raw") != std::string::npos) {
    return {.status = 200,
            .headers = {{"Content-Type", "application/vnd.github.raw; charset=utf-8"}},
            .body = file.content};
  }
  Json body = file_json(call, path, file);
  // GitHub breaks the lines after 60 characters; clients must skip the newlines.
  std::string const encoded = base64(file.content);
  std::string lines;
  for (std::size_t i = 0; i < encoded.size(); i += 60) lines += encoded.substr(i, 60) + "\n";
  body.set("content", lines);
  body.set("encoding", "base64");
  return json_response(200, body);
}

Response show_folder(Call const& call, std::string const& path, Tree const& tree) {
  std::string const prefix = path.empty() ? "" : path + "/";
  Json::Array items;
  std::set<std::string> folders;
  for (auto const& [name, file] : tree) {
    if (!name.starts_with(prefix)) continue;
    std::size_t const slash = name.find('/', prefix.size());
    if (slash == std::string::npos) {
      items.push_back(file_json(call, name, file));
    } else if (folders.insert(name.substr(0, slash)).second) {
      std::string const folder = name.substr(0, slash);
      items.push_back(entry_json(call, folder, "dir", sha1("folder " + folder), 0));
    }
  }
  if (items.empty() && !path.empty()) return github_not_found();
  return json_response(200, Json(std::move(items)));
}

Response show_path(Call& call, std::string const& path) {
  Commit const* const commit = resolve(*call.repository, call.url.query_value("ref").value_or(""));
  if (commit == nullptr) {
    return github_error(
        404, "No commit found for the ref " + printable(call.url.query_value("ref").value_or("")));
  }
  auto const tree = call.repository->files_of(*commit);
  if (!tree) return github_not_found();
  auto const file = tree->find(path);
  if (file != tree->end()) return show_file(call, path, file->second);
  return show_folder(call, path, *tree);
}

/// A change of one file that its request has been checked for.
struct Change {
  std::string path;
  std::string branch;
  std::string message;
  std::optional<std::string> sha;
  Commit const* head = nullptr;
  Tree tree;
};

bool is_safe_path(std::string_view path) {
  std::vector<std::string> const parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(), [](std::string const& part) {
    return part.empty() || part == "." || part == ".." || part == ".git" ||
           part.find('\0') != std::string::npos;
  });
}

std::optional<Response> read_change(Call& call, Change& change) {
  if (call.user == nullptr || call.role == Role::read) return needs_write(call);
  auto const message = call.body.text("message");
  auto const sha = call.body.text_or_null("sha");
  auto const branch = call.body.text_or_null("branch");
  if (!message) return github_error(422, "Invalid request.\n\n\"message\" wasn't supplied.");
  if (!sha || !branch) return github_error(422, "Invalid request.\n\nExpected strings.");
  change.path = call.words[0];
  if (!is_safe_path(change.path))
    return github_error(422, "path contains a malformed path component");
  change.message = *message;
  change.sha = *sha;
  change.branch = branch->value_or(call.repository->default_branch);
  change.head = resolve(*call.repository, "refs/heads/" + change.branch);
  if (change.head == nullptr) return github_error(404, "Branch " + change.branch + " not found");
  auto const tree = call.repository->files_of(*change.head);
  if (!tree) return github_error(409, "The branch's head has no files in this world");
  change.tree = *tree;
  return std::nullopt;
}

/// Compares what the client thinks it replaces with what is there.
std::optional<Response> refuse_stale(Change const& change) {
  auto const old = change.tree.find(change.path);
  bool const there = old != change.tree.end();
  if (there && !change.sha) {
    return github_error(422, "Invalid request.\n\n\"sha\" wasn't supplied.");
  }
  if (change.sha && (!there || blob_sha(old->second.content) != *change.sha)) {
    return github_error(409, fmt::format("{} does not match {}", change.path, *change.sha));
  }
  return std::nullopt;
}

Commit const& make_commit(Call& call, Change change) {
  Commit commit{.parents = {change.head->sha},
                .author = call.user->login,
                .message = change.message,
                .at = call.now};
  commit.files = std::vector<std::string>{change.path};
  return commit_files(call.state, *call.repository, change.branch, std::move(commit), change.tree,
                      {call.user->login});
}

}  // namespace

Response show_root(Call& call) {
  return show_path(call, "");
}

Response show_content(Call& call) {
  return show_path(call, call.words[0]);
}

Response put_content(Call& call) {
  Change change;
  if (auto refusal = read_change(call, change)) return *std::move(refusal);
  auto const encoded = call.body.text("content");
  if (!encoded) return github_error(422, "Invalid request.\n\n\"content\" wasn't supplied.");
  auto const content = from_base64(*encoded);
  if (!content) return github_error(422, "content is not valid Base64");
  if (auto refusal = refuse_stale(change)) return *std::move(refusal);
  std::string const path = change.path;
  bool const existed = change.tree.contains(path);
  TreeFile& file = change.tree[path];
  file.content = *content;
  Json described = file_json(call, path, file);
  Commit const& commit = make_commit(call, std::move(change));
  return json_response(existed ? 200 : 201, Json::object({{"content", std::move(described)},
                                                          {"commit", commit_json(call, commit)}}));
}

Response delete_content(Call& call) {
  Change change;
  if (auto refusal = read_change(call, change)) return *std::move(refusal);
  if (!change.tree.contains(change.path)) return github_not_found();
  if (auto refusal = refuse_stale(change)) return *std::move(refusal);
  change.tree.erase(change.path);
  Commit const& commit = make_commit(call, std::move(change));
  return json_response(200,
                       Json::object({{"content", nullptr}, {"commit", commit_json(call, commit)}}));
}

}  // namespace landfall::sandbox
