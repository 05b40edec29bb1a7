#include "audit/path_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/result.h"
#include "base/text.h"

namespace landfall {
namespace {

/// "a", "a or b", "a, b or c".
std::string any_of_words(std::vector<std::string> const& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += printable(words[i]);
  }
  return text;
}

/// "main or release/**, but not wip/**".
std::string filter_words(std::vector<std::string> const& filter) {
  std::vector<std::string> in;
  std::vector<std::string> out;
  for (std::string const& pattern : filter) {
    if (pattern.starts_with('!'))
      out.push_back(pattern.substr(1));
    else
      in.push_back(pattern);
  }
  std::string text = in.empty() ? "any" : any_of_words(in);
  if (!out.empty()) text += ", but not " + any_of_words(out);
  return text;
}

std::string input_words(PathSummary const& path) {
  std::string text;
  for (auto const& [name, values] : path.inputs) {
    std::vector<std::string> shown;
    for (std::string const& value : values)
      shown.push_back(value.empty() ? std::string("(empty)") : value);
    if (shown.empty()) continue;
    text +=
        fmt::format("{}{} = {}", text.empty() ? "" : " and ", printable(name), any_of_words(shown));
  }
  return text;
}

std::string push_words(PathSummary const& path) {
  std::string const filter = path.filter.empty() ? "" : filter_words(path.filter);
  switch (path.ref_kind) {
    case RefKind::branch:
      return filter.empty() ? "push to any branch" : "push to " + filter;
    case RefKind::tag:
      return filter.empty() ? "push of any tag" : "push of a tag " + filter;
    case RefKind::any:
      return filter.empty() ? "push to any branch or tag" : "push to " + filter;
  }
  return "push";
}

std::string ref_words(PathSummary const& path) {
  if (path.filter.empty())
    return path.ref_kind == RefKind::tag && path.event != "release" ? " of any tag" : "";
  return (path.ref_kind == RefKind::tag ? " of a tag " : " on ") + filter_words(path.filter);
}

/// What people call an event; "" for those that are known by their name.
std::string_view plain_event(std::string_view event) {
  static constexpr std::pair<std::string_view, std::string_view> words[]{
      {"workflow_dispatch", "run by hand"},
      {"schedule", "on a schedule"},
      {"workflow_run", "after another workflow"},
      {"workflow_call", "called by a workflow"},
      {"repository_dispatch", "told by the API (repository_dispatch)"},
      {"pull_request", "pull request"},
      {"pull_request_target", "pull request (pull_request_target)"},
      {"release", "a release"},
      {"deployment", "a deployment"},
  };
  for (auto const& [name, said] : words)
    if (name == event) return said;
  return {};
}

int rank_of(DeployRole role) {
  switch (role) {
    case DeployRole::deploy:
      return 0;
    case DeployRole::site:
      return 1;
    case DeployRole::release:
      return 2;
    case DeployRole::infrastructure:
      return 3;
  }
  return 4;
}

/// Production first, what comes before it last.
int rank_of(Stage stage) {
  switch (stage) {
    case Stage::production:
      return 0;
    case Stage::unsaid:
      return 1;
    case Stage::other:
      return 2;
  }
  return 3;
}

}  // namespace

Stage stage_of_target(TargetPaths const& target) {
  Stage const own = target.known ? stage_of(target.target) : Stage::unsaid;
  if (own != Stage::unsaid) return own;
  if (Stage const around = stage_of(target.within); around != Stage::unsaid) return around;
  Stage found = Stage::unsaid;
  for (PathSummary const* path : target.paths) {
    Stage const stage = stage_of(path->environment);
    if (stage == Stage::production) return stage;
    if (stage != Stage::unsaid) found = stage;
  }
  return found;
}

std::vector<TargetPaths> paths_by_target(std::span<FileSummary const> files) {
  std::map<std::tuple<std::string_view, std::string_view, std::string_view, bool>, std::size_t>
      places;
  std::vector<TargetPaths> targets;
  for (FileSummary const& file : files) {
    for (PathSummary const& path : file.paths) {
      auto const [at, fresh] = places.try_emplace(
          std::tuple(std::string_view(path.provider), std::string_view(path.target),
                     std::string_view(path.within), path.target_known),
          targets.size());
      if (fresh)
        targets.push_back(
            {path.provider, path.target, path.target_known, path.role, path.within, {}});
      targets[at->second].paths.push_back(&path);
    }
  }
  std::stable_sort(targets.begin(), targets.end(), [](TargetPaths const& a, TargetPaths const& b) {
    return std::tuple(rank_of(a.role), rank_of(stage_of_target(a)), !a.known,
                      std::string_view(a.target)) <
           std::tuple(rank_of(b.role), rank_of(stage_of_target(b)), !b.known,
                      std::string_view(b.target));
  });
  return targets;
}

std::string event_words(PathSummary const& path) {
  std::string text;
  if (path.event == "push") {
    text = push_words(path);
  } else {
    std::string_view const plain = plain_event(path.event);
    text = plain.empty() ? printable(path.event) : std::string(plain);
    text += path.event.starts_with("pull_request") && !path.filter.empty()
                ? " to " + filter_words(path.filter)
                : ref_words(path);
  }
  std::string const inputs = input_words(path);
  return inputs.empty() ? text : text + " with " + inputs;
}

std::string condition_words(PathSummary const& path) {
  std::string text;
  if (!path.filter.empty())
    text = (path.ref_kind == RefKind::tag ? "tag " : "") + filter_words(path.filter);
  std::string const inputs = input_words(path);
  if (!text.empty() && !inputs.empty()) text += ", ";
  return text + inputs;
}

std::string_view reach_name(Reach reach) {
  switch (reach) {
    case Reach::possible:
      return "possible";
    case Reach::undecided:
      return "undecided";
    case Reach::impossible:
      return "impossible";
  }
  unreachable_here("a reach without a name");
}

std::string provider_words(std::string_view provider) {
  static constexpr std::pair<std::string_view, std::string_view> names[]{
      {"heroku", "Heroku"},
      {"fly", "Fly.io"},
      {"render", "Render"},
      {"vercel", "Vercel"},
      {"netlify", "Netlify"},
      {"cloudflare", "Cloudflare"},
      {"kubernetes", "Kubernetes"},
      {"ecs", "Amazon ECS"},
      {"lambda", "AWS Lambda"},
      {"cloud-run", "Cloud Run"},
      {"app-engine", "App Engine"},
      {"cloudflare-workers", "Cloudflare Workers"},
      {"cloudflare-pages", "Cloudflare Pages"},
      {"azure-web-apps", "Azure Web Apps"},
      {"npm", "npm"},
      {"container", "container registry"},
      {"github-release", "GitHub release"},
      {"aws", "AWS"},
      {"azure", "Azure"},
      {"gcp", "Google Cloud"},
      {"github-pages", "GitHub Pages"},
      {"pypi", "PyPI"},
      {"github", "GitHub"},
  };
  for (auto const& [name, said] : names)
    if (name == provider) return std::string(said);
  return printable(provider);
}

}  // namespace landfall
