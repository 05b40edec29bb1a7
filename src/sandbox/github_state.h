// What the sandbox's GitHub knows: plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "sandbox/git_state.h"

namespace landfall::sandbox {

struct RunStep {
  std::string name;
  std::string conclusion;
};
struct RunJob {
  std::int64_t id = 0;
  std::string name;
  std::string conclusion;
  std::vector<RunStep> steps;
};

/// What a push does while the workflow's file is there: the sandbox has no runner.
struct OnPush {
  std::vector<std::string> branches;
  std::string conclusion = "failure";
  Duration takes{30'000};
  std::vector<RunJob> jobs;
};

struct Workflow {
  std::int64_t id = 0;
  std::string path;
  std::string name;
  std::string state = "active";
  std::optional<OnPush> on_push;
  Instant created_at{};
  Instant updated_at{};
};

struct Run {
  std::int64_t id = 0;
  std::int64_t number = 0;
  std::int64_t workflow = 0;
  std::string event;
  std::string branch;
  std::string sha;
  std::string actor;
  std::string title;
  std::string conclusion;  ///< that it will have once it is finished
  std::vector<RunJob> jobs;
  Instant created_at{};
  Instant finished_at{};                 ///< a run is under way before this
  std::optional<std::string> waits_for;  ///< the environment whose reviewers it waits for
};

struct BranchPolicy {
  std::int64_t id = 0;
  std::string name;
  std::string type = "branch";
};

struct GateEnvironment {
  std::int64_t id = 0;
  std::string name;
  std::int64_t wait_timer = 0;  ///< minutes
  bool prevent_self_review = false;
  std::vector<std::string> reviewers;  ///< logins
  bool protected_branches = false;
  bool custom_branch_policies = false;
  std::vector<BranchPolicy> branch_policies;
  std::map<std::string, Instant> secrets;
  std::map<std::string, std::string> variables;  ///< name to value
  Instant created_at{};
  Instant updated_at{};
};

struct Deployment {
  std::int64_t id = 0;
  std::string environment;
  std::string sha;
  std::string ref;
  std::string creator;
  std::string state;
  Instant created_at{};
};

struct Comment {
  std::int64_t id = 0;
  std::string user;
  std::string body;
  Instant created_at{};
};

struct Issue {
  std::int64_t id = 0;
  std::int64_t number = 0;
  std::string title;
  std::string body;
  std::string user;
  std::string state = "open";
  std::optional<std::string> state_reason;
  std::vector<std::string> labels;
  std::vector<std::string> assignees;
  std::vector<Comment> comments;
  Instant created_at{};
  Instant updated_at{};
  std::optional<Instant> closed_at;
};

struct Repository : GitObjects {
  std::int64_t id = 0;
  std::string owner;
  std::string name;
  std::string description;
  bool is_private = false;
  bool archived = false;
  std::string default_branch = "main";
  Names branches;
  Names tags;
  Names other_refs;                                       ///< by full name
  std::set<std::string, std::less<>> protected_branches;  ///< names
  std::vector<Workflow> workflows;
  std::vector<Run> runs;  ///< oldest first
  std::vector<GateEnvironment> environments;
  std::vector<Deployment> deployments;  ///< oldest first
  std::map<std::string, Instant> secrets;
  std::map<std::string, std::string> variables;  ///< name to value
  std::vector<Issue> issues;
  Instant created_at{};
  Instant updated_at{};
  Instant pushed_at{};

  std::string full_name() const { return owner + "/" + name; }
  /// All files of a commit; none: the world file gives it no folder.
  std::optional<Tree> files_of(Commit const& commit) const;
  Commit const* head() const;  ///< of the default branch; nullptr: the repository is empty
};

/// Shares its secrets and variables with all of its repositories.
struct Organization {
  std::string plan;  ///< empty: shown to nobody
  std::map<std::string, Instant> secrets;
  std::map<std::string, std::string> variables;
};

struct GitHub {
  std::vector<Repository> repositories;
  std::map<std::string, Organization, std::less<>> organizations;  ///< by login
  Repository* find(std::string_view owner, std::string_view name);
  Repository* find(std::int64_t id);
};

}  // namespace landfall::sandbox
