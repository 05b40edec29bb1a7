// What of the sandbox's GitHub is kept on disk: see record.h.
#pragma once

#include <boost/pfr/tuple_size.hpp>

#include "sandbox/actions_fields.h"
#include "sandbox/github_state.h"
#include "sandbox/record.h"

namespace landfall::sandbox {

// A static_assert that fails: a member was added to the struct, and has to be added here too, or it
// would be lost when the sandbox starts again.

template <class V>
void fields(V& visit, Comment& value) {
  static_assert(boost::pfr::tuple_size_v<Comment> == 5);
  visit("id", value.id);
  visit("user", value.user);
  visit("body", value.body);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Label& value) {
  static_assert(boost::pfr::tuple_size_v<Label> == 4);
  visit("id", value.id);
  visit("name", value.name);
  visit("color", value.color);
  visit("description", value.description);
}

template <class V>
void fields(V& visit, Issue& value) {
  static_assert(boost::pfr::tuple_size_v<Issue> == 15);
  visit("id", value.id);
  visit("number", value.number);
  visit("title", value.title);
  visit("body", value.body);
  visit("user", value.user);
  visit("state", value.state);
  visit("state_reason", value.state_reason);
  visit("labels", value.labels);
  visit("assignees", value.assignees);
  visit("comments", value.comments);
  visit("locked", value.locked);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
  visit("closed_at", value.closed_at);
  visit("closed_by", value.closed_by);
}

template <class V>
void fields(V& visit, Pull& value) {
  static_assert(boost::pfr::tuple_size_v<Pull> == 10);
  visit("id", value.id);
  visit("number", value.number);
  visit("head", value.head);
  visit("head_sha", value.head_sha);
  visit("base", value.base);
  visit("base_sha", value.base_sha);
  visit("draft", value.draft);
  visit("merged_at", value.merged_at);
  visit("merged_by", value.merged_by);
  visit("merge_sha", value.merge_sha);
}

template <class V>
void fields(V& visit, CommitStatus& value) {
  static_assert(boost::pfr::tuple_size_v<CommitStatus> == 8);
  visit("id", value.id);
  visit("sha", value.sha);
  visit("context", value.context);
  visit("state", value.state);
  visit("description", value.description);
  visit("target_url", value.target_url);
  visit("creator", value.creator);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, CheckRun& value) {
  static_assert(boost::pfr::tuple_size_v<CheckRun> == 14);
  visit("id", value.id);
  visit("suite", value.suite);
  visit("sha", value.sha);
  visit("name", value.name);
  visit("status", value.status);
  visit("conclusion", value.conclusion);
  visit("external_id", value.external_id);
  visit("details_url", value.details_url);
  visit("title", value.title);
  visit("summary", value.summary);
  visit("text", value.text);
  visit("creator", value.creator);
  visit("started_at", value.started_at);
  visit("completed_at", value.completed_at);
}

template <class V>
void fields(V& visit, CheckSuite& value) {
  static_assert(boost::pfr::tuple_size_v<CheckSuite> == 5);
  visit("id", value.id);
  visit("sha", value.sha);
  visit("branch", value.branch);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, GitHubRelease& value) {
  static_assert(boost::pfr::tuple_size_v<GitHubRelease> == 10);
  visit("id", value.id);
  visit("tag", value.tag);
  visit("target", value.target);
  visit("name", value.name);
  visit("body", value.body);
  visit("author", value.author);
  visit("draft", value.draft);
  visit("prerelease", value.prerelease);
  visit("created_at", value.created_at);
  visit("published_at", value.published_at);
}

template <class V>
void fields(V& visit, BranchProtection& value) {
  static_assert(boost::pfr::tuple_size_v<BranchProtection> == 16);
  visit("strict_checks", value.strict_checks);
  visit("checks", value.checks);
  visit("reviews", value.reviews);
  visit("dismisses_stale", value.dismisses_stale);
  visit("code_owners", value.code_owners);
  visit("last_push_approval", value.last_push_approval);
  visit("enforce_admins", value.enforce_admins);
  visit("push_users", value.push_users);
  visit("push_teams", value.push_teams);
  visit("linear_history", value.linear_history);
  visit("force_pushes", value.force_pushes);
  visit("deletions", value.deletions);
  visit("block_creations", value.block_creations);
  visit("conversation_resolution", value.conversation_resolution);
  visit("lock_branch", value.lock_branch);
  visit("fork_syncing", value.fork_syncing);
}

template <class V>
void fields(V& visit, HeaderLine& value) {
  static_assert(boost::pfr::tuple_size_v<HeaderLine> == 2);
  visit("name", value.name);
  visit("value", value.value);
}

template <class V>
void fields(V& visit, HookDelivery& value) {
  static_assert(boost::pfr::tuple_size_v<HookDelivery> == 15);
  visit("id", value.id);
  visit("guid", value.guid);
  visit("event", value.event);
  visit("action", value.action);
  visit("url", value.url);
  visit.bytes("payload", value.payload);
  visit("redelivery", value.redelivery);
  visit("is_sent", value.is_sent);
  visit("status", value.status);
  visit("outcome", value.outcome);
  visit("took", value.took);
  visit("request_headers", value.request_headers);
  visit("response_headers", value.response_headers);
  visit.bytes("response", value.response);
  visit("at", value.at);
}

template <class V>
void fields(V& visit, Hook& value) {
  static_assert(boost::pfr::tuple_size_v<Hook> == 10);
  visit("id", value.id);
  visit("active", value.active);
  visit("events", value.events);
  visit("url", value.url);
  visit("content_type", value.content_type);
  visit("secret", value.secret);
  visit("insecure_tls", value.insecure_tls);
  visit("deliveries", value.deliveries);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Repository& value) {
  fields(visit, static_cast<GitObjects&>(value));
  visit("id", value.id);
  visit("owner", value.owner);
  visit("name", value.name);
  visit("description", value.description);
  visit("homepage", value.homepage);
  visit("is_private", value.is_private);
  visit("archived", value.archived);
  visit("has_issues", value.has_issues);
  visit("is_template", value.is_template);
  visit("delete_branch_on_merge", value.delete_branch_on_merge);
  visit("default_branch", value.default_branch);
  visit("topics", value.topics);
  visit("branches", value.branches);
  visit("tags", value.tags);
  visit("other_refs", value.other_refs);
  visit("protections", value.protections);
  visit("collaborators", value.collaborators);
  visit("workflows", value.workflows);
  visit.each("runs", value.runs);
  visit("environments", value.environments);
  visit.each("deployments", value.deployments);
  visit("secrets", value.secrets);
  visit("variables", value.variables);
  visit("labels", value.labels);
  visit.each("issues", value.issues);
  visit("pulls", value.pulls);
  visit.each("statuses", value.statuses);
  visit.each("check_runs", value.check_runs);
  visit.each("check_suites", value.check_suites);
  visit("releases", value.releases);
  visit("hooks", value.hooks);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
  visit("pushed_at", value.pushed_at);
}

template <class V>
void fields(V& visit, Team& value) {
  static_assert(boost::pfr::tuple_size_v<Team> == 5);
  visit("id", value.id);
  visit("slug", value.slug);
  visit("name", value.name);
  visit("description", value.description);
  visit("members", value.members);
}

template <class V>
void fields(V& visit, Organization& value) {
  static_assert(boost::pfr::tuple_size_v<Organization> == 8);
  visit("id", value.id);
  visit("plan", value.plan);
  visit("owners", value.owners);
  visit("members", value.members);
  visit("secrets", value.secrets);
  visit("variables", value.variables);
  visit("teams", value.teams);
  visit("hooks", value.hooks);
}

template <class V>
void fields(V& visit, Window& value) {
  static_assert(boost::pfr::tuple_size_v<Window> == 2);
  visit("used", value.used);
  visit("resets_at", value.resets_at);
}

template <class V>
void fields(V& visit, HookCall& value) {
  static_assert(boost::pfr::tuple_size_v<HookCall> == 3);
  visit("hook", value.hook);
  visit("delivery", value.delivery);
  visit("repository", value.repository);
}

template <class V>
void fields(V& visit, GitHub& value) {  // but for the repositories
  static_assert(boost::pfr::tuple_size_v<GitHub> == 9);
  visit("organizations", value.organizations);
  visit("moved", value.moved);
  visit("windows", value.windows);
  visit("writes_a_minute", value.writes_a_minute);
  visit("key_seed", value.key_seed);
  visit("hook_calls", value.hook_calls);
  visit("advanced_to", value.advanced_to);
}

}  // namespace landfall::sandbox
