// One repository: first itself, then all its lists at once. Some sources take several questions:
// what became of all of them together is observed when the last answer is in.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "collect/github.h"
#include "collect/round.h"
#include "collect/rows.h"

namespace landfall {
namespace {

/// GitHub keeps runs for so long at most.
constexpr auto runs_kept = std::chrono::days(90);

using Facts = Result<std::vector<Fact>>;

/// What became of the questions of one source so far.
struct Outcome {
  std::optional<Error> error;  ///< the first
  std::int64_t evidence = 0;
  std::optional<Instant> covers_from;
};

/// From when on a list of runs is complete: it goes back to its oldest run if it was cut, and as
/// far as GitHub remembers if not.
Instant covered_by(std::vector<Fact> const& runs, std::size_t enough, Instant now) {
  if (runs.size() < enough) return now - runs_kept;
  std::int64_t oldest = epoch_seconds(now);
  for (Fact const& run : runs) oldest = std::min(oldest, column_of(run, "created_at")->integer());
  return from_epoch_seconds(oldest);
}

class RepositoryRound : public std::enable_shared_from_this<RepositoryRound> {
 public:
  RepositoryRound(std::shared_ptr<Round> round, std::string repository,
                  std::vector<Target> const& targets)
      : round_(std::move(round)), repository_(std::move(repository)) {
    for (Target const& target : targets) {
      commits_.insert({repository_, target.branch, target.path});
      // Which commit runs is told of the whole branch: a target's commit need not touch its path.
      commits_.insert({repository_, target.branch, ""});
      branches_.insert(target.branch);
    }
  }

  void start() {
    ask(github_repository_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
      Facts const facts = answer ? github_repository_facts(repository_, answer->json)
                                 : std::unexpected(answer.error());
      if (!facts) return repository_failed(evidence, facts.error());
      store("repository", facts, "github.repository", evidence);
      default_branch_ = column_of(facts->at(0), "default_branch")->text();
      ask_rest();
    });
  }

 private:
  using Take = std::move_only_function<void(std::int64_t, Result<Answer>)>;

  void ask(Ask ask, Take take) {
    ++open_;
    round_->ask(std::move(ask), [self = shared_from_this(), take = std::move(take)](
                                    std::int64_t evidence, Result<Answer> answer) mutable {
      take(evidence, std::move(answer));
      if (--self->open_ == 0) self->observe_all();
    });
  }

  void repository_failed(std::int64_t evidence, Error const& error) {
    static constexpr std::array<std::string_view, 9> all{
        "github.repository",   "github.workflows", "github.runs",
        "github.environments", "github.branches",  "github.tags",
        "github.commits",      "github.secrets",   "github.files"};
    round_->observe(observation_of(repository_, "github.repository", error), all, evidence);
  }

  void ask_rest() {
    ask_workflows();
    ask_files();
    ask_runs(github_runs_ask(repository_));
    ask_environments();
    ask_secrets("");
    ask(github_tags_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
      store("git_tag",
            answer ? github_tags_facts(repository_, answer->json) : std::unexpected(answer.error()),
            "github.tags", evidence);
    });
    for (std::string const& branch : branches_) ask_branch(branch);
    for (CommitScope const& scope : commits_) ask_commits(scope);
  }

  // Writing. Facts are written as they come; the source is observed when all of it is in.

  void note(std::string const& source, std::int64_t evidence, std::optional<Error> error = {}) {
    Outcome& outcome = outcomes_[source];
    bool const first_error = error && !outcome.error;
    if (outcome.evidence == 0 || first_error) outcome.evidence = evidence;
    if (first_error) outcome.error = std::move(error);
  }

  void store(std::string_view table, Facts const& facts, std::string const& source,
             std::int64_t evidence, Fact scope = {}) {
    if (!facts) return note(source, evidence, facts.error());
    note(source, evidence);
    scope.insert(scope.begin(), {"repository", repository_});
    round_->write([&] {
      return round_->store.replace(table, scope, without_repeats(table, *facts), evidence,
                                   round_->world.now());
    });
  }

  void observe_all() {
    for (auto const& [source, outcome] : outcomes_) {
      round_->write([&] {
        Observation observation{
            .subject = repository_, .source = source, .covers_from = outcome.covers_from};
        if (outcome.error) observation = observation_of(repository_, source, *outcome.error);
        return round_->store.observe(observation, outcome.evidence, round_->world.now());
      });
    }
  }

  // Workflows, their files, and then the runs of those that deploy.

  void ask_workflows() {
    ask(github_workflows_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
      Facts const facts = answer ? github_workflows_facts(repository_, answer->json)
                                 : std::unexpected(answer.error());
      store("workflow", facts, "github.workflows", evidence);
      if (facts)
        for (Fact const& fact : *facts)
          workflow_ids_[column_of(fact, "path")->text()] = column_of(fact, "id")->integer();
      workflows_known_ = true;
      ask_runs_of_deploy_paths();
    });
  }

  void ask_files() {
    ++files_open_;
    ask(workflow_folder_ask(repository_, default_branch_),
        [this](std::int64_t evidence, Result<Answer> answer) {
          // A repository without workflows has no such folder.
          bool const none = !answer && answer.error().code == "not_found";
          auto const paths = none     ? Result<std::vector<std::string>>(std::vector<std::string>())
                             : answer ? workflow_paths(answer->json)
                                      : std::unexpected(answer.error());
          if (paths)
            take_folder(*paths, evidence);
          else
            note("github.files", evidence, paths.error());
          file_done();
        });
  }

  void take_folder(std::vector<std::string> const& paths, std::int64_t evidence) {
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

  /// The ways through files that are gone are gone.
  Result<> end_paths_except(std::vector<std::string> const& paths, std::int64_t evidence) {
    sqlite::Rows const known = TRY(round_->store.database().query(
        "SELECT DISTINCT path FROM deploy_path WHERE repository = ? AND valid_to IS NULL",
        {repository_}));
    for (sqlite::Row const& row : known) {
      std::string const path = row.text("path");
      if (std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
      Fact const scope{{"repository", repository_}, {"path", path}};
      TRY(round_->store.replace("deploy_path", scope, {}, evidence, round_->world.now()));
    }
    return {};
  }

  void take_file(std::string const& path, std::int64_t evidence, Result<Answer> const& answer) {
    if (!answer) return note("github.files", evidence, answer.error());
    auto const text = during(path, workflow_text(answer->json));
    if (!text) return note("github.files", evidence, text.error());
    Facts const facts = workflow_facts(repository_, path, *text);
    store("deploy_path", facts, "github.files", evidence, {{"path", path}});
    if (!facts) return;
    for (Fact const& fact : *facts) deploy_events_.insert({path, column_of(fact, "event")->text()});
  }

  void file_done() {
    --files_open_;
    ask_runs_of_deploy_paths();
  }

  void ask_runs_of_deploy_paths() {
    if (!workflows_known_ || files_open_ > 0) return;
    for (auto const& [path, event] : deploy_events_) {
      auto const id = workflow_ids_.find(path);
      if (id == workflow_ids_.end() || event == "workflow_call") continue;
      ask_runs(github_workflow_runs_ask(repository_, id->second, event));
    }
  }

  // Runs that GitHub has forgotten did take place: none of them ends.
  void ask_runs(Ask runs) {
    std::size_t const enough = runs.enough;
    bool const of_one_workflow = runs.path.find("/workflows/") != std::string::npos;
    ask(std::move(runs),
        [this, enough, of_one_workflow](std::int64_t evidence, Result<Answer> answer) {
          Facts const facts = answer ? github_runs_facts(repository_, answer->json)
                                     : std::unexpected(answer.error());
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

  // Environments wait for their custom policies, so that none is seen to change.

  void ask_environments() {
    ask(github_environments_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
      Facts facts = answer ? github_environments_facts(repository_, answer->json)
                           : std::unexpected(answer.error());
      if (!facts) return note("github.environments", evidence, facts.error());
      environments_ = without_repeats("environment", *std::move(facts));
      environments_evidence_ = evidence;
      policies_open_ = 1;
      for (Fact& environment : environments_) {
        ask_secrets(column_of(environment, "environment")->text());
        if (column_of(environment, "branch_policy")->text() == "custom") ask_policies(environment);
      }
      policies_done();
    });
  }

  void ask_policies(Fact& environment) {
    ++policies_open_;
    ask(github_policies_ask(repository_, column_of(environment, "environment")->text()),
        [this, &environment](std::int64_t evidence, Result<Answer> answer) {
          Result<std::string> names =
              answer ? github_policies(answer->json) : std::unexpected(answer.error());
          if (names)
            set_column(environment, "policies", *std::move(names));
          else
            note("github.environments", evidence, names.error());
          policies_done();
        });
  }

  void policies_done() {
    if (--policies_open_ > 0) return;
    // What is half known would look like an environment without policies.
    if (outcomes_["github.environments"].error) return;
    store("environment", environments_, "github.environments", environments_evidence_);
  }

  void ask_secrets(std::string const& environment) {
    ask(github_secrets_ask(repository_, environment),
        [this, environment](std::int64_t evidence, Result<Answer> answer) {
          store("secret_name",
                answer ? github_secrets_facts(repository_, environment, answer->json)
                       : std::unexpected(answer.error()),
                "github.secrets", evidence, {{"environment", environment}});
        });
  }

  // Branches and their commits.

  static Error of_branch(Error error, std::string const& repository, std::string const& branch) {
    if (error.code == "not_found")
      error.text = fmt::format("{} has no branch {}", repository, branch);
    return error;
  }

  void ask_branch(std::string const& branch) {
    ask(github_branch_ask(repository_, branch),
        [this, branch](std::int64_t evidence, Result<Answer> answer) {
          store("branch",
                answer ? github_branch_facts(repository_, answer->json)
                       : std::unexpected(of_branch(answer.error(), repository_, branch)),
                "github.branches", evidence, {{"branch", branch}});
        });
  }

  void ask_commits(CommitScope const& scope) {
    ask(github_commits_ask(scope), [this, scope](std::int64_t evidence, Result<Answer> answer) {
      Facts const newest =
          answer ? github_commits_facts(scope, answer->json)
                 : std::unexpected(of_branch(answer.error(), repository_, scope.branch));
      store("commit_seen", newest ? with_older(scope, *newest) : newest, "github.commits", evidence,
            {{"branch", scope.branch}, {"path", scope.path}});
    });
  }

  /// The newest commits, and those known from before that are older than all of them: an answer of
  /// the newest few says nothing against the others.
  Facts with_older(CommitScope const& scope, std::vector<Fact> newest) {
    if (newest.size() < commits_asked) return newest;
    std::int64_t oldest = epoch_seconds(round_->world.now());
    for (Fact const& commit : newest)
      oldest = std::min(oldest, column_of(commit, "committed_at")->integer());
    sqlite::Rows const known =
        TRY(round_->store.database().query("SELECT commit_id, committed_at, author, title FROM "
                                           "commit_seen WHERE repository = ? AND branch = ? "
                                           "AND path = ? AND committed_at < ? AND valid_to IS NULL",
                                           {scope.repository, scope.branch, scope.path, oldest}));
    for (sqlite::Row const& row : known)
      newest.push_back({{"repository", scope.repository},
                        {"branch", scope.branch},
                        {"path", scope.path},
                        {"commit_id", row["commit_id"]},
                        {"committed_at", row["committed_at"]},
                        {"author", row["author"]},
                        {"title", row["title"]}});
    return newest;
  }

  std::shared_ptr<Round> round_;
  std::string repository_;
  std::set<std::string> branches_;
  std::set<CommitScope> commits_;
  std::string default_branch_;
  int open_ = 0;
  std::map<std::string, Outcome> outcomes_;  ///< by source
  bool workflows_known_ = false;
  int files_open_ = 0;
  std::map<std::string, std::int64_t> workflow_ids_;             ///< by path
  std::set<std::pair<std::string, std::string>> deploy_events_;  ///< path and event
  std::optional<Instant> deploy_runs_cover_;
  std::optional<Instant> all_runs_cover_;
  std::vector<Fact> environments_;
  std::int64_t environments_evidence_ = 0;
  int policies_open_ = 0;
};

}  // namespace

void collect_repository(std::shared_ptr<Round> const& round, std::string const& repository,
                        std::vector<Target> const& targets) {
  std::make_shared<RepositoryRound>(round, repository, targets)->start();
}

}  // namespace landfall
