// What the sandbox's GitHub knows: plain values.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "sandbox/actions_state.h"
#include "sandbox/git_state.h"

namespace landfall::sandbox {

struct Comment {
  std::int64_t id = 0;
  std::string user;
  std::string body;
  Instant created_at{};
  Instant updated_at{};
};

struct Label {
  std::int64_t id = 0;
  std::string name;
  std::string color = "ededed";
  std::string description;
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
  bool locked = false;
  Instant created_at{};
  Instant updated_at{};
  std::optional<Instant> closed_at;
  std::string closed_by;
};

/// What a pull request has besides the issue of its number.
struct Pull {
  std::int64_t id = 0;
  std::int64_t number = 0;
  std::string head;  ///< a branch
  std::string head_sha;
  std::string base;
  std::string base_sha;
  bool draft = false;
  std::optional<Instant> merged_at;
  std::string merged_by;
  std::string merge_sha;
};

struct CommitStatus {
  std::int64_t id = 0;
  std::string sha;
  std::string context = "default";
  std::string state;
  std::string description;
  std::string target_url;
  std::string creator;
  Instant created_at{};
};

struct CheckRun {
  std::int64_t id = 0;
  std::int64_t suite = 0;
  std::string sha;
  std::string name;
  std::string status = "queued";
  std::string conclusion;
  std::string external_id;
  std::string details_url;
  std::optional<std::string> title;
  std::optional<std::string> summary;
  std::optional<std::string> text;
  std::string creator;
  std::optional<Instant> started_at;
  std::optional<Instant> completed_at;
};

struct CheckSuite {
  std::int64_t id = 0;
  std::string sha;
  std::string branch;
  Instant created_at{};
  Instant updated_at{};
};

struct GitHubRelease {
  std::int64_t id = 0;
  std::string tag;
  std::string target;
  std::string name;
  std::string body;
  std::string author;
  bool draft = false;
  bool prerelease = false;
  Instant created_at{};
  std::optional<Instant> published_at;
};

struct BranchProtection {
  bool strict_checks = false;
  std::optional<std::vector<std::string>> checks;  ///< required contexts; none: no such rule
  std::optional<std::int64_t> reviews;             ///< approving reviews; none: no such rule
  bool dismisses_stale = false;
  bool code_owners = false;
  bool last_push_approval = false;
  bool enforce_admins = false;
  std::optional<std::vector<std::string>> push_users;  ///< who may push; none: all who may write
  std::vector<std::string> push_teams;
  bool linear_history = false;
  bool force_pushes = false;
  bool deletions = false;
  bool block_creations = false;
  bool conversation_resolution = false;
  bool lock_branch = false;
  bool fork_syncing = false;
};

struct HeaderLine {
  std::string name;
  std::string value;
};

struct HookDelivery {
  std::int64_t id = 0;
  std::string guid;
  std::string event;
  std::string action;  ///< empty: the event has none
  std::string url;
  std::string payload;  ///< the body that was sent, or will be
  bool redelivery = false;
  bool is_sent = false;
  int status = 0;  ///< 0: nothing came back
  std::string outcome;
  Duration took{};
  std::vector<HeaderLine> request_headers;
  std::vector<HeaderLine> response_headers;
  std::string response;
  Instant at{};
};

struct Hook {
  std::int64_t id = 0;
  bool active = true;
  std::vector<std::string> events;
  std::string url;
  std::string content_type = "form";
  std::string secret;
  bool insecure_tls = false;
  std::deque<HookDelivery> deliveries;  ///< the newest 100, oldest first
  Instant created_at{};
  Instant updated_at{};
};

struct Repository : GitObjects {
  std::int64_t id = 0;
  std::string owner;
  std::string name;
  std::string description;
  std::string homepage;
  bool is_private = false;
  bool archived = false;
  bool has_issues = true;
  bool is_template = false;
  bool delete_branch_on_merge = false;
  std::string default_branch = "main";
  std::vector<std::string> topics;
  Names branches;
  Names tags;
  Names other_refs;                                                  ///< by full name
  std::map<std::string, BranchProtection, std::less<>> protections;  ///< by branch
  /// Login to role; none: what a token may do it may do here.
  std::optional<std::map<std::string, std::string, std::less<>>> collaborators;
  std::vector<Workflow> workflows;
  std::vector<Run> runs;  ///< oldest first
  std::vector<GateEnvironment> environments;
  std::vector<Deployment> deployments;  ///< oldest first
  Secrets secrets;
  Variables variables;
  std::vector<Label> labels;
  std::vector<Issue> issues;  ///< pull requests' too; by number
  std::vector<Pull> pulls;
  std::vector<CommitStatus> statuses;  ///< oldest first
  std::vector<CheckRun> check_runs;
  std::vector<CheckSuite> check_suites;
  std::vector<GitHubRelease> releases;
  std::vector<Hook> hooks;
  Instant created_at{};
  Instant updated_at{};
  Instant pushed_at{};

  std::string full_name() const { return owner + "/" + name; }
  /// All files of a commit; none: the world file gives it no folder.
  std::optional<Tree> files_of(Commit const& commit) const;
  Commit const* head() const;  ///< of the default branch; nullptr: the repository is empty
};

struct Team {
  std::int64_t id = 0;
  std::string slug;
  std::string name;
  std::string description;
  std::vector<std::string> members;  ///< logins
};

/// Shares its secrets and variables with all of its repositories.
struct Organization {
  std::int64_t id = 0;
  std::string plan;                            ///< empty: shown to nobody
  std::set<std::string, std::less<>> owners;   ///< logins; none: all tokens with the role admin
  std::set<std::string, std::less<>> members;  ///< logins besides
  Secrets secrets;
  Variables variables;
  std::vector<Team> teams;
  std::vector<Hook> hooks;
};

/// A number of requests in an hour, as GitHub counts them: all are there again when it is over.
struct Window {
  std::int64_t used = 0;
  Instant resets_at{};
};

/// A delivery that the wiring has to send.
struct HookCall {
  std::int64_t hook = 0;
  std::int64_t delivery = 0;
  std::int64_t repository = 0;  ///< that it is about
};

struct GitHub {
  std::vector<Repository> repositories;
  std::map<std::string, Organization, std::less<>> organizations;  ///< by login
  std::map<std::string, std::int64_t, std::less<>> moved;  ///< old full name, lower case, to id
  std::map<std::string, Window, std::less<>> windows;      ///< by token and resource
  std::int64_t writes_a_minute = 80;  ///< of a token, before the secondary limit
  std::string key_seed;               ///< of the keys that secrets are sealed with
  std::vector<HookCall> hook_calls;
  Instant advanced_to{};              ///< runs have been followed up to here
  std::vector<std::int64_t> changed;  ///< repositories where a run got on by itself, to be saved

  Repository* find(std::string_view owner, std::string_view name);
  Repository* find(std::int64_t id);
};

}  // namespace landfall::sandbox
