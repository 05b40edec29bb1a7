#include "intent/target_reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

constexpr Duration a_year = std::chrono::days(366);
constexpr Duration a_month = std::chrono::days(30);

template <class T>
void assign(T& field, std::optional<T> value) {
  if (value) field = std::move(*value);
}

void read_health(Section const& section, Health& health) {
  assign(health.path, section.text("path", url_path_rule));
  assign(health.status, section.number("status", 100, 599));
  if (auto body = section.text("body")) health.body = std::move(body);
  if (auto commit = section.text("commit", json_path_rule)) health.commit = std::move(commit);
  assign(health.times, section.number("times", 1, 100));
  assign(health.interval, section.duration("interval", 1h));
}

void read_processes(Section const& section, TargetDraft& draft) {
  if (!draft.processes_declared) draft.target.processes.clear();
  draft.processes_declared = true;
  for (yaml::Pair const& pair : section.node().pairs) {
    std::string const type(pair.key.text);
    if (std::string const expected = process_rule(type); !expected.empty()) {
      section.problem(pair.key, quoted(type), "expected " + expected);
    } else if (auto const count = section.number(type, 0, 1000)) {
      draft.target.processes[type] = *count;
    }
  }
}

/// GitHub's own limits: 30 days of whole minutes, six reviewers.
void read_gate(Section const& section, std::optional<EnvironmentIntent>& gate) {
  if (!gate) gate.emplace();
  assign(gate->name, section.text("environment"));
  assign(gate->reviewers, section.texts("reviewers", login_rule));
  assign(gate->branches, section.texts("branches", any_text_rule));
  assign(gate->wait_timer, section.duration("wait", a_month));
  yaml::Node const* wait = section.find("wait");
  if (wait != nullptr && gate->wait_timer % 1min != 0s)
    section.problem(*wait, "wait", "expected whole minutes: GitHub knows no smaller unit");
  yaml::Node const* reviewers = section.find("reviewers");
  if (reviewers != nullptr && gate->reviewers.size() > 6)
    section.problem(*reviewers, "reviewers", "expected six at most: GitHub takes no more");
}

void read_smoke(Section const& section, TargetDraft& draft) {
  std::optional<Smoke>& smoke = draft.target.deploy.smoke;
  if (!smoke) smoke.emplace();
  draft.smoke = &section.node();
  assign(smoke->command, section.text("command", command_rule));
  assign(smoke->timeout, section.duration("timeout", 24h));
  yaml::Node const* timeout = section.find("timeout");
  if (timeout != nullptr && smoke->timeout == 0s)
    section.problem(*timeout, "timeout", "expected more than 0");
}

void read_approval(Section const& section, TargetDraft& draft) {
  Approval& approval = draft.target.deploy.approval;
  assign(approval.reviewers, section.texts("reviewers", login_rule));
  assign(approval.minimum, section.number("minimum", 1, 100));
  assign(approval.self_approval, section.flag("self_approval"));
  assign(approval.wait, section.duration("wait", a_month));
  assign(approval.expires, section.duration("expires", a_month));
  if (yaml::Node const* minimum = section.find("minimum")) draft.minimum = minimum;
}

/// Workflows lie in one folder only, so a bare name says enough.
std::string in_workflows(std::string const& file) {
  constexpr std::string_view folder = ".github/workflows/";
  return file.starts_with(folder) ? file : std::string(folder) + file;
}

void read_deploy(Section const& section, TargetDraft& draft) {
  DeployIntent& deploy = draft.target.deploy;
  auto const driver_rule = [](std::string_view text) -> std::string {
    return text == "heroku" ? "" : "heroku, the one driver there is";
  };
  assign(deploy.driver, section.text("driver", driver_rule));
  if (auto file = section.text("workflow", workflow_rule)) deploy.workflow = in_workflows(*file);
  if (auto smoke = section.section("smoke", {"command", "timeout"})) read_smoke(*smoke, draft);
  std::vector<std::string> const keys{"reviewers", "minimum", "self_approval", "wait", "expires"};
  if (auto approval = section.section("approval", keys)) read_approval(*approval, draft);
  assign(deploy.timeout, section.duration("timeout", 24h));
  yaml::Node const* timeout = section.find("timeout");
  if (timeout != nullptr && deploy.timeout == 0s)
    section.problem(*timeout, "timeout", "expected more than 0");
}

void read_expect(Section const& section, Target& target) {
  yaml::Node const* value = section.find("expect");
  auto const text = section.text("expect");
  if (!text) return;
  constexpr std::string_view until = "empty until ";
  if (*text == "deployed") {
    target.expect = Expect::deployed;
    target.expect_until.reset();
  } else if (text->starts_with(until)) {
    std::string_view const date = std::string_view(*text).substr(until.size(), 64);
    Result<Instant> const instant = parse_instant(trim(date));
    if (!instant) return section.problem(*value, "expect", instant.error().text);
    target.expect = Expect::empty;
    target.expect_until = *instant;
  } else {
    section.problem(
        *value, "expect",
        fmt::format("expected 'deployed' or 'empty until DATE', found {}", quoted(*text)));
  }
}

std::string without_end_slashes(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

void read_place(Section const& section, Target& target) {
  auto const provider_rule = [](std::string_view text) -> std::string {
    return text == "heroku" ? "" : "heroku, the one provider there is";
  };
  assign(target.provider, section.text("provider", provider_rule));
  assign(target.repository, section.text("repository", repository_rule));
  assign(target.branch, section.text("branch", branch_rule));
  if (auto folder = section.text("path", folder_rule))
    target.path = *folder == "." ? "" : without_end_slashes(std::move(*folder));
  if (auto url = section.text("origin", url_rule))
    target.origin = without_end_slashes(std::move(*url));
  if (auto url = section.text("edge", url_rule)) target.edge = without_end_slashes(std::move(*url));
}

std::vector<std::string> shared_keys() {
  return {"provider", "repository", "branch", "path",   "owner", "health",     "processes",
          "expect",   "launch",     "grace",  "behind", "gate",  "dependents", "deploy"};
}

}  // namespace

std::vector<std::string> service_keys() {
  std::vector<std::string> keys = shared_keys();
  keys.emplace_back("environments");
  return keys;
}

std::vector<std::string> environment_keys() {
  std::vector<std::string> keys = shared_keys();
  keys.insert(keys.end(), {"app", "origin", "edge"});
  return keys;
}

void read_target(Section const& section, TargetDraft& draft) {
  Target& target = draft.target;
  read_place(section, target);
  assign(target.owner, section.text("owner"));
  if (auto const health =
          section.section("health", {"path", "status", "body", "commit", "times", "interval"}))
    read_health(*health, target.health);
  if (auto const processes = section.section("processes", {})) read_processes(*processes, draft);
  read_expect(section, target);
  if (auto launch = section.instant("launch")) target.launch = launch;
  assign(target.grace, section.duration("grace", a_year));
  assign(target.behind, section.duration("behind", a_year));
  if (auto const gate = section.section("gate", {"environment", "reviewers", "branches", "wait"}))
    read_gate(*gate, target.gate);
  assign(target.dependents, section.texts("dependents", any_text_rule));
  if (yaml::Node const* dependents = section.find("dependents")) draft.dependents = dependents;
  if (auto const deploy =
          section.section("deploy", {"driver", "workflow", "smoke", "approval", "timeout"}))
    read_deploy(*deploy, draft);
}

void judge_target(Section const& environment, yaml::Mark mark, TargetDraft const& draft,
                  Problems& problems) {
  Target const& target = draft.target;
  std::string const& where = environment.where();
  if (environment.node().is_mapping() && draft.app == nullptr)
    problems.add_missing(
        environment.node(), mark,
        fmt::format("{} has no 'app': expected the name of its {} app", where, target.provider));
  if (target.repository.empty())
    problems.add_missing(environment.node(), mark,
                         fmt::format("{} has no 'repository': expected owner/name here, in its "
                                     "service or at the top",
                                     where));
  if (draft.smoke != nullptr && target.deploy.smoke->command.empty())
    problems.add_missing(*draft.smoke, draft.smoke->begin,
                         fmt::format("smoke of {} has no 'command'", where));
  Approval const& approval = target.deploy.approval;
  auto const reviewers = static_cast<std::int64_t>(approval.reviewers.size());
  if (draft.minimum != nullptr && approval.minimum > reviewers)
    problems.add(draft.minimum->begin,
                 fmt::format("minimum in approval of {}: {}, but there {} {}: nobody could approve",
                             where, approval.minimum, reviewers == 1 ? "is" : "are",
                             counted(reviewers, "reviewer", "reviewers")));
}

}  // namespace landfall
