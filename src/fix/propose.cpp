#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/text.h"
#include "fix/diff.h"
#include "fix/fix.h"
#include "workflow/patch.h"

namespace landfall {
namespace {

constexpr std::string_view fixable[] = {"environment-missing", "environment-unprotected",
                                        "masked-failure", "duplicate-path"};

struct OpenFinding {
  std::string subject;
  std::string target;
};

Result<std::vector<OpenFinding>> open_findings(Store& store, std::string const& check) {
  sql::Rows const rows =
      TRY(store.database().query("SELECT subject, target FROM finding WHERE check_id = ? AND state "
                                 "= 'violated' AND valid_to IS NULL "
                                 "ORDER BY subject",
                                 {check}));
  std::vector<OpenFinding> open;
  for (sql::Row const& row : rows) open.push_back({row.text("subject"), row.text("target")});
  return open;
}

Result<Fix> environment_fix(Intent const& intent, std::string const& check,
                            OpenFinding const& finding) {
  Target const* target = intent.target(finding.target);
  if (target == nullptr || !target->gate)
    return fail(ErrorKind::config, fmt::format("{} declares no gate for {}: say there which "
                                               "environment, reviewers and branches it must have",
                                               intent.file, finding.target));
  EnvironmentIntent const& gate = *target->gate;
  std::string const path =
      fmt::format("/repos/{}/environments/{}", target->repository, url_encode(gate.name));
  Fix fix{.check = check,
          .subject = finding.subject,
          .title = fmt::format(
              "environment {} of {} has the required reviewers {} and lets only {} deploy",
              gate.name, target->repository, join(gate.reviewers, ", "),
              gate.branches.empty() ? "every branch" : join(gate.branches, ", ")),
          .repository = target->repository,
          .environment = gate};
  for (std::string const& reviewer : gate.reviewers) fix.calls.push_back("GET /users/" + reviewer);
  fix.calls.push_back("PUT " + path);
  for (std::string const& branch : gate.branches)
    fix.calls.push_back(
        fmt::format("POST {}/deployment-branch-policies {{\"name\":\"{}\"}}", path, branch));
  return fix;
}

/// The step of a workflow file that a finding is about.
struct Step {
  std::string repository;
  std::string path;
  std::string job;
  int step = 0;
};

/// Deploy steps to change, by file: those that mask their failure, or those of workflows that
/// landfall.yaml does not declare for their target.
Result<std::vector<Step>> steps_to_change(Store& store, std::string const& check) {
  std::string_view const sql =
      check == "masked-failure"
          ? "SELECT DISTINCT p.repository, p.path, p.job, p.step FROM target t JOIN deploy_path p "
            "ON p.repository = t.repository AND p.app = t.app WHERE p.valid_to IS NULL "
            "AND p.dont_autocreate IS NOT NULL AND NOT p.dont_autocreate ORDER BY p.path, p.step"
          : "SELECT DISTINCT p.repository, p.path, p.job, 0 AS step FROM target t JOIN deploy_path "
            "p "
            "ON p.repository = t.repository AND p.app = t.app WHERE p.valid_to IS NULL AND "
            "p.app_known "
            "AND t.workflow IS NOT NULL AND p.path <> t.workflow "
            "AND p.path <> '.github/workflows/' || t.workflow "
            // What is declared must be there and deploy, or the other is the only path.
            "AND EXISTS (SELECT 1 FROM deploy_path d WHERE d.repository = t.repository "
            "AND d.app = t.app AND d.app_known AND d.valid_to IS NULL "
            "AND d.path IN (t.workflow, '.github/workflows/' || t.workflow)) "
            "ORDER BY p.path, p.job";
  std::vector<Step> steps;
  for (sql::Row const& row : TRY(store.database().query(sql)))
    steps.push_back({row.text("repository"), row.text("path"), row.text("job"),
                     static_cast<int>(row.integer("step"))});
  return steps;
}

Result<std::string> patched(std::string const& check, std::string const& text,
                            std::vector<Step> const& steps) {
  if (check == "duplicate-path") {
    std::vector<std::string> jobs;
    for (Step const& step : steps)
      if (std::find(jobs.begin(), jobs.end(), step.job) == jobs.end()) jobs.push_back(step.job);
    return remove_jobs(text, steps[0].path, jobs);
  }
  std::string after = text;
  for (Step const& step : steps)
    after = TRY(set_step_input(after, step.path, step.job, step.step, {"dontautocreate", "true"}));
  return after;
}

Result<Fix> file_fix(std::string const& check, std::vector<Step> const& steps, Json const& file,
                     std::string const& branch) {
  auto const text = from_base64(TRY(file.text("content")));
  if (!text)
    return fail(ErrorKind::data, fmt::format("{}: GitHub's content is not base64", steps[0].path));
  Fix fix{.check = check,
          .subject = steps[0].path,
          .repository = steps[0].repository,
          .path = steps[0].path,
          .branch = branch};
  fix.sha = TRY(file.text("sha"));
  fix.after = TRY(patched(check, *text, steps));
  fix.diff = unified_diff(*text, fix.after, fix.path);
  fix.title =
      check == "duplicate-path"
          ? fmt::format("{} deploys no more; the declared workflow is the one path", fix.path)
          : fmt::format("{} fails with its real reason (access to the app is still to be checked)",
                        fix.path);
  fix.calls.push_back(fmt::format("{} /repos/{}/contents/{} (a commit on {})",
                                  fix.after.empty() ? "DELETE" : "PUT", fix.repository, fix.path,
                                  branch));
  return fix;
}

/// Asks for each file in turn and collects the proposals.
struct FileFixes : std::enable_shared_from_this<FileFixes> {
  FileFixes(World world, Store& store_given, Platforms const& platforms)
      : store(store_given), client(world, store_given, platforms) {}

  void next() {
    if (files.empty()) return done(std::move(fixes));
    auto const file = files.begin();
    Ask ask{.service = Service::github,
            .source = "fix." + check,
            .path = fmt::format("/repos/{}/contents/{}", file->second[0].repository,
                                file->first.second)};
    client.ask(std::move(ask), [self = shared_from_this()](std::int64_t, Result<Answer> answer) {
      self->take(std::move(answer));
    });
  }

  void take(Result<Answer> answer) {
    std::vector<Step> const steps = files.begin()->second;
    files.erase(files.begin());
    if (!answer) return done(std::unexpected(std::move(answer).error()));
    auto fix = file_fix(check, steps, answer->json, branches[steps[0].repository]);
    if (!fix) return done(std::unexpected(std::move(fix).error()));
    fixes.push_back(std::move(*fix));
    next();
  }

  Store& store;
  Client client;
  std::string check;
  std::map<std::pair<std::string, std::string>, std::vector<Step>> files;
  std::map<std::string, std::string> branches;
  std::vector<Fix> fixes;
  FixesDone done;
};

Result<std::vector<Fix>> environment_fixes(Store& store, Intent const& intent,
                                           std::string const& check) {
  std::vector<Fix> fixes;
  for (OpenFinding const& finding : TRY(open_findings(store, check)))
    fixes.push_back(TRY(environment_fix(intent, check, finding)));
  return fixes;
}

}  // namespace

bool has_fix(std::string_view check) {
  return std::find(std::begin(fixable), std::end(fixable), check) != std::end(fixable);
}

void propose_fixes(World world, Store& store, Intent const& intent, Platforms const& platforms,
                   std::string const& check, FixesDone done) {
  if (check.starts_with("environment-")) return done(environment_fixes(store, intent, check));
  auto const open = open_findings(store, check);
  if (!open) return done(std::unexpected(open.error()));
  if (open->empty()) return done(std::vector<Fix>{});
  auto const steps = steps_to_change(store, check);
  if (!steps) return done(std::unexpected(steps.error()));
  if (steps->empty())
    return done(
        fail(ErrorKind::config,
             fmt::format("{}: the workflow that it declares (deploy.workflow) does not deploy "
                         "the target, or none is declared: say there which path is to stay",
                         intent.file)));
  auto const work = std::make_shared<FileFixes>(world, store, platforms);
  work->check = check;
  for (Step const& step : *steps) work->files[{step.repository, step.path}].push_back(step);
  for (Target const& target : intent.targets) work->branches[target.repository] = target.branch;
  work->done = std::move(done);
  work->next();
}

}  // namespace landfall
