#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "intent/section.h"
#include "scenario/scenario.h"

namespace landfall {
namespace {

std::string request_rule(std::string_view text) {
  for (std::string_view const method : {"GET ", "POST ", "PUT ", "PATCH ", "DELETE "})
    if (text.starts_with(method) && text.substr(method.size()).starts_with('/')) return "";
  return "a method, a path and perhaps a body, such as PATCH /apps/shop {\"maintenance\": true}";
}

std::string watcher_rule(std::string_view text) {
  return text == "watcher" ? "" : "watcher, the one that can be killed";
}

class ScenarioReader {
 public:
  ScenarioReader(yaml::Node const& root, Problems& problems)
      : root_(root, "the scenario", problems, {"name", "intent", "world", "steps"}),
        problems_(problems) {}

  Scenario read() {
    Scenario scenario;
    scenario.name = needed(root_, "name", any_text_rule);
    scenario.intent = needed(root_, "intent", command_rule);
    scenario.world = needed(root_, "world", command_rule);
    yaml::Node const* steps = root_.find("steps");
    if (steps == nullptr || !steps->is_sequence() || steps->items.empty()) {
      problems_.add(steps == nullptr ? root_.node().begin : steps->begin,
                    "steps of the scenario: expected a sequence of what happens and is expected");
      return scenario;
    }
    for (yaml::Node const& item : steps->items) scenario.steps.push_back(read_step(item));
    return scenario;
  }

 private:
  std::string needed(Section const& section, std::string_view key, TextRule rule) {
    if (section.node().is_mapping() && section.find(key) == nullptr)
      problems_.add_missing(section.node(), section.node().begin,
                            fmt::format("{} has no '{}'", section.where(), key));
    return section.text(key, rule).value_or("");
  }

  ScenarioStep read_step(yaml::Node const& node) {
    Section const section(node, "the step", problems_,
                          {"after", "deploy", "heroku", "github", "control", "kill", "silence",
                           "acknowledge", "expect"});
    ScenarioStep step{.mark = node.begin};
    if (!node.is_mapping() || node.pairs.size() != 1) {
      problems_.add(node.begin, "a step does one thing: expected one key, such as `after: 5m`");
      return step;
    }
    std::string_view const key = node.pairs[0].key.text;
    using Kind = ScenarioStep::Kind;
    if (key == "after") {
      step.time = section.duration("after", std::chrono::days(3660)).value_or(0s);
    } else if (key == "deploy") {
      step.kind = Kind::deploy;
      read_deploy(section, step);
    } else if (key == "heroku" || key == "github" || key == "control") {
      step.kind = key == "heroku" ? Kind::heroku : key == "github" ? Kind::github : Kind::control;
      read_request(section.text(key, request_rule).value_or(""), step);
    } else if (key == "kill") {
      step.kind = Kind::kill;
      section.text("kill", watcher_rule);
    } else if (key == "silence") {
      step.kind = Kind::silence;
      read_silence(section, step);
    } else if (key == "acknowledge") {
      step.kind = Kind::acknowledge;
      step.target = section.text("acknowledge", any_text_rule).value_or("");
    } else if (key == "expect") {
      step.kind = Kind::expect;
      read_expectation(section, step);
    }
    return step;
  }

  void read_deploy(Section const& section, ScenarioStep& step) {
    step.command = "serve";
    yaml::Node const* value = section.find("deploy");
    if (value->is_scalar()) {
      step.app = section.text("deploy", app_rule).value_or("");
    } else if (auto const inner = section.section("deploy", {"app", "web"})) {
      step.app = needed(*inner, "app", app_rule);
      step.command = inner->text("web", any_text_rule).value_or("serve");
    }
  }

  static void read_request(std::string const& text, ScenarioStep& step) {
    std::size_t const blank = text.find(' ');
    if (blank == std::string::npos) return;
    std::size_t const end = text.find(' ', blank + 1);
    step.method = text.substr(0, blank);
    step.path = text.substr(blank + 1, end == std::string::npos ? end : end - blank - 1);
    if (end != std::string::npos) step.body = trim(std::string_view(text).substr(end));
  }

  void read_silence(Section const& section, ScenarioStep& step) {
    auto const inner = section.section("silence", {"target", "for"});
    if (!inner) return;
    step.target = inner->text("target", any_text_rule).value_or("");
    step.time = inner->duration("for", std::chrono::days(366)).value_or(1h);
  }

  void read_expectation(Section const& section, ScenarioStep& step) {
    auto const inner = section.section("expect", {"alerts", "told"});
    if (!inner) return;
    step.expectation.alerts = inner->texts("alerts", any_text_rule);
    step.expectation.told = inner->texts("told", any_text_rule);
  }

  Section root_;
  Problems& problems_;
};

}  // namespace

Result<Scenario> read_scenario(std::string const& text, std::string const& file,
                               std::string const& folder) {
  auto document = yaml::parse(text, file, {.bytes = 1 << 20, .nodes = 100'000});
  if (!document) return fail(ErrorKind::config, std::move(document).error().text);
  Problems problems;
  Scenario scenario = ScenarioReader(document->root(), problems).read();
  if (auto error = problems.first(file)) return std::unexpected(std::move(*error));
  scenario.file = file;
  scenario.folder = folder;
  return scenario;
}

}  // namespace landfall
