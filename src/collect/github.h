// GitHub's resources: what is asked about a repository, and the facts in the answer. Each pair
// stands in a file of its own and is pure; collect.cpp sends and stores.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "collect/client.h"
#include "facts/store.h"
#include "workflow/library.h"

namespace landfall {

/// "/repos/acme/shop" + rest; the repository's parts are percent-encoded.
std::string repository_path(std::string_view repository, std::string_view rest);

Ask github_repository_ask(std::string const& repository);
/// One row of `repository`.
Result<std::vector<Fact>> github_repository_facts(std::string const& repository, Json const& json);

/// Who a repository belongs to.
struct Owner {
  std::string login;
  bool is_organization = false;
};
/// From the answer about the repository.
Result<Owner> github_owner(std::string const& repository, Json const& json);
/// An organisation itself, or of a user whoever the token belongs to.
Ask github_plan_ask(Owner const& owner);
/// One row of `account`. A plan that is not shown is an Error "unauthorized" that says to whom it
/// is.
Result<std::vector<Fact>> github_plan_facts(Owner const& owner, Json const& json);

Ask github_workflows_ask(std::string const& repository);
Result<std::vector<Fact>> github_workflows_facts(std::string const& repository, Json const& json);

/// The newest runs of all workflows, one page.
Ask github_runs_ask(std::string const& repository);
/// The newest runs of one workflow for one event, up to `runs_enough`.
Ask github_workflow_runs_ask(std::string const& repository, std::int64_t workflow,
                             std::string const& event);
constexpr std::size_t runs_enough = 300;
Result<std::vector<Fact>> github_runs_facts(std::string const& repository, Json const& json);

/// The runs that wait for an environment's rules, one page.
Ask github_waiting_runs_ask(std::string const& repository);
Ask github_pending_ask(std::string const& repository, std::int64_t run);
/// Rows of `pending_deployment`: what a run, a row of `run`, waits for.
Result<std::vector<Fact>> github_pending_facts(std::string const& repository, Fact const& run,
                                               Json const& json);

/// The newest hundred.
Ask github_deployments_ask(std::string const& repository);
/// Rows of `deployment`.
Result<std::vector<Fact>> github_deployments_facts(std::string const& repository, Json const& json);

Ask github_environments_ask(std::string const& repository);
/// Rows of `environment`, with `policies` empty: see policy_names.
Result<std::vector<Fact>> github_environments_facts(std::string const& repository,
                                                    Json const& json);
Ask github_policies_ask(std::string const& repository, std::string const& environment);
/// Rows of `environment_policy`.
Result<std::vector<Fact>> github_policies_facts(std::string const& repository,
                                                std::string const& environment, Json const& json);
/// Their patterns, joined by blanks; one of tags is "tag:PATTERN".
std::string policy_names(std::vector<Fact> const& policies);
/// What an environment whose policy is "protected" admits.
Ask github_protected_branches_ask(std::string const& repository);
/// Rows of `protected_branch`.
Result<std::vector<Fact>> github_protected_branches_facts(std::string const& repository,
                                                          Json const& json);

Ask github_branch_ask(std::string const& repository, std::string const& branch);
/// One row of `branch`.
Result<std::vector<Fact>> github_branch_facts(std::string const& repository, Json const& json);

Ask github_tags_ask(std::string const& repository);
Result<std::vector<Fact>> github_tags_facts(std::string const& repository, Json const& json);

/// Commits of a branch that touch a folder, for the table commit_seen.
struct CommitScope {
  std::string repository;
  std::string branch;
  std::string path;
  auto operator<=>(CommitScope const&) const = default;
};
Ask github_commits_ask(CommitScope const& scope);
constexpr std::size_t commits_asked = 100;  ///< the newest so many
Result<std::vector<Fact>> github_commits_facts(CommitScope const& scope, Json const& json);

/// Of the repository, or of one of its environments if one is named.
Ask github_secrets_ask(std::string const& repository, std::string const& environment);
/// Rows of `secret_name`.
Result<std::vector<Fact>> github_secrets_facts(std::string const& repository,
                                               std::string const& environment, Json const& json);

/// As of secrets; answers hold no values.
Ask github_variables_ask(std::string const& repository, std::string const& environment);
/// Rows of `variable_name`.
Result<std::vector<Fact>> github_variables_facts(std::string const& repository,
                                                 std::string const& environment, Json const& json);

/// What the repository may use of its organisation's; the kind is "secret" or "variable".
Ask github_shared_ask(std::string const& repository, std::string const& kind);
/// Rows of `shared_name`.
Result<std::vector<Fact>> github_shared_facts(std::string const& repository,
                                              std::string const& kind, Json const& json);

/// The folder .github/workflows on a branch.
Ask workflow_folder_ask(std::string const& repository, std::string const& branch);
/// The paths of its workflow files.
Result<std::vector<std::string>> workflow_paths(Json const& json);
Ask workflow_file_ask(std::string const& repository, std::string const& branch,
                      std::string const& path);
/// The file's text.
Result<std::string> workflow_text(Json const& json);
/// Rows of `secret_use` that the file's text yields.
std::vector<Fact> secret_use_facts(std::string const& repository, std::string const& path,
                                   std::string_view text);
/// Rows of `deploy_path` that the file's text yields. A file that GitHub would refuse is an error
/// with its position.
Result<std::vector<Fact>> workflow_facts(std::string const& repository, std::string const& path,
                                         std::string_view text, ReadText const& read = {});

}  // namespace landfall
