#include "workflow/deploy_step.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/expression.h"

namespace landfall {
namespace {

using Words = std::vector<std::string>;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string unknown(std::string_view text) {
  return unknown_begin + std::string(text) + unknown_end;
}

FoundDeploy found(std::string tool, std::string target) {
  FoundDeploy deploy;
  deploy.provider = "heroku";
  deploy.tool = std::move(tool);
  deploy.target = std::move(target);
  return deploy;
}

/// The program's own name, without its folder.
std::string_view program(ShellCommand const& command) {
  if (command.words.empty()) return {};
  std::string_view const word = command.words[0];
  return word.substr(word.rfind('/') + 1);
}

/// The values of an option in all its spellings: `-a X`, `-aX`, `--app X`, `--app=X`.
Words option_values(Words const& words, std::string const& letter, std::string const& name) {
  Words values;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string const& word = words[i];
    bool const is_alone = word == letter || word == name;
    if (is_alone && i + 1 < words.size()) values.push_back(words[++i]);
    if (word.starts_with(name + "=")) values.push_back(word.substr(name.size() + 1));
    if (!is_alone && !word.starts_with("--") && word.starts_with(letter) && !word.ends_with("="))
      values.push_back(word.substr(letter.size()));
  }
  return values;
}

std::optional<std::string> option(Words const& words, std::string const& letter,
                                  std::string const& name) {
  Words const values = option_values(words, letter, name);
  return values.empty() ? std::nullopt : std::optional(values.back());
}

/// The app in `https://...git.heroku.com/APP.git` and in the older forms.
std::optional<std::string> app_of_remote(std::string_view url) {
  for (std::string_view const host : {"git.heroku.com/", "git@heroku.com:", "heroku.com:"}) {
    std::size_t const at = url.find(host);
    if (at == std::string_view::npos) continue;
    std::string_view app = url.substr(at + host.size());
    while (app.ends_with('/')) app.remove_suffix(1);
    if (app.ends_with(".git")) app.remove_suffix(4);
    return std::string(app);
  }
  return std::nullopt;
}

/// Git's words without its global options.
Words git_words(Words const& words) {
  std::size_t at = 1;
  while (at < words.size() && words[at].starts_with('-'))
    at += words[at] == "-C" || words[at] == "-c" ? 2 : 1;
  return {words.begin() + static_cast<std::ptrdiff_t>(std::min(at, words.size())), words.end()};
}

std::vector<FoundDeploy> git_push(Words const& words, Remotes const& remotes) {
  Words plain;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string const& word = words[i];
    if (word == "--dry-run" || word == "-n" || word == "--delete" || word == "-d") return {};
    // Options of `git push` and `git subtree push` that take a value.
    if (word == "--prefix" || word == "-P" || word == "-o" || word == "--push-option") ++i;
    if (!word.starts_with('-')) plain.push_back(word);
  }
  if (plain.empty()) return {};
  std::string const& remote = plain[0];
  if (auto app = app_of_remote(remote)) return {found("git push", std::move(*app))};
  auto const known = remotes.find(remote);
  if (known != remotes.end()) return {found("git push", known->second)};
  if (remote == "heroku") return {found("git push", unknown("heroku"))};
  return {};
}

std::vector<FoundDeploy> git_deploys(ShellCommand const& command, Remotes& remotes) {
  Words words = git_words(command.words);
  if (words.empty()) return {};
  bool const subtree = words.size() > 1 && words[0] == "subtree" && words[1] == "push";
  if (words[0] == "push" || subtree) {
    words.erase(words.begin(), words.begin() + (subtree ? 2 : 1));
    return git_push(words, remotes);
  }
  bool const sets =
      words[0] == "remote" && words.size() >= 4 && (words[1] == "add" || words[1] == "set-url");
  if (!sets) return {};
  if (auto app = app_of_remote(words.back())) remotes[words[words.size() - 2]] = std::move(*app);
  return {};
}

std::string app_of_heroku(ShellCommand const& command, Remotes const& remotes,
                          ShellVariables const& variables) {
  if (auto app = option(command.words, "-a", "--app")) return *app;
  if (auto remote = option(command.words, "-r", "--remote")) {
    auto const known = remotes.find(*remote);
    return known == remotes.end() ? unknown(*remote) : known->second;
  }
  for (ShellAssignment const& own : command.assignments)
    if (own.name == "HEROKU_APP") return own.value;
  if (auto app = variables("HEROKU_APP")) return *app;
  // Without a word on it the CLI takes the one remote that leads to Heroku.
  return remotes.size() == 1 ? remotes.begin()->second : unknown("heroku");
}

/// Only `--to` names what a promotion deploys; `--app` is where the slug comes from.
std::vector<FoundDeploy> promotion(ShellCommand const& command, std::string const& source) {
  std::vector<FoundDeploy> deploys;
  for (std::string const& value : option_values(command.words, "-t", "--to"))
    for (std::string const& app : split(value, ','))
      deploys.push_back(found("heroku pipelines:promote", app));
  if (deploys.empty())
    deploys.push_back(
        found("heroku pipelines:promote", unknown("downstream of " + readable(source))));
  return deploys;
}

std::vector<FoundDeploy> heroku_deploys(ShellCommand const& command, Remotes& remotes,
                                        ShellVariables const& variables) {
  Words const& words = command.words;
  if (words.size() < 2) return {};
  std::string topic = words[1];
  // `heroku container release` is the same as with a colon.
  if (words.size() > 2 && (topic == "container" || topic == "pipelines" || topic == "builds"))
    topic += ":" + words[2];
  if (topic == "git:remote") {
    auto const app = option(words, "-a", "--app");
    if (app) remotes[option(words, "-r", "--remote").value_or("heroku")] = *app;
    return {};
  }
  static constexpr std::string_view deploying[] = {"container:release", "pipelines:promote",
                                                   "builds:create", "deploy:jar", "war:deploy"};
  if (std::find(std::begin(deploying), std::end(deploying), topic) == std::end(deploying))
    return {};
  std::string app = app_of_heroku(command, remotes, variables);
  if (topic == "pipelines:promote") return promotion(command, app);
  return {found("heroku " + topic, std::move(app))};
}

bool sends_data(Words const& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string const& word = words[i];
    std::string const next = i + 1 < words.size() ? words[i + 1] : "";
    bool const is_method = word == "-X" || word == "--request";
    if (is_method && next != "GET" && next != "HEAD") return true;
    if (word == "-XPOST" || word == "-XPATCH" || word == "-XPUT" || word == "--request=POST")
      return true;
    if (word == "-d" || word == "-F" || word == "--json" || word == "--form" ||
        word == "--upload-file" || word == "-T" || word.starts_with("--data") ||
        word.starts_with("--post-data"))
      return true;
  }
  return false;
}

std::vector<FoundDeploy> call_deploys(ShellCommand const& command) {
  constexpr std::string_view api = "api.heroku.com/apps/";
  if (!sends_data(command.words)) return {};
  bool const has_image =
      std::any_of(command.words.begin(), command.words.end(),
                  [](std::string const& word) { return has(word, "docker_image"); });
  for (std::string_view const word : command.words) {
    std::size_t const at = word.find(api);
    if (at == std::string_view::npos) continue;
    std::string_view const rest = word.substr(at + api.size());
    std::size_t const slash = rest.find('/');
    if (slash == std::string_view::npos) continue;
    std::string_view const what = rest.substr(slash + 1);
    std::string_view const resource = what.substr(0, what.find_first_of("/?"));
    bool const deploys =
        resource == "builds" || resource == "releases" || (resource == "formation" && has_image);
    if (deploys)
      return {found("api.heroku.com " + std::string(resource), std::string(rest.substr(0, slash)))};
  }
  return {};
}

/// The action's own rule: any other text than "false" is true.
std::optional<bool> flag_of(std::optional<std::string> const& value) {
  if (!value) return false;
  if (!is_known(*value)) return std::nullopt;
  return *value != "false";
}

/// owner/name of an action in lower case.
std::string action_name(std::string_view uses) {
  std::vector<std::string> const parts = split(uses.substr(0, uses.find('@')), '/');
  if (parts.size() < 2 || parts[0] == "." || uses.starts_with("docker:")) return {};
  return lower(trim(parts[0] + "/" + parts[1]));
}

}  // namespace

std::vector<FoundDeploy> action_deploys(std::string_view uses, ActionInputs const& inputs,
                                        DeployScene const& /*scene*/) {
  std::string const name = action_name(uses);
  bool const is_the_action = name.ends_with("/heroku-deploy");
  std::string_view const repository = std::string_view(name).substr(name.find('/') + 1);
  bool const is_alike =
      has(repository, "heroku") && (has(repository, "deploy") || has(repository, "release"));
  if (name.empty() || (!is_the_action && !is_alike)) return {};
  if (inputs("justlogin") && flag_of(inputs("justlogin")) == true) return {};
  FoundDeploy deploy = found(name, unknown("heroku"));
  for (std::string_view const key : {"heroku_app_name", "heroku-app-name", "app_name", "app-name",
                                     "appname", "heroku_app", "app"}) {
    std::optional<std::string> app = inputs(key);
    if (!app) continue;
    deploy.target = std::move(*app);
    break;
  }
  if (is_the_action) deploy.dont_autocreate = flag_of(inputs("dontautocreate"));
  if (std::string url = inputs("healthcheck").value_or(""); !url.empty())
    deploy.health_check = OwnHealthCheck{std::move(url), {}, {}};
  return {deploy};
}

std::vector<FoundDeploy> command_deploys(ShellCommand const& command, DeployScene const& scene) {
  std::string_view const name = program(command);
  if (name == "git") return git_deploys(command, scene.remotes);
  if (name == "heroku") return heroku_deploys(command, scene.remotes, scene.variables);
  if (name == "curl" || name == "wget" || name == "http") return call_deploys(command);
  return {};
}

}  // namespace landfall
