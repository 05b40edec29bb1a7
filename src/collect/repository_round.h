// One repository's part of a round: first the repository itself, then all its lists at once, and
// then what follows from several of them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collect/github.h"
#include "collect/round.h"

namespace landfall {

/// Lives as long as a question of it is open. Some sources take several questions: what became of
/// all of them together is observed when the last answer is in.
class RepositoryRound : public std::enable_shared_from_this<RepositoryRound> {
 public:
  RepositoryRound(std::shared_ptr<Round> round, std::string repository,
                  std::vector<Target> const& targets);
  void start();

 private:
  using Facts = Result<std::vector<Fact>>;
  using Take = std::move_only_function<void(std::int64_t evidence, Result<Answer>)>;

  /// What became of the questions of one source so far.
  struct Outcome {
    std::optional<Error> error;  ///< the first
    std::int64_t evidence = 0;
    std::optional<Instant> covers_from;
  };

  // collect_repository.cpp: asking and writing, the repository, its tags, branches and commits.

  void ask(Ask ask, Take take);
  void note(std::string const& source, std::int64_t evidence, std::optional<Error> error = {});
  /// Writes all rows of the scope within the repository, or notes the error.
  void store(std::string_view table, Facts const& facts, std::string const& source,
             std::int64_t evidence, Fact scope = {});
  void observe_all();
  void take_repository(std::int64_t evidence, Answer const& answer);
  void repository_failed(std::int64_t evidence, Error const& error);
  void ask_rest();
  void ask_tags();
  void ask_branch(std::string const& branch);
  void ask_commits(CommitScope const& scope);
  Facts with_older(CommitScope const& scope, std::vector<Fact> newest);

  // repository_workflows.cpp: workflows, their files, runs and deployments.

  void ask_workflows();
  void ask_files();
  void take_folder(std::vector<std::string> const& paths, std::int64_t evidence);
  Result<> end_paths_except(std::vector<std::string> const& paths, std::int64_t evidence);
  void take_file(std::string const& path, std::int64_t evidence, Result<Answer> const& answer);
  void take_deploy_paths();
  void file_done();
  void ask_what_files_name();
  void ask_runs(Ask runs);
  void ask_waiting_runs();
  void take_waiting_runs(std::vector<Fact> runs, std::int64_t evidence);
  void ask_pending(Fact const& run);
  void pending_done(std::int64_t evidence);
  void ask_deployments();

  // repository_settings.cpp: environments and what they hold, secrets, variables, the plan.

  void ask_environments();
  void take_environments(std::vector<Fact> environments, std::int64_t evidence);
  Result<> end_what_is_no_environments(std::int64_t evidence);
  void ask_policies(Fact& environment);
  void ask_protected_branches();
  void policies_done();
  void environments_done();
  void ask_secrets(std::string const& environment);
  void ask_shared(std::string const& kind);
  void ask_variables_of_deploys();
  void ask_variables(std::string const& environment);
  void ask_plan();

  std::shared_ptr<Round> round_;
  std::string repository_;
  std::set<std::string> branches_;
  std::set<CommitScope> commits_;
  bool gate_declared_ = false;
  Owner owner_;
  std::string default_branch_;
  std::string visibility_;
  std::int64_t repository_evidence_ = 0;
  int open_ = 0;
  std::map<std::string, Outcome> outcomes_;  ///< by source

  bool workflows_known_ = false;
  int files_open_ = 0;
  std::int64_t folder_evidence_ = 0;
  std::map<std::string, std::int64_t> workflow_ids_;             ///< by path
  std::set<std::pair<std::string, std::string>> deploy_events_;  ///< path and event
  struct FileText {
    std::string text;
    std::int64_t evidence = 0;
  };
  std::map<std::string, FileText, std::less<>> texts_;  ///< of the workflows, by path
  std::set<std::string> deploy_paths_;
  std::set<std::string> paths_with_variables_;
  std::optional<Instant> deploy_runs_cover_;
  std::optional<Instant> all_runs_cover_;
  std::optional<std::pair<std::vector<Fact>, std::int64_t>> waiting_runs_;
  std::vector<Fact> pending_;
  int pending_open_ = 0;

  std::vector<Fact> environments_;
  std::int64_t environments_evidence_ = 0;
  int policies_open_ = 0;
  bool environments_known_ = false;
};

}  // namespace landfall
