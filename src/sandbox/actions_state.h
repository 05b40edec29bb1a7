// What the sandbox's GitHub knows of Actions: workflows, what their runs will do, and the runs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace landfall::sandbox {

struct RunStep {
  std::string name;
  std::string conclusion;
};

/// A group in which one run or job is under way and one at most waits.
struct Concurrency {
  std::string group;
  bool cancels = false;  ///< cancel-in-progress
};

/// GitHub's words for the states of jobs and runs, in the order in which they are passed.
enum class Progress { queued, pending, waiting, in_progress, completed };

struct RunJob {
  std::int64_t id = 0;
  std::string key;   ///< under `jobs:` of the file
  std::string name;  ///< as people see it
  std::vector<std::string> needs;
  std::string environment;  ///< empty: none
  std::string environment_url;
  std::optional<Concurrency> concurrency;
  std::string outcome = "success";  ///< the conclusion that it will have if it runs
  Duration takes{};
  std::vector<RunStep> steps;
  std::string log;
  bool always = false;    ///< runs whatever became of what it needs: the world file says so
  std::string condition;  ///< its `if` as it stands in the file

  Progress progress = Progress::queued;
  std::string conclusion;  ///< empty: not completed
  bool approved = false;   ///< by a reviewer of its environment
  bool held = false;       ///< must be approved whatever the plan: the world file says so
  std::optional<Instant> waits_since;
  std::int64_t deployment = 0;  ///< 0: none yet
  Instant created_at{};
  std::optional<Instant> started_at;
  std::optional<Instant> completed_at;
};

/// What a run of a workflow does: the sandbox has no runner. Jobs are matched with those of the
/// file by key or name.
struct Outcome {
  std::optional<std::vector<std::string>> branches;  ///< none: as the file says
  std::string conclusion = "success";
  Duration takes{30'000};
  std::vector<RunJob> jobs;
};

/// A cron line of a workflow's file on the default branch.
struct Schedule {
  std::string cron;
  std::optional<Instant> next;  ///< none: it never comes
};

struct Workflow {
  std::int64_t id = 0;
  std::string path;
  std::string name;
  std::string state = "active";
  std::map<std::string, Outcome, std::less<>> outcomes;  ///< by event; "any": of all others
  std::vector<Schedule> schedules;
  Instant created_at{};
  Instant updated_at{};
};

/// What a reviewer said of a run's environments.
struct Approval {
  std::string user;
  std::string state;  ///< approved or rejected
  std::string comment;
  std::vector<std::string> environments;
  Instant at{};
};

/// An attempt that a re-run has replaced.
struct RunAttempt {
  std::int64_t number = 1;
  std::string conclusion;
  std::string triggering_actor;
  std::vector<RunJob> jobs;
  Instant started_at{};
  Instant updated_at{};
};

struct Run {
  std::int64_t id = 0;
  std::int64_t number = 0;
  std::int64_t workflow = 0;
  std::int64_t check_suite = 0;
  std::int64_t attempt = 1;
  std::string name;  ///< of the workflow, at that time
  std::string event;
  std::string branch;  ///< short name of a branch or tag
  std::string ref;     ///< GITHUB_REF: "refs/heads/main"
  std::string sha;
  std::string actor;
  std::string triggering_actor;
  std::string title;
  std::map<std::string, std::string> inputs;
  std::map<std::string, std::string> input_types;  ///< as the file gives them
  std::vector<std::int64_t> pulls;                 ///< numbers
  std::string schedule;                            ///< the cron line that started it
  int chain = 0;  ///< how many runs stand before it by workflow_run
  std::optional<Concurrency> concurrency;
  std::vector<RunJob> jobs;
  std::vector<RunAttempt> earlier;
  std::vector<Approval> approvals;
  Progress progress = Progress::queued;
  std::string conclusion;  ///< empty: not completed
  bool cancelled = false;
  bool has_logs = true;
  Instant created_at{};
  Instant started_at{};  ///< of this attempt
  Instant updated_at{};
};

struct BranchPolicy {
  std::int64_t id = 0;
  std::string name;
  std::string type = "branch";
};

struct Secret {
  std::string value;  ///< as it was sealed, opened; nobody is shown it
  Instant created_at{};
  Instant updated_at{};
  std::string visibility;              ///< of an organisation's: all, private or selected
  std::vector<std::int64_t> selected;  ///< ids of repositories
};
using Secrets = std::map<std::string, Secret, std::less<>>;

struct Variable {
  std::string value;
  Instant created_at{};
  Instant updated_at{};
  std::string visibility;
  std::vector<std::int64_t> selected;
};
using Variables = std::map<std::string, Variable, std::less<>>;

struct GateEnvironment {
  std::int64_t id = 0;
  std::string name;
  std::int64_t wait_timer = 0;  ///< minutes
  bool prevent_self_review = false;
  bool admins_bypass = true;
  std::vector<std::string> reviewers;       ///< logins
  std::vector<std::string> team_reviewers;  ///< slugs of the owner's teams
  bool protected_branches = false;
  bool custom_branch_policies = false;
  std::vector<BranchPolicy> branch_policies;
  Secrets secrets;
  Variables variables;
  Instant created_at{};
  Instant updated_at{};
};

struct DeploymentStatus {
  std::int64_t id = 0;
  std::string state;
  std::string description;
  std::string log_url;
  std::string environment_url;
  std::string creator;
  Instant created_at{};
};

struct Deployment {
  std::int64_t id = 0;
  std::string environment;
  std::string sha;
  std::string ref;
  std::string task = "deploy";
  std::string payload = "{}";  ///< JSON
  std::string description;
  std::string creator;
  bool is_transient = false;
  bool is_production = false;
  std::vector<DeploymentStatus> statuses;  ///< oldest first
  Instant created_at{};
  Instant updated_at{};
};

}  // namespace landfall::sandbox
