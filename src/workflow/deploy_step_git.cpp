#include "workflow/deploy_step_git.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/deploy_step_words.h"
#include "workflow/expression.h"

namespace landfall {
namespace {

using Words = std::vector<std::string>;

/// Git's words without its global options.
Words git_words(Words const& words) {
  std::size_t at = 1;
  while (at < words.size() && words[at].starts_with('-'))
    at += words[at] == "-C" || words[at] == "-c" ? 2 : 1;
  return {words.begin() + static_cast<std::ptrdiff_t>(std::min(at, words.size())), words.end()};
}

FoundDeploy pushed(RemoteSignature const& signature, AddressMatch match) {
  FoundDeploy deploy;
  deploy.provider = signature.provider;
  deploy.role = signature.role;
  deploy.tool = "git push";
  deploy.target = std::move(match.target);
  deploy.within = std::move(match.within);
  return deploy;
}

std::vector<FoundDeploy> by_address(std::string_view address) {
  for (RemoteSignature const& signature : push_remotes()) {
    if (signature.url.empty()) continue;
    if (auto match = match_address(address, signature.url)) {
      std::vector<FoundDeploy> found;
      found.push_back(pushed(signature, std::move(*match)));
      return found;
    }
  }
  return {};
}

std::vector<FoundDeploy> by_name(GitPush const& push) {
  std::string const name = lower(push.remote);
  for (RemoteSignature const& signature : push_remotes()) {
    bool const by_remote =
        !signature.name.empty() && name.find(signature.name) != std::string::npos;
    bool const by_branch =
        !signature.branch.empty() &&
        std::any_of(push.refs.begin(), push.refs.end(), [&](std::string const& ref) {
          return ref == signature.branch || ref == "refs/heads/" + std::string(signature.branch);
        });
    if (!by_remote && !by_branch) continue;
    std::vector<FoundDeploy> found;
    found.push_back(
        pushed(signature, {unknown_text(by_remote ? push.remote : signature.provider), {}}));
    return found;
  }
  return {};
}

void note_remote(Words const& words, Remotes& remotes) {
  bool const sets =
      words[0] == "remote" && words.size() >= 4 && (words[1] == "add" || words[1] == "set-url");
  if (sets) remotes[words[words.size() - 2]] = words.back();
}

}  // namespace

std::optional<GitPush> git_push(ShellCommand const& command) {
  if (program_of(command) != "git") return std::nullopt;
  Words words = git_words(command.words);
  bool const subtree = words.size() > 1 && words[0] == "subtree" && words[1] == "push";
  if (!subtree && (words.empty() || words[0] != "push")) return std::nullopt;
  GitPush push;
  bool has_remote = false;
  for (std::size_t i = subtree ? 2 : 1; i < words.size(); ++i) {
    std::string const& word = words[i];
    if (word == "--dry-run" || word == "-n" || word == "--delete" || word == "-d")
      return std::nullopt;
    if (word == "--tags" || word == "--follow-tags") push.tags = true;
    // Options of `git push` and `git subtree push` that take a value.
    if (word == "--prefix" || word == "-P" || word == "-o" || word == "--push-option") ++i;
    if (word.starts_with('-')) continue;
    if (!has_remote) {
      push.remote = word;
      has_remote = true;
      continue;
    }
    std::string_view ref = word;
    if (ref.starts_with(':')) return std::nullopt;
    std::size_t const colon = ref.rfind(':');
    if (colon != std::string_view::npos && is_known(word)) ref.remove_prefix(colon + 1);
    if (ref.starts_with('+')) ref.remove_prefix(1);
    if (ref == "tag") continue;
    push.refs.emplace_back(ref);
  }
  return push;
}

std::vector<FoundDeploy> git_deploys(ShellCommand const& command, Remotes& remotes) {
  if (auto const push = git_push(command)) {
    if (push->remote.empty()) return {};
    if (auto found = by_address(push->remote); !found.empty()) return found;
    auto const known = remotes.find(push->remote);
    if (known != remotes.end())
      if (auto found = by_address(known->second); !found.empty()) return found;
    return by_name(*push);
  }
  Words const words = git_words(command.words);
  if (!words.empty()) note_remote(words, remotes);
  return {};
}

std::optional<std::string> heroku_app_of_remote(std::string_view name, Remotes const& remotes) {
  auto const known = remotes.find(std::string(name));
  if (known == remotes.end()) return std::nullopt;
  std::vector<FoundDeploy> found = by_address(known->second);
  if (found.empty() || found[0].provider != "heroku") return std::nullopt;
  return std::move(found[0].target);
}

std::optional<std::string> heroku_app_of_remotes(Remotes const& remotes) {
  std::optional<std::string> app;
  for (auto const& [name, address] : remotes) {
    auto const one = heroku_app_of_remote(name, remotes);
    if (!one) continue;
    if (app) return std::nullopt;
    app = one;
  }
  return app;
}

}  // namespace landfall
