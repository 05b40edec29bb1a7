#include "cli/discover.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "workflow/deploy_paths.h"

namespace landfall {
namespace {

constexpr std::string_view workflow_folder = ".github/workflows";

Result<Answer> ask_once(Context& context, Client& client, Ask ask) {
  return wait_for<Answer>(context.world, [&](std::function<void(Result<Answer>)> done) {
    client.ask(std::move(ask), [done = std::move(done)](std::int64_t, Result<Answer> answer) {
      done(std::move(answer));
    });
  });
}

bool is_workflow(std::string_view name) {
  return name.ends_with(".yml") || name.ends_with(".yaml");
}

using Texts = std::map<std::string, std::string>;

Result<Texts> workflows_here(World world) {
  Texts texts;
  auto const names = world.files.list(std::string(workflow_folder));
  if (!names) return texts;
  for (std::string const& name : *names)
    if (is_workflow(name))
      texts[fmt::format("{}/{}", workflow_folder, name)] =
          TRY(world.files.read(fmt::format("{}/{}", workflow_folder, name)));
  return texts;
}

Result<Texts> workflows_on_github(Context& context, Client& client, std::string const& repository) {
  Texts texts;
  std::string const base = fmt::format("/repos/{}/contents/", repository);
  auto const folder = ask_once(
      context, client,
      {.service = Service::github, .source = "init", .path = base + std::string(workflow_folder)});
  if (!folder && folder.error().kind == ErrorKind::missing) return texts;
  if (!folder) return std::unexpected(folder.error());
  for (Json const& item : *TRY(folder->json.items())) {
    std::string const path = TRY(item.text("path"));
    if (!is_workflow(path)) continue;
    Answer const file = TRY(ask_once(
        context, client, {.service = Service::github, .source = "init", .path = base + path}));
    texts[path] = from_base64(TRY(file.json.text("content"))).value_or("");
  }
  return texts;
}

}  // namespace

Result<std::string> repository_of_git_config(std::string_view text) {
  bool in_origin = false;
  for (std::string const& raw : lines_of(text)) {
    std::string_view const line = trim(raw);
    if (line.starts_with('[')) in_origin = line == "[remote \"origin\"]";
    if (!in_origin || !line.starts_with("url")) continue;
    std::string_view url = trim(line.substr(line.find('=') + 1));
    auto const host = url.find("github.com");
    if (host == std::string_view::npos) break;
    url.remove_prefix(host + std::string_view("github.com").size() + 1);
    if (url.ends_with(".git")) url.remove_suffix(4);
    if (split(url, '/').size() == 2) return std::string(url);
  }
  return fail(ErrorKind::missing, "no remote 'origin' on github.com: say --repository OWNER/NAME");
}

Result<std::string> repository_of_checkout(World world) {
  auto const text = world.files.read(".git/config");
  if (!text)
    return fail(ErrorKind::missing, "this folder is no git checkout: say --repository OWNER/NAME");
  return repository_of_git_config(*text);
}

Result<Discovered> discover(Context& context, Platforms const& platforms,
                            std::string const& repository) {
  Store scratch = TRY(Store::open(":memory:"));
  Client client(context.world, scratch, platforms);
  Discovered found;
  found.repository = repository;
  found.organisation = repository.substr(0, repository.find('/'));
  Texts texts = TRY(workflows_here(context.world));
  if (texts.empty() && !platforms.github.token.empty())
    texts = TRY(workflows_on_github(context, client, repository));
  Answer const apps = TRY(
      during("listing Heroku's apps",
             ask_once(context, client, {.source = "init", .path = "/apps", .pages = Pages::all})));
  for (Json const& app : *TRY(apps.json.items())) {
    std::string const name = TRY(app.text("name"));
    std::vector<DiscoveredApp> ways;
    for (auto const& [path, text] : texts) {
      auto const paths = heroku_paths(text, path);
      if (!paths) continue;
      auto const way = std::find_if(paths->begin(), paths->end(), [&](DeployPath const& one) {
        return one.app_known && one.app == name;
      });
      if (way == paths->end()) continue;
      ways.push_back({.app = name, .workflow = path, .gate = way->environment});
    }
    if (ways.empty()) ways.push_back({.app = name});
    found.apps.insert(found.apps.end(), ways.begin(), ways.end());
  }
  return found;
}

}  // namespace landfall
