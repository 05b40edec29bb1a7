// Check runs and suites: those that clients make, and the jobs of Actions.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_happening.h"

namespace landfall::sandbox {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// A job of Actions as the check run that it is.
CheckRun check_of(Run const& run, RunJob const& job) {
  CheckRun check{.id = job.id, .suite = run.check_suite, .sha = run.sha, .name = job.name};
  check.status = to_word(job.progress);
  check.conclusion = job.conclusion;
  check.external_id = std::to_string(job.id);
  check.creator = actions_bot;
  check.started_at = job.started_at.value_or(job.created_at);
  check.completed_at = job.completed_at;
  return check;
}

std::vector<CheckRun> checks_where(Repository const& repository,
                                   std::function<bool(CheckRun const&)> const& is_wanted) {
  std::vector<CheckRun> found;
  for (Run const& run : repository.runs)
    for (RunJob const& job : run.jobs)
      if (CheckRun check = check_of(run, job); is_wanted(check)) found.push_back(std::move(check));
  for (CheckRun const& check : repository.check_runs)
    if (is_wanted(check)) found.push_back(check);
  std::stable_sort(found.begin(), found.end(),
                   [](CheckRun const& a, CheckRun const& b) { return a.id > b.id; });
  return found;
}

Response checks_page(Call& call, std::function<bool(CheckRun const&)> const& is_wanted) {
  auto const name = call.url.query_value("check_name");
  auto const status = call.url.query_value("status");
  auto found = checks_where(*call.repository, [&](CheckRun const& check) {
    return is_wanted(check) && (!name || *name == check.name) &&
           (!status || *status == check.status);
  });
  if (call.url.query_value("filter").value_or("latest") != "all") {
    std::set<std::string> seen;
    std::erase_if(found, [&](CheckRun const& check) {
      return !seen.insert(fmt::format("{} {}", check.suite, check.name)).second;
    });
  }
  return paged(
      call, found.size(),
      [&](std::size_t i) { return check_run_json(call.state, *call.repository, found[i]); },
      "check_runs");
}

struct Suite {
  std::int64_t id = 0;
  std::string sha;
  std::string branch;
  std::string status = "queued";
  std::string conclusion;
  Instant created_at{};
  Instant updated_at{};
};

std::vector<Suite> suites_of(Repository const& repository) {
  std::vector<Suite> suites;
  for (Run const& run : repository.runs)
    suites.push_back({run.check_suite, run.sha, run.branch, std::string(to_word(run.progress)),
                      run.conclusion, run.created_at, run.updated_at});
  for (CheckSuite const& suite : repository.check_suites) {
    Suite one{suite.id, suite.sha, suite.branch, "queued", "", suite.created_at, suite.updated_at};
    bool all = true;
    bool any = false;
    for (CheckRun const& check : repository.check_runs) {
      if (check.suite != suite.id) continue;
      any = true;
      all = all && check.status == "completed";
      bool const worse = one.conclusion.empty() || one.conclusion == "success";
      if (worse) one.conclusion = check.conclusion;
    }
    if (any) one.status = all ? "completed" : "in_progress";
    if (!all) one.conclusion.clear();
    suites.push_back(std::move(one));
  }
  return suites;
}

Json suite_json(Call const& call, Suite const& suite) {
  std::string const url =
      repository_url(call.state, *call.repository, fmt::format("/check-suites/{}", suite.id));
  auto const checks =
      checks_where(*call.repository, [&](CheckRun const& one) { return one.suite == suite.id; });
  Commit const* const commit = resolve(*call.repository, suite.sha);
  return Json::object(
      {{"id", suite.id},
       {"node_id", node_id("CheckSuite", suite.id)},
       {"head_branch", shown_text(suite.branch)},
       {"head_sha", suite.sha},
       {"status", suite.status},
       {"conclusion", shown_text(suite.conclusion)},
       {"url", url},
       {"before", nullptr},
       {"after", suite.sha},
       {"pull_requests", Json::array()},
       {"app", actions_app_json(call.state)},
       {"repository", repository_json(call.state, *call.repository)},
       {"created_at", iso8601(suite.created_at)},
       {"updated_at", iso8601(suite.updated_at)},
       {"head_commit", commit == nullptr ? Json() : head_commit_json(call.state, *commit)},
       {"latest_check_runs_count", checks.size()},
       {"check_runs_url", url + "/check-runs"},
       {"rerequestable", true},
       {"runs_rerequestable", true}});
}

CheckSuite& suite_for(Call& call, std::string const& sha) {
  for (CheckSuite& suite : call.repository->check_suites)
    if (suite.sha == sha) return suite;
  CheckSuite made{call.state.next_id(), sha, "", call.now, call.now};
  for (auto const& [name, head] : call.repository->branches)
    if (head == sha) made.branch = name;
  call.repository->check_suites.push_back(std::move(made));
  return call.repository->check_suites.back();
}

std::optional<Instant> instant_in(Given& given, char const* name) {
  auto const text = given.text(name);
  auto const instant = text ? parse_instant(*text) : Result<Instant>(Instant{});
  if (!instant) given.refuse(invalid_type(name, Json(*text), "a date and time"));
  return text && instant ? std::optional(*instant) : std::nullopt;
}

/// What both making and changing take from the body.
void read_check(Call const& call, Given& given, CheckRun& check) {
  check.name = given.text_or("name", check.name);
  check.external_id = given.text_or("external_id", check.external_id);
  check.details_url = given.text_or("details_url", check.details_url);
  check.status = given.text_or("status", check.status);
  if (auto const at = instant_in(given, "started_at")) check.started_at = at;
  if (auto const at = instant_in(given, "completed_at")) check.completed_at = at;
  if (auto const conclusion = given.text("conclusion")) {
    check.conclusion = *conclusion;
    check.status = "completed";
  }
  if (!is_one_of(check.status,
                 {"queued", "in_progress", "completed", "waiting", "requested", "pending"}))
    given.refuse(validation_failed({"CheckRun", "status", "invalid"}));
  if (check.status == "completed" && check.conclusion.empty())
    given.refuse(validation_failed({"CheckRun", "conclusion", "missing_field"}));
  if (!check.conclusion.empty() &&
      !is_one_of(check.conclusion, {"action_required", "cancelled", "failure", "neutral", "success",
                                    "skipped", "stale", "timed_out"}))
    given.refuse(validation_failed({"CheckRun", "conclusion", "invalid"}));
  if (check.status == "completed" && !check.completed_at) check.completed_at = call.now;
  if (check.status != "queued" && !check.started_at) check.started_at = call.now;
  Json const* const output = given.find("output");
  if (output == nullptr || !output->is_object()) return;
  auto const take = [&](char const* name, std::optional<std::string>& member) {
    if (auto const text = output->text(name)) member = *text;
  };
  take("title", check.title);
  take("summary", check.summary);
  take("text", check.text);
}

void tell_check(Call& call, CheckRun const& check, std::string_view action) {
  Happening happening{.event = "check_run", .action = std::string(action), .actor = actor_of(call)};
  happening.by_actions = is_by_actions(call);
  happening.payload =
      Json::object({{"check_run", check_run_json(call.state, *call.repository, check)}});
  happened(call.state, *call.repository, std::move(happening), call.now);
}

}  // namespace

Response create_check_run(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  CheckRun check{.sha = given.required("head_sha"), .name = given.required("name")};
  read_check(call, given, check);
  if (given.refusal()) return *std::move(given.refusal());
  if (!call.repository->commits.contains(check.sha))
    return github_error(422, "No commit found for SHA: " + printable(check.sha));
  check.id = call.state.next_id();
  check.creator = actor_of(call);
  CheckSuite& suite = suite_for(call, check.sha);
  suite.updated_at = call.now;
  check.suite = suite.id;
  call.repository->check_runs.push_back(check);
  tell_check(call, check, "created");
  return json_response(201, check_run_json(call.state, *call.repository, check));
}

Response update_check_run(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  std::int64_t const id = number_in(call, 0);
  for (CheckRun& check : call.repository->check_runs) {
    if (check.id != id) continue;
    Given given(call);
    CheckRun changed = check;
    read_check(call, given, changed);
    if (given.refusal()) return *std::move(given.refusal());
    check = changed;
    tell_check(call, changed, changed.status == "completed" ? "completed" : "created");
    return json_response(200, check_run_json(call.state, *call.repository, changed));
  }
  return github_not_found();
}

Response show_check_run(Call& call) {
  std::int64_t const id = number_in(call, 0);
  auto const found =
      checks_where(*call.repository, [&](CheckRun const& one) { return one.id == id; });
  if (found.empty()) return github_not_found();
  return json_response(200, check_run_json(call.state, *call.repository, found.front()));
}

Response list_check_runs_of_ref(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr)
    return github_error(422, "No commit found for SHA: " + printable(call.words[0]));
  return checks_page(call, [&](CheckRun const& one) { return one.sha == commit->sha; });
}

Response list_check_runs_of_suite(Call& call) {
  std::int64_t const id = number_in(call, 0);
  return checks_page(call, [&](CheckRun const& one) { return one.suite == id; });
}

Response list_check_suites_of_ref(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr)
    return github_error(422, "No commit found for SHA: " + printable(call.words[0]));
  auto found = suites_of(*call.repository);
  std::erase_if(found, [&](Suite const& one) { return one.sha != commit->sha; });
  return paged(
      call, found.size(), [&](std::size_t i) { return suite_json(call, found[i]); },
      "check_suites");
}

Response create_check_suite(Call& call) {
  if (auto refusal = refuse_below(call, Role::write)) return *std::move(refusal);
  Given given(call);
  std::string const sha = given.required("head_sha");
  if (given.refusal()) return *std::move(given.refusal());
  if (!call.repository->commits.contains(sha))
    return github_error(422, "No commit found for SHA: " + printable(sha));
  CheckSuite const suite = suite_for(call, sha);
  return json_response(201, suite_json(call, {suite.id, suite.sha, suite.branch, "queued", "",
                                              suite.created_at, suite.updated_at}));
}

Response show_check_suite(Call& call) {
  std::int64_t const id = number_in(call, 0);
  for (Suite const& suite : suites_of(*call.repository))
    if (suite.id == id) return json_response(200, suite_json(call, suite));
  return github_not_found();
}

}  // namespace landfall::sandbox
