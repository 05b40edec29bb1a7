// References: branches and tags as git knows them.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_push.h"

namespace landfall::sandbox {
namespace {

bool is_sha(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string_view kind_of(Repository const& repository, std::string_view sha) {
  if (repository.tag_objects.contains(sha)) return "tag";
  if (repository.trees.contains(sha)) return "tree";
  return repository.blobs.contains(sha) ? "blob" : "commit";
}

Json reference_json(Call const& call, std::string const& ref, std::string const& sha) {
  std::string_view const kind = kind_of(*call.repository, sha);
  auto const url = [&](std::string const& rest) {
    return repository_url(call.state, *call.repository, rest);
  };
  return Json::object(
      {{"ref", ref},
       {"node_id", base64(ref)},
       {"url", url("/git/" + ref)},
       {"object",
        Json::object(
            {{"sha", sha}, {"type", kind}, {"url", url(fmt::format("/git/{}s/{}", kind, sha))}})}});
}

/// git check-ref-format, as far as it is about single names.
bool is_good_ref(std::string_view ref) {
  if (!ref.starts_with("refs/") || std::count(ref.begin(), ref.end(), '/') < 2) return false;
  for (std::string const& part : split(ref, '/'))
    if (part.empty() || part.starts_with('.') || part.ends_with(".lock")) return false;
  if (ref.ends_with('.') || ref.find("..") != std::string_view::npos ||
      ref.find("@{") != std::string_view::npos)
    return false;
  return std::none_of(ref.begin(), ref.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 127 ||
           std::string_view("~^:?*[\\").find(c) != std::string_view::npos;
  });
}

/// Commits for branches, any object for tags.
bool may_name(Repository const& repository, std::string_view ref, std::string_view sha) {
  if (repository.commits.contains(sha)) return true;
  bool const other = repository.tag_objects.contains(sha) || repository.trees.contains(sha) ||
                     repository.blobs.contains(sha);
  return other && !ref.starts_with("refs/heads/");
}

std::vector<std::pair<std::string, std::string>> all_refs(Repository const& repository) {
  std::vector<std::pair<std::string, std::string>> refs;
  for (auto const& [name, sha] : repository.branches) refs.emplace_back("refs/heads/" + name, sha);
  for (auto const& [name, sha] : repository.other_refs) refs.emplace_back(name, sha);
  for (auto const& [name, sha] : repository.tags) refs.emplace_back("refs/tags/" + name, sha);
  std::sort(refs.begin(), refs.end());
  return refs;
}

Response move_checked(Call& call, RefUpdate const& update) {
  Pusher const pusher{actor_of(call), is_by_actions(call)};
  std::string const refusal = refusal_of(*call.repository, update, pusher, call.role);
  if (!refusal.empty()) return github_error(422, refusal);
  move_ref(call.state, *call.repository, update, pusher, call.now);
  return {.status = 204};
}

}  // namespace

Response list_tags(Call& call) {
  // GitHub's order: by name, backwards.
  std::vector<std::string> names;
  for (auto const& [name, sha] : call.repository->tags) names.push_back(name);
  std::reverse(names.begin(), names.end());
  return paged(call, names.size(), [&](std::size_t i) {
    std::string const& name = names[i];
    Commit const* const commit = resolve(*call.repository, "refs/tags/" + name);
    std::string const sha = commit == nullptr ? call.repository->tags.at(name) : commit->sha;
    auto const url = [&](std::string const& rest) {
      return repository_url(call.state, *call.repository, rest);
    };
    return Json::object({{"name", name},
                         {"zipball_url", url("/zipball/refs/tags/" + name)},
                         {"tarball_url", url("/tarball/refs/tags/" + name)},
                         {"commit", Json::object({{"sha", sha}, {"url", url("/commits/" + sha)}})},
                         {"node_id", base64("Tag" + name)}});
  });
}

Response matching_refs(Call& call) {
  std::string const prefix = "refs/" + (call.words.empty() ? "" : call.words[0]);
  auto refs = all_refs(*call.repository);
  std::erase_if(refs, [&](auto const& ref) { return !ref.first.starts_with(prefix); });
  return paged(call, refs.size(),
               [&](std::size_t i) { return reference_json(call, refs[i].first, refs[i].second); });
}

Response show_ref(Call& call) {
  std::string const ref = "refs/" + call.words[0];
  std::string const sha = ref_sha(*call.repository, ref);
  if (sha.empty()) return github_not_found();
  return json_response(200, reference_json(call, ref, sha));
}

Response create_ref(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  std::string const ref = given.required("ref");
  std::string const sha = given.required("sha");
  if (given.refusal()) return *std::move(given.refusal());
  if (call.repository->commits.empty()) return github_error(409, "Git Repository is empty.");
  if (!is_good_ref(ref)) return github_error(422, "Reference name is not valid");
  if (!ref_sha(*call.repository, ref).empty()) return github_error(422, "Reference already exists");
  if (!is_sha(sha) || !may_name(*call.repository, ref, sha))
    return github_error(422, "Object does not exist");
  Response moved = move_checked(call, {ref, "", sha});
  if (moved.status != 204) return moved;
  Response response = json_response(201, reference_json(call, ref, sha));
  response.headers.set("Location", repository_url(call.state, *call.repository, "/git/" + ref));
  return response;
}

Response update_ref(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  std::string const sha = given.required("sha");
  bool const force = given.boolean_or("force", false);
  if (given.refusal()) return *std::move(given.refusal());
  std::string const ref = "refs/" + call.words[0];
  RefUpdate const update{ref, ref_sha(*call.repository, ref), sha};
  if (update.before.empty()) return github_error(422, "Reference does not exist");
  if (!is_sha(sha) || !may_name(*call.repository, ref, sha))
    return github_error(422, "Object does not exist");
  if (!force && is_forced(*call.repository, update))
    return github_error(422, "Update is not a fast forward");
  if (update.before != sha) {
    Response moved = move_checked(call, update);
    if (moved.status != 204) return moved;
  }
  return json_response(200, reference_json(call, ref, sha));
}

Response delete_ref(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  std::string const ref = "refs/" + call.words[0];
  std::string const before = ref_sha(*call.repository, ref);
  if (before.empty()) return github_error(422, "Reference does not exist");
  return move_checked(call, {ref, before, ""});
}

}  // namespace landfall::sandbox
