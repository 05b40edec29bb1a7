// What of the sandbox's GitHub is kept on disk: see record.h.
#pragma once

#include <boost/pfr/tuple_size.hpp>

#include "sandbox/github_state.h"
#include "sandbox/record.h"

namespace landfall::sandbox {

// A static_assert that fails: a member was added to the struct, and has to be added here too, or it
// would be lost when the sandbox starts again.

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
  static_assert(boost::pfr::tuple_size_v<Commit> == 10);
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
  static_assert(boost::pfr::tuple_size_v<GitObjects> == 4);
  visit.bytes_of("blobs", value.blobs);
  visit("trees", value.trees);
  visit("commits", value.commits);
  visit("tag_objects", value.tag_objects);
}

template <class V>
void fields(V& visit, RunStep& value) {
  static_assert(boost::pfr::tuple_size_v<RunStep> == 2);
  visit("name", value.name);
  visit("conclusion", value.conclusion);
}

template <class V>
void fields(V& visit, RunJob& value) {
  static_assert(boost::pfr::tuple_size_v<RunJob> == 4);
  visit("id", value.id);
  visit("name", value.name);
  visit("conclusion", value.conclusion);
  visit("steps", value.steps);
}

template <class V>
void fields(V& visit, OnPush& value) {
  static_assert(boost::pfr::tuple_size_v<OnPush> == 4);
  visit("branches", value.branches);
  visit("conclusion", value.conclusion);
  visit("takes", value.takes);
  visit("jobs", value.jobs);
}

template <class V>
void fields(V& visit, Workflow& value) {
  static_assert(boost::pfr::tuple_size_v<Workflow> == 7);
  visit("id", value.id);
  visit("path", value.path);
  visit("name", value.name);
  visit("state", value.state);
  visit("on_push", value.on_push);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Run& value) {
  static_assert(boost::pfr::tuple_size_v<Run> == 13);
  visit("id", value.id);
  visit("number", value.number);
  visit("workflow", value.workflow);
  visit("event", value.event);
  visit("branch", value.branch);
  visit("sha", value.sha);
  visit("actor", value.actor);
  visit("title", value.title);
  visit("conclusion", value.conclusion);
  visit("jobs", value.jobs);
  visit("created_at", value.created_at);
  visit("finished_at", value.finished_at);
  visit("waits_for", value.waits_for);
}

template <class V>
void fields(V& visit, BranchPolicy& value) {
  static_assert(boost::pfr::tuple_size_v<BranchPolicy> == 3);
  visit("id", value.id);
  visit("name", value.name);
  visit("type", value.type);
}

template <class V>
void fields(V& visit, GateEnvironment& value) {
  static_assert(boost::pfr::tuple_size_v<GateEnvironment> == 12);
  visit("id", value.id);
  visit("name", value.name);
  visit("wait_timer", value.wait_timer);
  visit("prevent_self_review", value.prevent_self_review);
  visit("reviewers", value.reviewers);
  visit("protected_branches", value.protected_branches);
  visit("custom_branch_policies", value.custom_branch_policies);
  visit("branch_policies", value.branch_policies);
  visit("secrets", value.secrets);
  visit("variables", value.variables);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
}

template <class V>
void fields(V& visit, Deployment& value) {
  static_assert(boost::pfr::tuple_size_v<Deployment> == 7);
  visit("id", value.id);
  visit("environment", value.environment);
  visit("sha", value.sha);
  visit("ref", value.ref);
  visit("creator", value.creator);
  visit("state", value.state);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, Comment& value) {
  static_assert(boost::pfr::tuple_size_v<Comment> == 4);
  visit("id", value.id);
  visit("user", value.user);
  visit("body", value.body);
  visit("created_at", value.created_at);
}

template <class V>
void fields(V& visit, Issue& value) {
  static_assert(boost::pfr::tuple_size_v<Issue> == 13);
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
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
  visit("closed_at", value.closed_at);
}

template <class V>
void fields(V& visit, Repository& value) {
  fields(visit, static_cast<GitObjects&>(value));
  visit("id", value.id);
  visit("owner", value.owner);
  visit("name", value.name);
  visit("description", value.description);
  visit("is_private", value.is_private);
  visit("archived", value.archived);
  visit("default_branch", value.default_branch);
  visit("branches", value.branches);
  visit("tags", value.tags);
  visit("other_refs", value.other_refs);
  visit("protected_branches", value.protected_branches);
  visit("workflows", value.workflows);
  visit("runs", value.runs);
  visit("environments", value.environments);
  visit("deployments", value.deployments);
  visit("secrets", value.secrets);
  visit("variables", value.variables);
  visit("issues", value.issues);
  visit("created_at", value.created_at);
  visit("updated_at", value.updated_at);
  visit("pushed_at", value.pushed_at);
}

template <class V>
void fields(V& visit, Organization& value) {
  static_assert(boost::pfr::tuple_size_v<Organization> == 3);
  visit("plan", value.plan);
  visit("secrets", value.secrets);
  visit("variables", value.variables);
}

template <class V>
void fields(V& visit, GitHub& value) {  // but for the repositories
  static_assert(boost::pfr::tuple_size_v<GitHub> == 2);
  visit("organizations", value.organizations);
}

}  // namespace landfall::sandbox
