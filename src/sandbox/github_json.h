// GitHub's objects as its API and its webhooks write them.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

std::string github_url(State const& state, std::string_view path);
/// "/repos/owner/name" and what follows.
std::string repository_url(State const& state, Repository const& repository,
                           std::string_view rest = "");
std::string github_page(Repository const& repository, std::string_view rest = "");  ///< for people
std::string node_id(std::string_view kind, std::int64_t id);
Json time_or_null(std::optional<Instant> at);
Json shown_text(std::string_view text);  ///< null for an empty one

/// Does the account of this login stand for many; one that is no user of the world file does.
bool is_organization(State const& state, std::string_view login);
std::string_view const actions_bot = "github-actions[bot]";
std::int64_t user_id(State const& state, std::string_view login);
Json github_user(State const& state, std::string_view login);  ///< "simple-user"
/// null for a name that is no user's.
Json user_or_null(State const& state, std::string_view login);
Json team_json(State const& state, std::string_view organization, Team const& team);
Json actions_app_json(State const& state);

/// As in lists and webhooks. `full`: as for itself, with the roles of a caller added by whoever
/// knows them.
Json repository_json(State const& state, Repository const& repository);
Json full_repository_json(State const& state, Repository const& repository);

Json signature_json(Signature const& signature);
Json verification_json();
Json commit_json(State const& state, Repository const& repository, Commit const& commit);
Json head_commit_json(State const& state, Commit const& commit);  ///< "simple-commit"
/// "diff-entry" of each file that differs.
Json files_json(State const& state, Repository const& repository, Commit const* before,
                Commit const& after);

Json workflow_json(State const& state, Repository const& repository, Workflow const& workflow);
Json run_json(State const& state, Repository const& repository, Run const& run);
Json job_json(State const& state, Repository const& repository, Run const& run, RunJob const& job);
Json attempt_json(State const& state, Repository const& repository, Run const& run,
                  RunAttempt const& attempt);
std::string_view to_word(Progress progress);

Json environment_json(State const& state, Repository const& repository,
                      GateEnvironment const& environment);
Json reviewers_json(State const& state, Repository const& repository,
                    GateEnvironment const& environment);
Json deployment_json(State const& state, Repository const& repository,
                     Deployment const& deployment);
Json deployment_status_json(State const& state, Repository const& repository,
                            Deployment const& deployment, DeploymentStatus const& status);

Json label_json(State const& state, Repository const& repository, std::string_view name);
Json issue_json(State const& state, Repository const& repository, Issue const& issue);
Json comment_json(State const& state, Repository const& repository, Issue const& issue,
                  Comment const& comment);
/// `full`: as for itself, with its commits and changes counted.
Json pull_json(State const& state, Repository const& repository, Pull const& pull);
Json full_pull_json(State const& state, Repository const& repository, Pull const& pull);
Json pull_reference_json(State const& state, Repository const& repository, Pull const& pull);

Json status_json(State const& state, Repository const& repository, CommitStatus const& status);
Json check_run_json(State const& state, Repository const& repository, CheckRun const& check);
Json release_json(State const& state, Repository const& repository, GitHubRelease const& release);

}  // namespace landfall::sandbox
