#include "intent/write.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "intent/rules.h"

namespace landfall {
namespace {

/// One line that a terminal and a comment can carry.
std::string one_line(std::string_view text) {
  return replace_all(replace_all(printable(text), "\n", " "), "\t", " ");
}

/// Quoted: what was found may be any text, and `no` or `1.0` are names too.
std::string quote(std::string_view text) {
  return "\"" + replace_all(replace_all(one_line(text), "\\", "\\\\"), "\"", "\\\"") + "\"";
}

/// Plain where every YAML reader sees a string, else quoted.
std::string scalar(std::string_view text) {
  bool const letter_first = !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') ||
                                              (text[0] >= 'A' && text[0] <= 'Z') || text[0] == '.');
  bool const plain =
      letter_first && text.find_first_not_of(
                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") ==
                          std::string_view::npos;
  static constexpr std::string_view words[] = {"true", "false", "null", "yes", "no",
                                               "on",   "off",   "y",    "n"};
  std::string const small = lower(text);
  bool const word = std::find(std::begin(words), std::end(words), small) != std::end(words);
  return plain && !word ? std::string(text) : quote(text);
}

/// A name of letters, digits and dashes out of any text.
std::string label(std::string_view text) {
  std::string name;
  for (char const c : lower(text)) {
    bool const good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (good)
      name += c;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  while (name.ends_with('-')) name.pop_back();
  return name.substr(0, 60);
}

struct Ending {
  std::string_view ending;
  std::string_view environment;
};
constexpr Ending endings[] = {{"-production", "production"},
                              {"-prod", "production"},
                              {"-live", "production"},
                              {"-staging", "staging"},
                              {"-stage", "staging"},
                              {"-development", "development"},
                              {"-dev", "development"},
                              {"-review", "review"},
                              {"-test", "test"},
                              {"-qa", "qa"},
                              {"-demo", "demo"}};

struct Found {
  DiscoveredApp app;
  std::vector<std::string> also;  ///< further workflows that deploy it
};

using Environments = std::map<std::string, Found>;

std::string environment_of(DiscoveredApp const& found) {
  if (std::string name = label(found.environment); !name.empty()) return name;
  for (Ending const& each : endings)
    if (found.app.ends_with(each.ending)) return std::string(each.environment);
  return "production";
}

std::string service_of(std::string_view app) {
  for (Ending const& each : endings) {
    std::string_view const stem =
        app.substr(0, app.size() - std::min(app.size(), each.ending.size()));
    if (app.ends_with(each.ending) && !stem.empty()) return std::string(stem);
  }
  return std::string(app);
}

std::map<std::string, Environments> grouped(std::vector<DiscoveredApp> const& apps) {
  std::map<std::string, Found> by_app;
  for (DiscoveredApp const& app : apps) {
    if (!app_rule(app.app).empty()) continue;
    auto const [known, is_new] = by_app.emplace(app.app, Found{app, {}});
    if (is_new || app.workflow.empty() || app.workflow == known->second.app.workflow) continue;
    DiscoveredApp& first = known->second.app;
    if (first.workflow.empty())
      first = app;
    else
      known->second.also.push_back(app.workflow);
  }
  std::map<std::string, Environments> services;
  for (auto& [name, found] : by_app) {
    std::string const environment = environment_of(found.app);
    Environments& wanted = services[service_of(name)];
    // Two apps that would be one target: the second becomes a service of its own name.
    bool const is_free = wanted.find(environment) == wanted.end();
    (is_free ? wanted : services[name + "-app"])[environment] = std::move(found);
  }
  return services;
}

std::string environment_text(std::string const& name, Found const& found) {
  std::string text =
      fmt::format("      {}:\n        app: {}\n", scalar(name), scalar(found.app.app));
  text +=
      "        # edge: https://api.example.com   # as users reach it, through proxies\n"
      "        # expect: empty until 2027-01-31  # when it is empty on purpose\n";
  if (!found.app.gate.empty())
    text += fmt::format(
        "        gate:\n          environment: {}\n"
        "          # reviewers: [login]\n          # branches: [main]\n",
        scalar(found.app.gate));
  if (!found.app.workflow.empty() && workflow_rule(found.app.workflow).empty())
    text += fmt::format("        deploy:\n          workflow: {}\n", scalar(found.app.workflow));
  for (std::string const& also : found.also)
    text += fmt::format("          # also deployed by {}: keep one of the two\n", one_line(also));
  return text;
}

constexpr std::string_view service_comments =
    "    # owner: login\n"
    "    # branch: main\n"
    "    # path: backend                  # the folder that it runs; all of the repository if "
    "absent\n"
    "    health:\n"
    "      path: /                       # better: /health\n"
    "      # body: ok                    # a text that a healthy answer contains\n"
    "      # commit: commit              # where the answer tells the running commit\n";

}  // namespace

std::string write_intent(Discovered const& found) {
  std::string const organisation = trim(one_line(found.organisation)).empty()
                                       ? std::string("my-organisation")
                                       : one_line(found.organisation);
  bool const has_repository = repository_rule(found.repository).empty();
  std::string text =
      "# What should run where. Written from what was found: read it, correct it, fill it in.\n"
      "# Every key: docs/landfall-yaml.md. Try it: landfall config check\n";
  text += fmt::format("organisation: {}\n", scalar(organisation));
  text +=
      fmt::format("repository: {}\n", has_repository ? scalar(found.repository)
                                                     : "owner/name  # not found: put yours here");
  text += "\nservices:\n";
  std::map<std::string, Environments> services = grouped(found.apps);
  if (services.empty()) {
    text += "  # No app was found: this is an example.\n";
    services["my-service"]["production"] = {{.app = "my-app-name"}, {}};
  }
  for (auto const& [service, environments] : services) {
    text += fmt::format("  {}:\n", scalar(service));
    text += service_comments;
    text += "    environments:\n";
    for (auto const& [name, each] : environments) text += environment_text(name, each);
  }
  text +=
      "\n# freezes:\n"
      "#   - {from: 2026-12-20T00:00Z, until: 2027-01-04T00:00Z, reason: holidays}\n";
  return text;
}

}  // namespace landfall
