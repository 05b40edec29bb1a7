// Files of a repository: read at any commit that has files, written as commits on a branch.
#include <fmt/core.h>

#include <algorithm>
#include <variant>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_push.h"

namespace landfall::sandbox {
namespace {

unsigned const folder_mode = 040000;
std::size_t const depth_max = 256;      ///< of folders
std::size_t const shown_max = 1 << 20;  ///< larger files come by .raw alone

Json entry_json(Call const& call, std::string const& path, TreeEntry const& entry,
                std::string const& ref) {
  std::size_t const slash = path.rfind('/');
  std::string_view const type = entry.mode == folder_mode ? "dir"
                                : entry.mode == 0160000   ? "submodule"
                                : entry.mode == 0120000   ? "symlink"
                                                          : "file";
  auto const blob = call.repository->blobs.find(entry.sha);
  bool const is_blob = blob != call.repository->blobs.end();
  std::string const shown_ref = ref.empty() ? call.repository->default_branch : ref;
  auto const api = [&](std::string const& rest) {
    return repository_url(call.state, *call.repository, rest);
  };
  std::string const self = api(fmt::format("/contents/{}?ref={}", path, url_encode(shown_ref)));
  std::string const html = github_page(
      *call.repository, fmt::format("/{}/{}/{}", type == "dir" ? "tree" : "blob", shown_ref, path));
  std::string const git = api((type == "dir" ? "/git/trees/" : "/git/blobs/") + entry.sha);
  Json const download = is_blob ? Json(fmt::format("https://raw.githubusercontent.com/{}/{}/{}",
                                                   call.repository->full_name(), shown_ref, path))
                                : Json();
  return Json::object({{"name", slash == std::string::npos ? path : path.substr(slash + 1)},
                       {"path", path},
                       {"sha", entry.sha},
                       {"size", is_blob ? blob->second.size() : 0},
                       {"url", self},
                       {"html_url", html},
                       {"git_url", git},
                       {"download_url", download},
                       {"type", type},
                       {"_links", Json::object({{"self", self}, {"git", git}, {"html", html}})}});
}

bool accepts(Call const& call, std::string_view kind) {
  return call.request.headers.value_or("Accept", "").find(kind) != std::string::npos;
}

Response show_file(Call const& call, std::string const& path, TreeEntry const& entry,
                   std::string const& ref) {
  auto const blob = call.repository->blobs.find(entry.sha);
  if (blob == call.repository->blobs.end()) return github_not_found();
  if (accepts(call, ".raw"))
    return {.status = 200,
            .headers = {{"Content-Type", "application/vnd.github.raw; charset=utf-8"},
                        {"X-GitHub-Media-Type", "github.v3; param=raw"}},
            .body = blob->second};
  Json body = entry_json(call, path, entry, ref);
  bool const large = blob->second.size() > shown_max;
  // GitHub breaks the lines after 60 characters; clients must skip the newlines.
  std::string const encoded = large ? "" : base64(blob->second);
  std::string lines;
  for (std::size_t i = 0; i < encoded.size(); i += 60) lines += encoded.substr(i, 60) + "\n";
  body.set("content", lines);
  body.set("encoding", large ? "none" : "base64");
  return json_response(200, body);
}

Response show_folder(Call const& call, std::string const& path, TreeEntry const& folder,
                     std::string const& ref) {
  auto const tree = call.repository->trees.find(folder.sha);
  if (tree == call.repository->trees.end()) return github_not_found();
  Json items = Json::array();
  for (TreeEntry const& entry : tree->second)
    items.push(entry_json(call, path.empty() ? entry.name : path + "/" + entry.name, entry, ref));
  if (!accepts(call, ".object")) return json_response(200, items);
  TreeEntry named = folder;
  Json body = entry_json(call, path, named, ref);
  body.set("entries", std::move(items));
  return json_response(200, body);
}

Response show_path(Call& call, std::string path) {
  while (path.ends_with('/')) path.pop_back();
  std::string const ref = call.url.query_value("ref").value_or("");
  if (call.repository->commits.empty()) return github_error(404, "This repository is empty.");
  Commit const* const commit = resolve(*call.repository, ref);
  if (commit == nullptr) return github_error(404, "No commit found for the ref " + printable(ref));
  if (commit->tree.empty()) return github_not_found();
  auto const entry = entry_at(*call.repository, commit->tree, path);
  if (!entry) return github_not_found();
  return entry->mode == folder_mode ? show_folder(call, path, *entry, ref)
                                    : show_file(call, path, *entry, ref);
}

/// A change of one file that its request has been checked for.
struct Change {
  std::string path;
  std::string branch;
  std::string message;
  std::optional<std::string> sha;
  std::optional<Signature> author;
  std::optional<Signature> committer;
  Commit const* head = nullptr;  ///< nullptr: the repository is empty
  Tree tree;
};

bool is_safe_path(std::string_view path) {
  std::vector<std::string> const parts = split(path, '/');
  return parts.size() <= depth_max &&
         std::none_of(parts.begin(), parts.end(), [](std::string const& part) {
           return part.empty() || part == "." || part == ".." || lower(part) == ".git" ||
                  part.find('\0') != std::string::npos;
         });
}

std::optional<Signature> signature_in(Call const& call, Given& given, char const* name) {
  Json const* const value = given.find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  auto const person = value->text("name");
  auto const email = value->text("email");
  if (!person) given.refuse(not_supplied("name"));
  if (!email) given.refuse(not_supplied("email"));
  if (!person || !email) return std::nullopt;
  return Signature{*person, *email, call.now};
}

std::optional<Response> read_change(Call& call, Change& change) {
  if (auto refusal = refuse_below(call, Role::write)) return refusal;
  Given given(call);
  change.message = given.required("message");
  change.sha = given.text("sha");
  change.branch = given.text_or("branch", call.repository->default_branch);
  change.author = signature_in(call, given, "author");
  change.committer = signature_in(call, given, "committer");
  if (given.refusal()) return given.refusal();
  change.path = call.words[0];
  if (!is_safe_path(change.path))
    return github_error(422, "path contains a malformed path component");
  change.head = resolve(*call.repository, "refs/heads/" + change.branch);
  bool const empty = call.repository->branches.empty();
  if (change.head == nullptr && !empty)
    return github_error(404, "Branch " + printable(change.branch) + " not found");
  if (change.head != nullptr && change.head->tree.empty())
    return github_error(409, "The branch's head has no files in this world");
  if (change.head != nullptr) change.tree = *call.repository->files_of(*change.head);
  return std::nullopt;
}

/// Compares what the client thinks it replaces with what is there.
std::optional<Response> refuse_stale(Change const& change) {
  auto const old = change.tree.find(change.path);
  bool const there = old != change.tree.end();
  if (there && !change.sha) return not_supplied("sha");
  if (change.sha && (!there || blob_sha(old->second.content) != *change.sha))
    return github_error(409, fmt::format("{} does not match {}", change.path, *change.sha));
  return std::nullopt;
}

/// The commit, unless the branch's protection forbids it.
std::variant<Commit const*, Response> make_commit(Call& call, Change change) {
  Commit commit{.author = actor_of(call), .message = change.message, .at = call.now};
  if (change.head != nullptr) commit.parents = {change.head->sha};
  commit.authored = change.author ? change.author : change.committer;
  commit.committed = change.committer;
  Pusher const pusher{actor_of(call), is_by_actions(call)};
  std::string const ref = "refs/heads/" + change.branch;
  commit.tree = store_files(*call.repository, change.tree);
  std::string const before = change.head == nullptr ? "" : change.head->sha;
  Commit const& made = store_commit(call.state, *call.repository, std::move(commit));
  RefUpdate const update{ref, before, made.sha};
  std::string const refusal = refusal_of(*call.repository, update, pusher, call.role);
  if (!refusal.empty()) return validation_failed({"ProtectedBranch", "base", "custom", refusal});
  move_ref(call.state, *call.repository, update, pusher, call.now);
  return &made;
}

Json made_json(Call const& call, Commit const& commit) {
  Json const shown = commit_json(call.state, *call.repository, commit);
  Json const& inner = *shown.find("commit");
  return Json::object({{"sha", commit.sha},
                       {"node_id", *shown.find("node_id")},
                       {"url", *inner.find("url")},
                       {"html_url", *shown.find("html_url")},
                       {"author", *inner.find("author")},
                       {"committer", *inner.find("committer")},
                       {"tree", *inner.find("tree")},
                       {"message", commit.message},
                       {"parents", *shown.find("parents")},
                       {"verification", *inner.find("verification")}});
}

}  // namespace

Response show_root(Call& call) {
  return show_path(call, "");
}

Response show_content(Call& call) {
  return show_path(call, call.words[0]);
}

Response show_readme(Call& call) {
  return show_path(call, "README.md");
}

Response put_content(Call& call) {
  Change change;
  if (auto refusal = read_change(call, change)) return *std::move(refusal);
  auto const encoded = call.body.text("content");
  if (!encoded) return not_supplied("content");
  auto const content = from_base64(*encoded);
  if (!content) return github_error(422, "content is not valid Base64");
  if (auto refusal = refuse_stale(change)) return *std::move(refusal);
  std::string const path = change.path;
  std::string const branch = change.branch;
  bool const existed = change.tree.contains(path);
  change.tree[path].content = *content;
  auto const made = make_commit(call, std::move(change));
  if (auto const* const refusal = std::get_if<Response>(&made)) return *refusal;
  Commit const& commit = *std::get<Commit const*>(made);
  Json shown = entry_json(call, path, *entry_at(*call.repository, commit.tree, path), branch);
  return json_response(existed ? 200 : 201, Json::object({{"content", std::move(shown)},
                                                          {"commit", made_json(call, commit)}}));
}

Response delete_content(Call& call) {
  Change change;
  if (auto refusal = read_change(call, change)) return *std::move(refusal);
  if (!change.tree.contains(change.path)) return github_not_found();
  if (auto refusal = refuse_stale(change)) return *std::move(refusal);
  change.tree.erase(change.path);
  auto const made = make_commit(call, std::move(change));
  if (auto const* const refusal = std::get_if<Response>(&made)) return *refusal;
  Commit const& commit = *std::get<Commit const*>(made);
  return json_response(200,
                       Json::object({{"content", nullptr}, {"commit", made_json(call, commit)}}));
}

}  // namespace landfall::sandbox
