#include "sandbox/git_http_github.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sandbox/github.h"
#include "sandbox/github_json.h"

namespace landfall::sandbox {
namespace {

// https://docs.github.com/en/repositories/working-with-files/managing-large-files
std::int64_t const file_bytes_max = 100 << 20;
// GitHub takes 2 GB; here all of it is kept in memory.
std::int64_t const push_bytes_max = 512 << 20;
char const* const bad_credentials =
    "Invalid username or token. Password authentication is not supported for Git operations.";

std::string turn_of(std::int64_t repository) {
  return std::to_string(repository);
}

struct Line {
  std::string_view text;
  std::string_view rest;
};
Line first_line(std::string_view text) {
  std::size_t const end = std::min(text.find('\n'), text.size());
  return {text.substr(0, end), text.substr(std::min(end + 1, text.size()))};
}

void forget(Repository& repository, std::vector<std::string> const& names) {
  for (std::string const& name : names) {
    repository.blobs.erase(name);
    repository.trees.erase(name);
    repository.commits.erase(name);
    repository.tag_objects.erase(name);
  }
}

/// GitHub's words for one reference that it does not move; what git shows beside it is `reason`.
struct Refusal {
  std::string printed;
  std::string reason;
};
Refusal worded(RefUpdate const& update, std::string const& why) {
  if (why.starts_with("refusing to delete")) return {"", why};
  return {fmt::format("error: GH006: Protected branch update failed for {}.\nerror: {}\n",
                      update.ref, why),
          "protected branch hook declined"};
}

std::string invitation(Repository const& repository, RefUpdate const& update) {
  std::string_view const heads = "refs/heads/";
  bool const made = update.before.empty() && !update.after.empty();
  if (!made || !update.ref.starts_with(heads) || repository.head() == nullptr) return "";
  std::string const branch = update.ref.substr(heads.size());
  if (branch == repository.default_branch) return "";
  return fmt::format("\nCreate a pull request for '{}' on GitHub by visiting:\n     {}\n\n", branch,
                     github_page(repository, "/pull/new/" + branch));
}

}  // namespace

std::string refusal_of_sizes(std::string_view listed) {
  std::int64_t total = 0;
  while (!listed.empty()) {
    auto const [line, rest] = first_line(listed);
    listed = rest;
    std::vector<std::string> const words = split(line, ' ');
    auto const size = words.size() < 2 ? std::nullopt : parse_integer(words[1]);
    if (!size) return "error: an object that cannot be read\n";
    total += *size;
    if (words[0] != "blob" || *size <= file_bytes_max) continue;
    std::string const path = words.size() > 2
                                 ? std::string(line.substr(words[0].size() + words[1].size() + 2))
                                 : "a file";
    return fmt::format(
        "error: See https://gh.io/lfs for more information.\n"
        "error: File {} is {:.2f} MB; this exceeds GitHub's file size limit of 100.00 MB\n"
        "error: GH001: Large files detected. You may want to try Git Large File Storage - "
        "https://git-lfs.github.com.\n",
        printable(path), static_cast<double>(*size) / (1 << 20));
  }
  if (total <= push_bytes_max) return "";
  return fmt::format("fatal: pack exceeds maximum allowed size ({} MB)\n", push_bytes_max >> 20);
}

Result<std::vector<std::string>> store_batch(State const& state, Repository& repository,
                                             std::string_view batch) {
  std::vector<std::string> names;
  auto const broken = [&](std::string_view what) {
    forget(repository, names);
    return fail(ErrorKind::data, std::string(what));
  };
  while (!batch.empty()) {
    auto const [line, rest] = first_line(batch);
    std::vector<std::string> const words = split(line, ' ');
    auto const size = words.size() == 3 ? parse_integer(words[2]) : std::nullopt;
    if (!size || *size < 0 || rest.size() < static_cast<std::size_t>(*size) + 1)
      return broken("objects that git did not list whole");
    std::size_t const length = static_cast<std::size_t>(*size);
    batch = rest.substr(length + 1);
    if (!repository.declared.contains(words[0]) && !git_object(repository, words[0])) {
      auto const stored =
          store_object(state, repository, {words[1], std::string(rest.substr(0, length))});
      if (!stored) return broken(stored.error().text);
      names.push_back(*stored);
      // A tree that git would write otherwise could not be given back as it came.
      auto const kept = git_object(repository, *stored);
      if (*stored != words[0] || !kept || object_sha(kept->kind, kept->content) != words[0])
        return broken("an object that is not as git writes it: " + words[0]);
    }
  }
  return names;
}

std::expected<GitHubGit::Access, Response> GitHubGit::authorise(GitTarget const& target,
                                                                Request const& request) {
  auto const refuse = [](Response response) { return std::unexpected(std::move(response)); };
  auto const given = credential(request);
  auto const known = given ? state_.tokens.find(*given) : state_.tokens.end();
  bool const good = known != state_.tokens.end() && known->second.platform == Platform::github;
  if (given && !good) return refuse(git_challenge("GitHub", bad_credentials));
  Token const* const token = good ? &known->second : nullptr;
  std::vector<std::string> const names = split(target.path, '/');
  Repository const* const repository =
      names.size() == 2 ? state_.github.find(names[0], names[1]) : nullptr;
  if (repository == nullptr || !can_see(state_, *repository, token)) {
    if (token == nullptr) return refuse(git_challenge("GitHub", "Repository not found."));
    return refuse(git_refusal(404, "Repository not found."));
  }
  Access access{repository->id, {}, role_in(state_, *repository, token)};
  if (token != nullptr) access.pusher = {token->user, !token->actions_of.empty()};
  if (target.service == GitService::upload_pack) return access;
  if (token == nullptr) return refuse(git_challenge("GitHub", "Authentication required."));
  if (access.role == Role::read) {
    return refuse(git_refusal(403, fmt::format("Permission to {}.git denied to {}.",
                                               repository->full_name(), access.pusher.login)));
  }
  if (repository->archived)
    return refuse(git_refusal(403, "This repository was archived so it is read-only."));
  return access;
}

std::shared_ptr<GitMirror> GitHubGit::mirror_of(std::int64_t repository) {
  auto& mirror = mirrors_[repository];
  if (!mirror) mirror = std::make_shared<GitMirror>(fmt::format("{}/{}.git", folder_, repository));
  return mirror;
}

void GitHubGit::handle(GitTarget target, Request request, Respond respond) {
  auto const access = authorise(target, request);
  if (!access) return respond(std::move(access).error());
  std::string const folder = mirror_of(access->repository)->folder();
  GitExchange exchange{std::move(request), std::move(respond), std::move(target), folder};
  turns_.take(turn_of(access->repository),
              [this, allowed = *access, waiting = std::move(exchange)]() mutable {
                serve(allowed, std::move(waiting));
              });
}

/// Whoever comes sees what the REST API shows at this moment.
void GitHubGit::serve(Access const& access, GitExchange exchange) {
  auto const alive = std::weak_ptr(alive_);
  auto const find = [this, alive, id = access.repository]() -> Repository const* {
    return alive.lock() ? state_.github.find(id) : nullptr;
  };
  auto ready = [this, alive, access, waiting = std::move(exchange)](Result<> followed) mutable {
    if (!alive.lock()) return;
    bool const pushes =
        waiting.target.service == GitService::receive_pack && waiting.target.is_post;
    auto const variable =
        followed && pushes
            ? hooks_.expect([this, alive, access](GitHookCall call, Answer const& answer) {
                if (alive.lock()) asked(access, std::move(call), answer);
              })
            : Result<std::string>("");
    auto end_turn = [this, alive, turn = turn_of(access.repository),
                     value = variable.value_or("")] {
      if (!alive.lock()) return;
      hooks_.forget(value);
      turns_.give_back(turn);
    };
    if (!followed || !variable) {
      end_turn();
      std::string const why = !followed ? followed.error().text : variable.error().text;
      return waiting.respond(git_refusal(followed ? 500 : 404, why));
    }
    if (!pushes) {
      end_turn();
      return serve_git(world_, std::move(waiting));
    }
    waiting.variables = {{hook_variable, *variable}};
    waiting.ended = std::move(end_turn);
    serve_git(world_, std::move(waiting));
  };
  mirror_of(access.repository)->follow(world_, find, std::move(ready));
}

void GitHubGit::asked(Access const& access, GitHookCall call, Answer const& answer) {
  if (call.name == "pre-receive") return weigh(access, call, answer);
  import(access, std::move(call), answer);
}

/// Before git keeps anything: what would be too large for GitHub, or for this program.
void GitHubGit::weigh(Access const& access, GitHookCall const& call, Answer const& answer) {
  GitRun run{.arguments =
                 limited_shell("git rev-list --objects --stdin --not --all | "
                               "git cat-file --batch-check='%(objecttype) %(objectsize) %(rest)'"),
             .environment = call.quarantine};
  for (RefUpdate const& update : call.updates)
    if (!update.after.empty()) run.input += update.after + "\n";
  if (run.input.empty()) return answer->finish(0);
  run_git(world_, mirror_of(access.repository)->folder(), std::move(run),
          [answer](Result<std::string> listed) {
            std::string const refusal =
                listed ? refusal_of_sizes(*listed)
                       : fmt::format("error: {}\n", printable(listed.error().text));
            answer->print(refusal);
            answer->finish(refusal.empty() ? 0 : 1);
          });
}

void GitHubGit::import(Access const& access, GitHookCall call, Answer const& answer) {
  GitRun run{
      .arguments = limited_shell("git rev-list --objects --no-object-names --stdin --not --all | "
                                 "git cat-file --batch"),
      .environment = call.quarantine};
  run.bytes_max = static_cast<std::size_t>(push_bytes_max) * 2;
  for (RefUpdate const& update : call.updates)
    if (!update.after.empty()) run.input += update.after + "\n";
  std::string const folder = mirror_of(access.repository)->folder();
  auto done = [this, alive = std::weak_ptr(alive_), access, call = std::move(call),
               answer](Result<std::string> objects) {
    if (!alive.lock()) return;
    if (objects) return move_refs(access, call, *objects, answer);
    answer->print(fmt::format("error: {}\n", printable(objects.error().text)));
    answer->finish(1);
  };
  if (run.input.empty()) return done(std::string());
  run_git(world_, folder, std::move(run), std::move(done));
}

void GitHubGit::move_refs(Access const& access, GitHookCall const& call, std::string const& objects,
                          Answer const& answer) {
  Repository* const repository = state_.github.find(access.repository);
  if (repository == nullptr) return answer->finish(1);
  auto const stored = store_batch(state_, *repository, objects);
  std::map<std::string, std::string> refused;
  for (RefUpdate const& update : call.updates) {
    RefUpdate const own{update.ref, own_name(*repository, update.before),
                        own_name(*repository, update.after)};
    std::string const there = ref_sha(*repository, update.ref);
    if (!stored) {
      refused[update.ref] = stored.error().text;
    } else if (there != own.before) {
      refused[update.ref] = fmt::format("cannot lock ref '{}': is at {} but expected {}",
                                        update.ref, there, own.before);
    } else if (auto const why = refusal_of(*repository, own, access.pusher, access.role);
               !why.empty()) {
      Refusal const refusal = worded(own, why);
      answer->print(refusal.printed);
      refused[update.ref] = refusal.reason;
    } else {
      std::string const invited = invitation(*repository, own);
      move_ref(state_, *repository, own, access.pusher, world_.now());
      answer->print(invited);
    }
  }
  if (stored && refused.size() == call.updates.size()) forget(*repository, *stored);
  auto const mirror = mirror_of(access.repository);
  if (stored)
    for (std::string const& name : *stored) mirror->wrote(name);
  auto const followed = mirror->follow_refs(world_.files, *repository);
  if (!followed) answer->print(fmt::format("error: {}\n", printable(followed.error().text)));
  changed_(access.repository);
  answer->finish(followed ? 0 : 1, refused);
}

}  // namespace landfall::sandbox
