// Git's database: blobs, trees, commits and tags.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"

namespace landfall::sandbox {
namespace {

std::size_t const entries_max = 100'000;
std::size_t const depth_max = 256;  ///< of folders

std::string git_url(Call const& call, std::string_view kind, std::string_view sha) {
  return repository_url(call.state, *call.repository, fmt::format("/git/{}/{}", kind, sha));
}

bool is_tree(TreeEntry const& entry) {
  return entry.mode == 040000;
}

Json entry_json(Call const& call, std::string const& path, TreeEntry const& entry) {
  std::string_view const type = is_tree(entry) ? "tree" : entry.mode == 0160000 ? "commit" : "blob";
  Json json = Json::object({{"path", path},
                            {"mode", fmt::format("{:06o}", entry.mode)},
                            {"type", type},
                            {"sha", entry.sha}});
  auto const blob = call.repository->blobs.find(entry.sha);
  if (type == "blob" && blob != call.repository->blobs.end()) json.set("size", blob->second.size());
  if (type != "commit") json.set("url", git_url(call, std::string(type) + "s", entry.sha));
  return json;
}

void add_entries(Call const& call, std::string const& sha, std::string const& prefix, bool deep,
                 Json::Array& items) {
  auto const tree = call.repository->trees.find(sha);
  auto const depth = static_cast<std::size_t>(std::count(prefix.begin(), prefix.end(), '/'));
  if (tree == call.repository->trees.end() || depth > depth_max) return;
  for (TreeEntry const& entry : tree->second) {
    if (items.size() >= entries_max) return;
    items.push_back(entry_json(call, prefix + entry.name, entry));
    if (deep && is_tree(entry))
      add_entries(call, entry.sha, prefix + entry.name + "/", deep, items);
  }
}

Json tree_json(Call const& call, std::string const& sha, bool deep) {
  Json::Array items;
  add_entries(call, sha, "", deep, items);
  bool const truncated = items.size() >= entries_max;
  return Json::object({{"sha", sha},
                       {"url", git_url(call, "trees", sha)},
                       {"tree", Json(std::move(items))},
                       {"truncated", truncated}});
}

Json git_commit_json(Call const& call, Commit const& commit) {
  Json parents = Json::array();
  for (std::string const& parent : commit.parents)
    parents.push(Json::object({{"sha", parent},
                               {"url", git_url(call, "commits", parent)},
                               {"html_url", github_page(*call.repository, "/commit/" + parent)}}));
  std::string const tree = commit.tree.empty() ? sha1("tree of " + commit.sha) : commit.tree;
  return Json::object(
      {{"sha", commit.sha},
       {"node_id", base64("Commit" + commit.sha)},
       {"url", git_url(call, "commits", commit.sha)},
       {"html_url", github_page(*call.repository, "/commit/" + commit.sha)},
       {"author", signature_json(authored_by(call.state, commit))},
       {"committer", signature_json(committed_by(call.state, commit))},
       {"tree", Json::object({{"sha", tree}, {"url", git_url(call, "trees", tree)}})},
       {"message", commit.message},
       {"parents", std::move(parents)},
       {"verification", verification_json()}});
}

Json git_tag_json(Call const& call, TagObject const& tag) {
  return Json::object(
      {{"node_id", base64("Tag" + tag.sha)},
       {"sha", tag.sha},
       {"url", git_url(call, "tags", tag.sha)},
       {"tagger", signature_json(tag.tagged)},
       {"object", Json::object({{"sha", tag.object},
                                {"type", tag.type},
                                {"url", git_url(call, tag.type + "s", tag.object)}})},
       {"tag", tag.name},
       {"message", tag.message},
       {"verification", verification_json()}});
}

/// "author", "committer" or "tagger" of a body; none: whoever calls, now.
Signature signature_in(Call const& call, Given& given, char const* name) {
  std::string const login = actor_of(call);
  User const* const user = call.state.user(login);
  Signature usual{login, login + "@users.noreply.github.com", call.now};
  if (user != nullptr) usual = {user->name, user->email, call.now};
  Json const* const value = given.find(name);
  if (value == nullptr || value->is_null()) return usual;
  auto const person = value->text("name");
  auto const email = value->text("email");
  auto const date = value->text_or_null("date");
  auto const at = date && *date ? parse_instant(**date) : Result<Instant>(call.now);
  if (person && email && date && at) return {*person, *email, *at};
  given.refuse(invalid_type(name, *value, "a name, an email and an ISO 8601 date"));
  return usual;
}

struct NewEntry {
  std::string path;
  unsigned mode = 0100644;
  std::optional<std::string> sha;  ///< none: takes the path out
};

std::optional<NewEntry> read_entry(Call& call, Json const& item, Given& given) {
  NewEntry entry;
  auto const path = item.text("path");
  auto const mode = item.text("mode");
  if (!path || path->empty() || path->starts_with('/') || !mode) {
    given.refuse(github_error(422, "Must supply a valid tree.path and tree.mode"));
    return std::nullopt;
  }
  entry.path = *path;
  for (std::string_view const known : {"100644", "100755", "040000", "160000", "120000"})
    if (*mode == known)
      entry.mode = static_cast<unsigned>(std::stoul(std::string(known), nullptr, 8));
  auto const content = item.text("content");
  Json const* const sha = item.find("sha");
  if (content) {
    entry.sha = store_blob(*call.repository, *content);
  } else if (sha != nullptr && sha->is_string()) {
    entry.sha = sha->as_string();
    bool const known = call.repository->blobs.contains(*entry.sha) ||
                       call.repository->trees.contains(*entry.sha) || entry.mode == 0160000;
    if (!known) given.refuse(github_error(422, "tree.sha " + *entry.sha + " is not a valid blob"));
  } else if (sha == nullptr) {
    given.refuse(github_error(422, "Must supply either tree.sha or tree.content"));
  }
  std::vector<std::string> const parts = split(entry.path, '/');
  if (parts.size() > depth_max) given.refuse(github_error(422, "tree.path is too deep"));
  for (std::string const& part : parts)
    if (part.empty() || part == "." || part == ".." || lower(part) == ".git")
      given.refuse(github_error(422, "tree.path contains a malformed path component"));
  return entry;
}

/// The tree with one path changed; folders on the way are made, and left out once they are empty.
std::string changed_tree(GitObjects& objects, std::string const& tree, std::string_view path,
                         NewEntry const& wanted) {
  auto const old = objects.trees.find(tree);
  TreeEntries entries = old == objects.trees.end() ? TreeEntries{} : old->second;
  std::size_t const slash = path.find('/');
  std::string const name(path.substr(0, slash));
  auto const at = std::find_if(entries.begin(), entries.end(),
                               [&](TreeEntry const& one) { return one.name == name; });
  std::string const below = at != entries.end() && is_tree(*at) ? at->sha : "";
  if (at != entries.end()) entries.erase(at);
  if (slash != std::string_view::npos) {
    std::string const sub = changed_tree(objects, below, path.substr(slash + 1), wanted);
    if (!objects.trees.at(sub).empty()) entries.push_back({name, 040000, sub});
  } else if (wanted.sha) {
    entries.push_back({name, wanted.mode, *wanted.sha});
  }
  return store_tree(objects, std::move(entries));
}

}  // namespace

Response show_blob(Call& call) {
  auto const blob = call.repository->blobs.find(call.words[0]);
  if (blob == call.repository->blobs.end()) return github_not_found();
  std::string const accept = call.request.headers.value_or("Accept", "");
  if (accept.find(".raw") != std::string::npos)
    return {.status = 200,
            .headers = {{"Content-Type", "application/vnd.github.raw; charset=utf-8"}},
            .body = blob->second};
  return json_response(200, Json::object({{"sha", blob->first},
                                          {"node_id", base64("Blob" + blob->first)},
                                          {"size", blob->second.size()},
                                          {"url", git_url(call, "blobs", blob->first)},
                                          {"content", base64(blob->second)},
                                          {"encoding", "base64"}}));
}

Response create_blob(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  std::string const content = given.required("content");
  std::string const encoding = given.text_or("encoding", "utf-8");
  if (given.refusal()) return *std::move(given.refusal());
  if (encoding != "utf-8" && encoding != "base64")
    return github_error(422, "encoding must be utf-8 or base64");
  auto const bytes = encoding == "base64" ? from_base64(content) : std::optional(content);
  if (!bytes) return github_error(422, "content is not valid Base64");
  std::string const sha = store_blob(*call.repository, *bytes);
  Response response =
      json_response(201, Json::object({{"sha", sha}, {"url", git_url(call, "blobs", sha)}}));
  response.headers.set("Location", git_url(call, "blobs", sha));
  return response;
}

Response show_tree(Call& call) {
  std::string sha = call.words[0];
  if (!call.repository->trees.contains(sha)) {
    Commit const* const commit = resolve(*call.repository, sha);
    if (commit == nullptr || commit->tree.empty()) return github_not_found();
    sha = commit->tree;
  }
  auto const deep = call.url.query_value("recursive");
  return json_response(200, tree_json(call, sha, deep && *deep != "0" && *deep != "false"));
}

Response create_tree(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  if (!given.has("tree")) return not_supplied("tree");
  Json const* const list = given.find("tree");
  if (!list->is_array()) return invalid_type("tree", *list, "an array");
  std::string tree = given.text_or("base_tree", "");
  if (Commit const* const commit = tree.empty() ? nullptr : resolve(*call.repository, tree))
    tree = commit->tree;
  if (!tree.empty() && !call.repository->trees.contains(tree))
    return github_error(422, "base_tree is not a valid tree oid");
  if (tree.empty()) tree = store_tree(*call.repository, {});
  for (Json const& item : list->as_array()) {
    auto const entry = read_entry(call, item, given);
    if (given.refusal()) return *std::move(given.refusal());
    tree = changed_tree(*call.repository, tree, entry->path, *entry);
  }
  if (call.repository->trees.at(tree).empty()) return github_error(422, "Invalid tree info");
  return json_response(201, tree_json(call, tree, false));
}

Response show_git_commit(Call& call) {
  auto const commit = call.repository->commits.find(call.words[0]);
  if (commit == call.repository->commits.end()) return github_not_found();
  return json_response(200, git_commit_json(call, commit->second));
}

Response create_git_commit(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  Commit commit{.author = actor_of(call), .message = given.required("message"), .at = call.now};
  commit.tree = given.required("tree");
  commit.parents = given.texts("parents").value_or(std::vector<std::string>{});
  commit.authored = signature_in(call, given, "author");
  commit.committed =
      given.has("committer") ? signature_in(call, given, "committer") : *commit.authored;
  if (given.refusal()) return *std::move(given.refusal());
  commit.at = commit.committed->at;
  if (!call.repository->trees.contains(commit.tree))
    return github_error(422, "Tree SHA does not exist");
  for (std::string const& parent : commit.parents)
    if (!call.repository->commits.contains(parent))
      return github_error(422, "Parent SHA does not exist or is not a commit object");
  Commit const& made = store_commit(call.state, *call.repository, std::move(commit));
  return json_response(201, git_commit_json(call, made));
}

Response show_git_tag(Call& call) {
  auto const tag = call.repository->tag_objects.find(call.words[0]);
  if (tag == call.repository->tag_objects.end()) return github_not_found();
  return json_response(200, git_tag_json(call, tag->second));
}

Response create_git_tag(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  TagObject tag{.name = given.required("tag"), .message = given.required("message")};
  tag.object = given.required("object");
  tag.type = given.required("type");
  tag.tagged = signature_in(call, given, "tagger");
  if (given.refusal()) return *std::move(given.refusal());
  Repository const& all = *call.repository;
  bool const known = (tag.type == "commit" && all.commits.contains(tag.object)) ||
                     (tag.type == "tree" && all.trees.contains(tag.object)) ||
                     (tag.type == "blob" && all.blobs.contains(tag.object));
  if (!known) return github_error(422, "object does not exist or is not a " + printable(tag.type));
  return json_response(201, git_tag_json(call, store_tag(*call.repository, std::move(tag))));
}

}  // namespace landfall::sandbox
