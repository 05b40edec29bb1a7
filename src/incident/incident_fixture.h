// For tests: the facts of the incident of 2026-04-30, as collectors and checks leave them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "evidence/evidence.h"
#include "facts/store.h"
#include "facts/store_fixture.h"
#include "incident/report.h"

namespace landfall::test {

inline Instant at(std::string_view text) {
  return *parse_instant(text);
}

struct IncidentFixture {
  Store store = test_store();
  Intent intent;
  Instant const created = at("2026-04-22T06:53Z");
  Instant const looked = at("2026-04-30T16:30Z");
  std::int64_t app_evidence = 0, releases_evidence = 0, dynos_evidence = 0, runs_evidence = 0,
               environments_evidence = 0, file_evidence = 0, probe_evidence = 0,
               builds_evidence = 0;

  IncidentFixture() {
    Target target;
    target.name = "raptor/production";
    target.service = "raptor";
    target.environment = "production";
    target.app = "raxx-api-prod";
    target.repository = "MooseQuest/TradeMasterAPI";
    target.owner = "kristerpher";
    target.launch = at("2026-06-01");
    target.dependents = {"console.raxx.app", "status-worker"};
    target.gate =
        EnvironmentIntent{.name = "production", .reviewers = {"kristerpher"}, .branches = {"main"}};
    target.mark.line = 12;
    intent.file = "/somewhere/landfall.yaml";
    intent.targets.push_back(target);
    target.name = "raptor/staging";
    target.environment = "staging";
    target.app = "raxx-api-staging";
    target.gate.reset();
    intent.targets.push_back(target);
    EXPECT_TRUE(store.declare(intent));
    // The evidence of the report is numbered from 1 in this order.
    app_evidence = answer("heroku.app", "GET https://api.heroku.com/apps/raxx-api-prod");
    releases_evidence =
        answer("heroku.releases", "GET https://api.heroku.com/apps/raxx-api-prod/releases");
    dynos_evidence = answer("heroku.dynos", "GET https://api.heroku.com/apps/raxx-api-prod/dynos");
    builds_evidence =
        answer("heroku.builds", "GET https://api.heroku.com/apps/raxx-api-prod/builds");
    runs_evidence = answer(
        "github.runs", "GET https://api.github.com/repos/MooseQuest/TradeMasterAPI/actions/runs");
    environments_evidence =
        answer("github.environments",
               "GET https://api.github.com/repos/MooseQuest/TradeMasterAPI/environments");
    file_evidence = answer("github.files",
                           "GET "
                           "https://api.github.com/repos/MooseQuest/TradeMasterAPI/contents/"
                           ".github/workflows/deploy.yml");
    probe_evidence =
        answer("probe.origin", "GET https://raxx-api-prod-a60a19e5efbf.herokuapp.com/health", 502);
    add_facts();
  }

  std::int64_t answer(std::string source, std::string request, int status = 200,
                      Instant when = at("2026-04-30T16:30Z")) {
    return *record(store,
                   {.source = std::move(source),
                    .request = request,
                    .status = status,
                    .body = "body of " + request},
                   when);
  }

  void observe(std::string subject, std::string source, std::int64_t evidence) {
    EXPECT_TRUE(store.observe(
        {.subject = std::move(subject), .source = std::move(source), .fresh_for = 24h * 400},
        evidence, looked));
  }

  Fact release(int version, std::string kind, std::string description, std::string_view when,
               std::string commit = "") {
    return {{"app", "raxx-api-prod"},
            {"version", version},
            {"kind", kind},
            {"status", "succeeded"},
            {"description", description},
            {"carries_code", !commit.empty()},
            {"slug_id", commit.empty() ? sql::Value() : sql::Value("slug")},
            {"commit_id", commit.empty() ? sql::Value() : sql::Value(commit)},
            {"created_at", epoch_seconds(at(when))},
            {"user", "ops@raxx.app"},
            {"release_id", "r" + std::to_string(version)}};
  }

  void add_facts() {
    EXPECT_TRUE(store.replace("app", {{"name", "raxx-api-prod"}},
                              {{{"name", "raxx-api-prod"},
                                {"id", "1"},
                                {"created_at", epoch_seconds(created)},
                                {"stack", "heroku-24"},
                                {"generation", "cedar"},
                                {"region", "us"},
                                {"owner", "ops@raxx.app"},
                                {"maintenance", false},
                                {"web_url", "https://raxx-api-prod-a60a19e5efbf.herokuapp.com/"}}},
                              app_evidence, looked));
    std::vector<Fact> const releases{
        release(1, "initial", "Initial release", "2026-04-22T06:53Z"),
        release(2, "platform", "Enable Logplex", "2026-04-22T06:53Z"),
        release(3, "addon", "Attach DATABASE", "2026-04-22T06:55Z"),
        release(4, "config", "Set FLASK_ENV | [E99] <!-- x -->", "2026-04-22T06:58Z"),
        release(5, "config", "Set SENTRY_DSN_BACKEND", "2026-04-22T07:27Z"),
        release(6, "config", "Set STATUS_INTERNAL_WRITE_TOKEN", "2026-04-30T02:21Z"),
        release(7, "config", "Set STATUS_WORKER_URL", "2026-04-30T02:21Z")};
    EXPECT_TRUE(
        store.replace("release", {{"app", "raxx-api-prod"}}, releases, releases_evidence, looked));
    EXPECT_TRUE(store.replace("live_release", {{"app", "raxx-api-prod"}},
                              {{{"app", "raxx-api-prod"}, {"version", 7}}}, releases_evidence,
                              looked));
    observe("raxx-api-prod", "heroku.releases", releases_evidence);
    observe("raxx-api-prod", "heroku.dynos", dynos_evidence);
    observe("raxx-api-prod", "heroku.builds", builds_evidence);
    observe("MooseQuest/TradeMasterAPI", "github.environments", environments_evidence);
    add_paths();
    add_probe(502, "blank_app", "failing",
              "HTTP 502 with Heroku's welcome page: no code was ever deployed", probe_evidence,
              looked);
    find_at(looked, true);
  }

  void add_paths() {
    std::vector<Fact> runs;
    for (int i = 0; i < 9; ++i)
      runs.push_back({{"repository", "MooseQuest/TradeMasterAPI"},
                      {"run_id", 100 + i},
                      {"path", ".github/workflows/deploy.yml"},
                      {"event", "push"},
                      {"ref", "main"},
                      {"commit_id", "c"},
                      {"status", "completed"},
                      {"conclusion", "failure"},
                      {"created_at", epoch_seconds(at("2026-04-22T10:00Z") + i * 22h)},
                      {"updated_at", epoch_seconds(at("2026-04-22T10:05Z") + i * 22h)}});
    EXPECT_TRUE(store.replace("run", {{"repository", "MooseQuest/TradeMasterAPI"}}, runs,
                              runs_evidence, looked));
    EXPECT_TRUE(store.replace("deploy_path", {{"repository", "MooseQuest/TradeMasterAPI"}},
                              {{{"repository", "MooseQuest/TradeMasterAPI"},
                                {"path", ".github/workflows/deploy.yml"},
                                {"job", "deploy-prod"},
                                {"step", 3},
                                {"line", 51},
                                {"event", "push"},
                                {"ref_kind", "tag"},
                                {"filter", "v*"},
                                {"app", "raxx-api-prod"},
                                {"app_known", true},
                                {"tool", "akhileshns/heroku-deploy"},
                                {"environment", ""},
                                {"dont_autocreate", false},
                                {"health_check", true}}},
                              file_evidence, looked));
  }

  void add_probe(int status, std::string class_name, std::string verdict, std::string detail,
                 std::int64_t evidence, Instant when, std::string commit = "") {
    EXPECT_TRUE(store.replace("probe", {{"target", "raptor/production"}, {"witness", "origin"}},
                              {{{"target", "raptor/production"},
                                {"witness", "origin"},
                                {"url", "https://raxx-api-prod-a60a19e5efbf.herokuapp.com/health"},
                                {"status", status},
                                {"class", class_name},
                                {"verdict", verdict},
                                {"detail", detail},
                                {"commit_id", commit.empty() ? sql::Value() : sql::Value(commit)}}},
                              evidence, when));
  }

  Fact finding(std::string check, std::string subject, std::string severity, Instant since,
               std::string message, std::string evidence, std::string target = "raptor/production",
               std::string state = "violated") {
    return {{"check_id", check},  {"subject", subject},   {"target", target},
            {"state", state},     {"severity", severity}, {"since", epoch_seconds(since)},
            {"message", message}, {"evidence", evidence}};
  }

  std::vector<Fact> findings() {
    std::string const e = std::to_string(app_evidence) + " " + std::to_string(releases_evidence);
    std::string const path = ".github/workflows/";
    return {
        finding("never-deployed", "raptor/production", "SEV-1", created,
                "none of the 7 releases of raxx-api-prod put code in force, and no build was ever "
                "started",
                e),
        finding("no-running-dynos", "raptor/production web", "SEV-2", created,
                "0 of 1 web dynos run: none exists", std::to_string(dynos_evidence)),
        finding("environment-missing", "MooseQuest/TradeMasterAPI environment production", "SEV-2",
                looked,
                "environment production does not exist (fails open: GitHub would create it "
                "unprotected), named by " +
                    path + "deploy-heroku.yml",
                std::to_string(environments_evidence)),
        finding("path-never-taken", path + "deploy.yml deploy-prod on push to raptor/production",
                "SEV-3", created,
                path + "deploy.yml job deploy-prod was never reached by a tag: no tag matches `v*`",
                std::to_string(file_evidence)),
        finding(
            "red-streak", "MooseQuest/TradeMasterAPI " + path + "deploy.yml", "SEV-3",
            at("2026-04-22T10:00Z"),
            "9 of 9 runs of " + path + "deploy.yml failed since the last green one (there is none)",
            std::to_string(runs_evidence), "raptor/staging"),
        finding("health-failing", "raptor/staging origin", "SEV-1", looked,
                "staging is another story", "", "raptor/staging")};
  }

  void find_at(Instant when, bool all) {
    std::vector<Fact> facts = findings();
    if (!all) facts.erase(facts.begin(), facts.begin() + 3);
    EXPECT_TRUE(store.replace("finding", {}, facts, 0, when));
  }

  std::string follow(Instant now) {
    EXPECT_TRUE(follow_incidents(store, intent, now));
    Result<std::string> id = find_incident(store, "raptor/production");
    return id ? *id : "";
  }

  std::string report(Instant now, std::string_view before = "") {
    Result<std::string> text =
        incident_report(store, intent, *find_incident(store, "raptor/production"), before, now);
    EXPECT_TRUE(text) << (text ? "" : text.error().text);
    return text ? *text : "";
  }

  /// The deploy that mended it, and what the collectors and checks saw afterwards.
  void mend() {
    std::int64_t const healthy = mend_by_deploy();
    mend_on_platforms(healthy);
  }

  std::int64_t mend_by_deploy() {
    std::int64_t const healthy =
        answer("probe.origin", "GET https://raxx-api-prod-a60a19e5efbf.herokuapp.com/health?", 200,
               from + 5min);
    EXPECT_TRUE(store.put("deploy", {{"id", 1},
                                     {"target", "raptor/production"},
                                     {"app", "raxx-api-prod"},
                                     {"repository", "MooseQuest/TradeMasterAPI"},
                                     {"ref", "main"},
                                     {"commit_id", mended},
                                     {"requester", "sre-agent"},
                                     {"state", "verified"},
                                     {"first", true},
                                     {"token", "t"},
                                     {"release", 8},
                                     {"reason", "commit ddddddd runs as v8"},
                                     {"created_at", epoch_seconds(from)},
                                     {"ended_at", epoch_seconds(from + 5min)}}));
    std::pair<char const*, char const*> const steps[]{
        {"smoke", "`sh tests/smoke.sh` succeeded in 2 s"},
        {"approval", "approved by kristerpher"},
        {"health", "web 1 of 1 up on v8; 3 healthy answers in a row"},
        {"verified", "deploy 1 of main to raptor/production: verified"}};
    for (auto const& [step, detail] : steps)
      EXPECT_TRUE(store.put("deploy_step", {{"deploy_id", 1},
                                            {"step", step},
                                            {"outcome", "done"},
                                            {"detail", detail},
                                            {"evidence_id", healthy},
                                            {"at", epoch_seconds(from + 4min)}}));
    EXPECT_TRUE(store.put("approval", {{"deploy_id", 1},
                                       {"reviewer", "kristerpher"},
                                       {"answer", "approved"},
                                       {"comment", "read the diff"},
                                       {"plan_hash", "h"},
                                       {"at", epoch_seconds(from + 2min)}}));
    return healthy;
  }

  void mend_on_platforms(std::int64_t healthy) {
    std::int64_t const released = answer(
        "heroku.releases", "GET https://api.heroku.com/apps/raxx-api-prod/releases?", 200, from);
    EXPECT_TRUE(store.merge("release",
                            {release(8, "deploy", "Deploy ddddddd", "2026-04-30T16:53Z", mended)},
                            released, from + 5min));
    EXPECT_TRUE(store.replace("live_release", {{"app", "raxx-api-prod"}},
                              {{{"app", "raxx-api-prod"}, {"version", 8}}}, released, from + 5min));
    EXPECT_TRUE(store.replace("dyno", {{"app", "raxx-api-prod"}},
                              {{{"app", "raxx-api-prod"},
                                {"name", "web.1"},
                                {"type", "web"},
                                {"state", "up"},
                                {"size", "Basic"},
                                {"version", 8},
                                {"created_at", 1},
                                {"updated_at", 1}}},
                              released, from + 5min));
    EXPECT_TRUE(store.replace("branch", {{"repository", "MooseQuest/TradeMasterAPI"}},
                              {{{"repository", "MooseQuest/TradeMasterAPI"},
                                {"branch", "main"},
                                {"commit_id", mended},
                                {"protected", true}}},
                              released, from + 5min));
    mend_paths_and_gate(released, healthy);
  }

  void mend_paths_and_gate(std::int64_t released, std::int64_t healthy) {
    EXPECT_TRUE(store.replace("environment", {{"repository", "MooseQuest/TradeMasterAPI"}},
                              {{{"repository", "MooseQuest/TradeMasterAPI"},
                                {"environment", "production"},
                                {"created_at", epoch_seconds(from)},
                                {"reviewers", 1},
                                {"reviewer_names", "kristerpher"},
                                {"wait_timer", 0},
                                {"prevent_self_review", false},
                                {"branch_policy", "custom"},
                                {"policies", "main"},
                                {"admins_bypass", false}}},
                              environments_evidence, from));
    add_probe(200, "healthy", "healthy", "HTTP 200 with the expected body", healthy, from + 5min,
              mended);
    observe("raxx-api-prod", "heroku.releases", released);
    observe("raxx-api-prod", "heroku.dynos", released);
    // The job that led to production was taken out of the workflow.
    EXPECT_TRUE(store.replace("deploy_path", {{"repository", "MooseQuest/TradeMasterAPI"}}, {},
                              file_evidence, from + 5min));
    EXPECT_TRUE(store.replace("build", {{"app", "raxx-api-prod"}},
                              {{{"id", "b"},
                                {"app", "raxx-api-prod"},
                                {"status", "succeeded"},
                                {"commit_id", mended},
                                {"user", "sre-agent"},
                                {"created_at", epoch_seconds(from + 2min)}}},
                              released, from + 5min));
    find_at(from + 6min, false);
  }

  Instant const from = at("2026-04-30T16:50Z");  ///< of the deploy that mends it
  std::string const mended = std::string(40, 'd');
};

}  // namespace landfall::test
