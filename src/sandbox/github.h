// GitHub's REST API over the state. https://docs.github.com/en/rest
#pragma once

#include <string>
#include <string_view>

#include "sandbox/call.h"

namespace landfall::sandbox {

/// One request to the REST API: credentials, rate limit, repository, handler, headers.
Response answer_github(State& state, Request const& request, Url const& url, Instant now);

/// The body of every refusal: {"message", "documentation_url", "status"}.
Response github_error(int status, std::string_view message);
Response github_not_found();
Response needs_write(Call const& call);  ///< 401 or 403 for a caller without the right

/// One page of the items by per_page (30, at most 100) and page, with Link. With a name the array
/// is a member of that name beside total_count.
Response paged(Call const& call, Json::Array items, std::string_view member = "");

std::string github_url(State const& state, std::string_view path);
/// "/repos/owner/name" and what follows.
std::string repository_url(Call const& call, std::string_view rest = "");
Json github_user(State const& state, std::string_view login);
std::string node_id(std::string_view kind, std::int64_t id);

Json commit_json(Call const& call, Commit const& commit);  ///< as in lists of commits

/// Does the account of this login stand for many; one that is no user of the world file does.
bool is_organization(State const& state, std::string_view login);
bool is_finished(Run const& run, Instant now);
/// "completed", "waiting" or "in_progress".
std::string status_of(Run const& run, Instant now);
Run* find_run(Call const& call);  ///< by the id in the path; nullptr: there is none
/// The environment of this name, compared without regard to case; nullptr: there is none.
GateEnvironment* find_environment(Call const& call, std::string_view name);

// Handlers, by file.
Response show_rate_limit(Call& call);
Response show_user(Call& call);
Response show_own_user(Call& call);
Response show_repository(Call& call);
Response list_branches(Call& call);
Response show_branch(Call& call);
Response list_tags(Call& call);
Response matching_refs(Call& call);
Response list_commits(Call& call);
Response show_commit(Call& call);
Response compare_commits(Call& call);
Response redirect_to_archive(Call& call);
Response download_archive(Call& call);
Response show_content(Call& call);
Response show_root(Call& call);
Response put_content(Call& call);
Response delete_content(Call& call);
Response list_workflows(Call& call);
Response show_workflow(Call& call);
Response list_workflow_runs(Call& call);
Response list_runs(Call& call);
Response show_run(Call& call);
Response list_jobs(Call& call);
Response enable_workflow(Call& call);
Response disable_workflow(Call& call);
Response list_pending_deployments(Call& call);
Response review_pending_deployments(Call& call);
Response show_organization(Call& call);
Response list_secrets(Call& call);
Response list_variables(Call& call);
Response list_organization_secrets(Call& call);
Response list_organization_variables(Call& call);
Response list_environments(Call& call);
Response show_environment(Call& call);
Response put_environment(Call& call);
Response list_branch_policies(Call& call);
Response create_branch_policy(Call& call);
Response delete_branch_policy(Call& call);
Response list_environment_secrets(Call& call);
Response list_environment_variables(Call& call);
Response list_deployments(Call& call);
Response list_deployment_statuses(Call& call);
Response list_issues(Call& call);
Response create_issue(Call& call);
Response show_issue(Call& call);
Response update_issue(Call& call);
Response list_comments(Call& call);
Response create_comment(Call& call);

}  // namespace landfall::sandbox
