// Workflows, their files, and then the runs of those that deploy.
#include <algorithm>

#include "base/text.h"
#include "collect/repository_round.h"
#include "collect/rows.h"

namespace landfall {
namespace {

/// GitHub keeps runs for so long at most.
constexpr auto runs_kept = std::chrono::days(90);

/// From when on a list of runs is complete: it goes back to its oldest run if it was cut, and as
/// far as GitHub remembers if not.
Instant covered_by(std::vector<Fact> const& runs, std::size_t enough, Instant now) {
  if (runs.size() < enough) return now - runs_kept;
  std::int64_t oldest = epoch_seconds(now);
  for (Fact const& run : runs) oldest = std::min(oldest, column_of(run, "created_at")->integer());
  return from_epoch_seconds(oldest);
}

}  // namespace

void RepositoryRound::ask_workflows() {
  ask(github_workflows_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
    Facts const facts = answer ? github_workflows_facts(repository_, answer->json)
                               : std::unexpected(answer.error());
    store("workflow", facts, "github.workflows", evidence);
    if (facts)
      for (Fact const& fact : *facts)
        workflow_ids_[column_of(fact, "path")->text()] = column_of(fact, "id")->integer();
    workflows_known_ = true;
    ask_what_files_name();
  });
}

void RepositoryRound::ask_files() {
  ++files_open_;
  ask(workflow_folder_ask(repository_, default_branch_),
      [this](std::int64_t evidence, Result<Answer> answer) {
        // A repository without workflows has no such folder.
        bool const none = !answer && answer.error().code == "not_found";
        auto const paths = none     ? Result<std::vector<std::string>>(std::vector<std::string>())
                           : answer ? workflow_paths(answer->json)
                                    : std::unexpected(answer.error());
        folder_evidence_ = evidence;
        if (paths)
          take_folder(*paths, evidence);
        else
          note("github.files", evidence, paths.error());
        file_done();
      });
}

void RepositoryRound::take_folder(std::vector<std::string> const& paths, std::int64_t evidence) {
  note("github.files", evidence);
  round_->write([&] { return end_paths_except(paths, evidence); });
  for (std::string const& path : paths) {
    ++files_open_;
    ask(workflow_file_ask(repository_, default_branch_, path),
        [this, path](std::int64_t file_evidence, Result<Answer> const& answer) {
          take_file(path, file_evidence, answer);
          file_done();
        });
  }
}

/// What was in files that are gone is gone.
Result<> RepositoryRound::end_paths_except(std::vector<std::string> const& paths,
                                           std::int64_t evidence) {
  for (std::string const table : {"deploy_path", "secret_use"}) {
    sql::Rows const known = TRY(round_->store.database().query(
        "SELECT DISTINCT path FROM " + table + " WHERE repository = ? AND valid_to IS NULL",
        {repository_}));
    for (sql::Row const& row : known) {
      std::string const path = row.text("path");
      if (std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
      Fact const scope{{"repository", repository_}, {"path", path}};
      TRY(round_->store.replace(table, scope, {}, evidence, round_->world.now()));
    }
  }
  return {};
}

void RepositoryRound::take_file(std::string const& path, std::int64_t evidence,
                                Result<Answer> const& answer) {
  if (!answer) return note("github.files", evidence, answer.error());
  auto const text = during(path, workflow_text(answer->json));
  if (!text) return note("github.files", evidence, text.error());
  std::vector<Fact> const uses = secret_use_facts(repository_, path, *text);
  for (Fact const& use : uses)
    if (column_of(use, "kind")->text() == "variable") paths_with_variables_.insert(path);
  store("secret_use", uses, "github.files", evidence, {{"path", path}});
  texts_[path] = {*text, evidence};
}

/// Once all files are in, for one may call another.
void RepositoryRound::take_deploy_paths() {
  ReadText const read = [this](std::string_view path) -> std::optional<std::string> {
    auto const found = texts_.find(path);
    return found == texts_.end() ? std::nullopt : std::optional(found->second.text);
  };
  for (auto const& [path, file] : texts_) {
    Facts const facts = workflow_facts(repository_, path, file.text, read);
    store("deploy_path", facts, "github.files", file.evidence, {{"path", path}});
    if (!facts) continue;
    for (Fact const& fact : *facts) {
      deploy_events_.insert({path, column_of(fact, "event")->text()});
      deploy_paths_.insert(path);
    }
  }
}

void RepositoryRound::file_done() {
  if (--files_open_ == 0) take_deploy_paths();
  ask_what_files_name();
}

/// What is worth asking only of workflows that deploy, once all of them are known.
void RepositoryRound::ask_what_files_name() {
  if (!workflows_known_ || files_open_ > 0) return;
  for (auto const& [path, event] : deploy_events_) {
    auto const id = workflow_ids_.find(path);
    if (id == workflow_ids_.end() || event == "workflow_call") continue;
    ask_runs(github_workflow_runs_ask(repository_, id->second, event));
  }
  if (environments_known_) ask_variables_of_deploys();
  if (waiting_runs_) take_waiting_runs(std::move(waiting_runs_->first), waiting_runs_->second);
}

// Runs that GitHub has forgotten did take place: none of them ends.
void RepositoryRound::ask_runs(Ask runs) {
  std::size_t const enough = runs.enough;
  bool const of_one_workflow = runs.path.find("/workflows/") != std::string::npos;
  ask(std::move(runs),
      [this, enough, of_one_workflow](std::int64_t evidence, Result<Answer> answer) {
        Facts const facts =
            answer ? github_runs_facts(repository_, answer->json) : std::unexpected(answer.error());
        if (!facts) return note("github.runs", evidence, facts.error());
        note("github.runs", evidence);
        Instant const from = covered_by(*facts, enough, round_->world.now());
        auto& covers = of_one_workflow ? deploy_runs_cover_ : all_runs_cover_;
        covers = covers ? std::max(*covers, from) : from;
        // Runs are looked at for deploy paths, so their lists decide, if there are any.
        outcomes_["github.runs"].covers_from =
            deploy_runs_cover_ ? deploy_runs_cover_ : all_runs_cover_;
        round_->write([&] {
          return round_->store.merge("run", without_repeats("run", *facts), evidence,
                                     round_->world.now());
        });
      });
}

// A run that waits is asked what for, if its workflow deploys.

void RepositoryRound::ask_waiting_runs() {
  ask(github_waiting_runs_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
    Facts facts =
        answer ? github_runs_facts(repository_, answer->json) : std::unexpected(answer.error());
    if (!facts) return note("github.pending", evidence, facts.error());
    round_->write([&] {
      return round_->store.merge("run", without_repeats("run", *facts), evidence,
                                 round_->world.now());
    });
    if (workflows_known_ && files_open_ == 0)
      take_waiting_runs(*std::move(facts), evidence);
    else
      waiting_runs_ = {*std::move(facts), evidence};
  });
}

void RepositoryRound::take_waiting_runs(std::vector<Fact> runs, std::int64_t evidence) {
  note("github.pending", evidence);
  pending_open_ = 1;
  for (Fact const& run : runs)
    if (deploy_paths_.contains(column_of(run, "path")->text())) ask_pending(run);
  pending_done(evidence);
}

void RepositoryRound::ask_pending(Fact const& run) {
  ++pending_open_;
  ask(github_pending_ask(repository_, column_of(run, "run_id")->integer()),
      [this, run](std::int64_t evidence, Result<Answer> answer) {
        Facts const facts = answer ? github_pending_facts(repository_, run, answer->json)
                                   : std::unexpected(answer.error());
        // A run that was deleted since waits for nothing.
        bool const gone = !answer && answer.error().code == "not_found";
        if (facts)
          pending_.insert(pending_.end(), facts->begin(), facts->end());
        else if (!gone)
          note("github.pending", evidence, facts.error());
        pending_done(evidence);
      });
}

/// Written when all are in, for what is half known would look like runs that wait no more.
void RepositoryRound::pending_done(std::int64_t evidence) {
  if (--pending_open_ > 0 || outcomes_["github.pending"].error) return;
  store("pending_deployment", pending_, "github.pending", evidence);
}

// Only the newest are asked for: those that are older stay as they were.
void RepositoryRound::ask_deployments() {
  ask(github_deployments_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
    Facts const facts = answer ? github_deployments_facts(repository_, answer->json)
                               : std::unexpected(answer.error());
    if (!facts) return note("github.deployments", evidence, facts.error());
    note("github.deployments", evidence);
    round_->write([&] {
      return round_->store.merge("deployment", without_repeats("deployment", *facts), evidence,
                                 round_->world.now());
    });
  });
}

}  // namespace landfall
