// What of git and Actions is kept on disk: see record.h.
#pragma once

#include <boost/pfr/tuple_size.hpp>

#include "sandbox/actions_state.h"
#include "sandbox/git_state.h"
#include "sandbox/record.h"

namespace landfall::sandbox {

// A static_assert that fails: a member was added to the struct, and has to be added here too, or it
// would be lost when the sandbox starts again.

template <>
constexpr Progress last_of<Progress>() {
  return Progress::completed;
}

template <class V>
void fields(V& visit, TreeFile& value) {
  static_assert(boost::pfr::tuple_size_v<TreeFile> == 2);
  visit("content", value.content);
  visit("mode", value.mode);
}

template <class V>
void fields(V& visit, TreeEntry& value) {
  static_assert(boost::pfr::tuple_size_v<TreeEntry> == 3);
  visit("name", value.name);
  visit("mode", value.mode);
  visit("sha", value.sha);
}

template <class V>
void fields(V& visit, Signature& value) {
  static_assert(boost::pfr::tuple_size_v<Signature> == 4);
  visit("name", value.name);
  visit("email", value.email);
  visit("at", value.at);
  visit("zone_minutes", value.zone_minutes);
}

template <class V>
void fields(V& visit, Commit& value) {
  static_assert(boost::pfr::tuple_size_v<Commit> == 11);
  visit("sha", value.sha);
  visit("parents", value.parents);
  visit("author", value.author);
  visit("message", value.message);
  visit("at", value.at);
  visit("tree", value.tree);
  visit("files", value.files);
  visit("authored", value.authored);
  visit("committed", value.committed);
  visit.bytes("raw", value.raw);
  visit("git_sha", value.git_sha);
}

template <class V>
void fields(V& visit, TagObject& value) {
  static_assert(boost::pfr::tuple_size_v<TagObject> == 7);
  visit("sha", value.sha);
  visit("name", value.name);
  visit("message", value.message);
  visit("object", value.object);
  visit("type", value.type);
  visit("tagged", value.tagged);
  visit.bytes("raw", value.raw);
}

template <class V>
void fields(V& visit, GitObjects& value) {
  static_assert(boost::pfr::tuple_size_v<GitObjects> == 5);
  visit.bytes_of("blobs", value.blobs);
  visit("trees", value.trees);
  visit("commits", value.commits);
  visit("tag_objects", value.tag_objects);
  visit("declared", value.declared);
}

template <class V>
void fields(V& visit, RunStep& value) {
  static_assert(boost::pfr::tuple_size_v<RunStep> == 2);
  visit("name", value.name);
  visit("conclusion", value.conclusion);
}

template <class V>
void fields(V& visit, Concurrency& value) {
  static_assert(boost::pfr::tuple_size_v<Concurrency> == 2);
  visit("group", value.group);
  visit("cancels", value.cancels);
}

template <class V>
void fields(V& visit, RunJob& value) {
  static_assert(boost::pfr::tuple_size_v<RunJob> == 22);
  visit("id", value.id);
  visit("key", value.key);
  visit("name", value.name);
  visit("needs", value.needs);
  visit("environment", value.environment);
  visit("environment_url", value.environment_url);
  visit("concurrency", value.concurrency);
  visit("outcome", value.outcome);
  visit("takes", value.takes);
  visit("steps", value.steps);
  visit("log", value.log);
  visit("always", value.always);
  visit("condition", value.condition);
  visit("progress", value.progress);
  visit("conclusion", value.conclusion);
  visit("approved", value.approved);
  visit("held", value.held);
  visit("waits_since", value.waits_since);
  visit("deployment", value.deployment);
  visit("created_at", value.created_at);
  visit("started_at", value.started_at);
  visit("completed_at", value.completed_at);
}

template <class V>
void fields(V& visit, Outcome& value) {
  static_assert(boost::pfr::tuple_size_v<Outcome> == 4);
  visit("branches", value.branches);
  visit("conclusion", value.conclusion);
  visit("takes", value.takes);
  visit("jobs", value.jobs);
}

template <class V>
void fields(V& visit, Schedule& value) {
  static_assert(boost::pfr::tuple_size_v<Schedule> == 2);
  visit("cron", value.cron);
  visit("next", value.next);
}

template <class V>
void fields(V& visit, Workflow& value) {
  static_assert(boost::pfr::tuple_size_v<Workflow> == 8);
  visit("schedules", value.schedules);
  visit("id", value.id);
  visit("path", value.path);
  visit("name", value.name);
  visit("state", value.state);
  visit("outcomes", value.outcomes);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Approval& value) {
  static_assert(boost::pfr::tuple_size_v<Approval> == 5);
  visit("user", value.user);
  visit("state", value.state);
  visit("comment", value.comment);
  visit("environments", value.environments);
  visit("at", value.at);
}

template <class V>
void fields(V& visit, RunAttempt& value) {
  static_assert(boost::pfr::tuple_size_v<RunAttempt> == 6);
  visit("number", value.number);
  visit("conclusion", value.conclusion);
  visit("triggering_actor", value.triggering_actor);
  visit("jobs", value.jobs);
  visit("started_at", value.started_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Run& value) {
  static_assert(boost::pfr::tuple_size_v<Run> == 29);
  visit("id", value.id);
  visit("number", value.number);
  visit("workflow", value.workflow);
  visit("check_suite", value.check_suite);
  visit("attempt", value.attempt);
  visit("name", value.name);
  visit("event", value.event);
  visit("branch", value.branch);
  visit("ref", value.ref);
  visit("sha", value.sha);
  visit("actor", value.actor);
  visit("triggering_actor", value.triggering_actor);
  visit("title", value.title);
  visit("inputs", value.inputs);
  visit("input_types", value.input_types);
  visit("pulls", value.pulls);
  visit("schedule", value.schedule);
  visit("chain", value.chain);
  visit("concurrency", value.concurrency);
  visit("jobs", value.jobs);
  visit("earlier", value.earlier);
  visit("approvals", value.approvals);
  visit("progress", value.progress);
  visit("conclusion", value.conclusion);
  visit("cancelled", value.cancelled);
  visit("has_logs", value.has_logs);
  visit("created_at", value.created_at);
  visit("started_at", value.started_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, BranchPolicy& value) {
  static_assert(boost::pfr::tuple_size_v<BranchPolicy> == 3);
  visit("id", value.id);
  visit("name", value.name);
  visit("type", value.type);
}

template <class V>
void fields(V& visit, Secret& value) {
  static_assert(boost::pfr::tuple_size_v<Secret> == 5);
  visit.bytes("value", value.value);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
  visit("visibility", value.visibility);
  visit("selected", value.selected);
}

template <class V>
void fields(V& visit, Variable& value) {
  static_assert(boost::pfr::tuple_size_v<Variable> == 5);
  visit("value", value.value);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
  visit("visibility", value.visibility);
  visit("selected", value.selected);
}

template <class V>
void fields(V& visit, GateEnvironment& value) {
  static_assert(boost::pfr::tuple_size_v<GateEnvironment> == 14);
  visit("id", value.id);
  visit("name", value.name);
  visit("wait_timer", value.wait_timer);
  visit("prevent_self_review", value.prevent_self_review);
  visit("admins_bypass", value.admins_bypass);
  visit("reviewers", value.reviewers);
  visit("team_reviewers", value.team_reviewers);
  visit("protected_branches", value.protected_branches);
  visit("custom_branch_policies", value.custom_branch_policies);
  visit("branch_policies", value.branch_policies);
  visit("secrets", value.secrets);
  visit("variables", value.variables);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, DeploymentStatus& value) {
  static_assert(boost::pfr::tuple_size_v<DeploymentStatus> == 7);
  visit("id", value.id);
  visit("state", value.state);
  visit("description", value.description);
  visit("log_url", value.log_url);
  visit("environment_url", value.environment_url);
  visit("creator", value.creator);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, Deployment& value) {
  static_assert(boost::pfr::tuple_size_v<Deployment> == 13);
  visit("id", value.id);
  visit("environment", value.environment);
  visit("sha", value.sha);
  visit("ref", value.ref);
  visit("task", value.task);
  visit("payload", value.payload);
  visit("description", value.description);
  visit("creator", value.creator);
  visit("is_transient", value.is_transient);
  visit("is_production", value.is_production);
  visit("statuses", value.statuses);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

}  // namespace landfall::sandbox
