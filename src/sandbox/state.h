// All that the sandbox knows: plain values, changed by API requests, builds and dynos. Its words
// are Heroku's and GitHub's own, which facts use as well: hence the namespace.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "world/http.h"
#include "world/random.h"

namespace landfall::sandbox {

struct User {
  std::string login;
  std::int64_t id = 0;  ///< GitHub's
  std::string uuid;     ///< Heroku's
  std::string name;
  std::string email;
  std::string plan;  ///< what the user pays GitHub for; empty: shown to nobody
};

enum class Platform { heroku, github, router };
enum class Role { read, write, admin };  ///< of a GitHub token, in all repositories

/// Tokens of a bucket that fills by itself: what is left is a function of the time.
struct Bucket {
  double left = 0;
  Instant filled_at{};
};

struct Token {
  Platform platform = Platform::heroku;
  std::string user;
  Role role = Role::write;
  std::optional<Bucket> bucket;  ///< none: not used yet
};

struct TreeFile {
  std::string content;
  unsigned mode = 0644;
  bool operator==(TreeFile const&) const = default;
};
using Tree = std::map<std::string, TreeFile, std::less<>>;  ///< by path

// ---- Heroku ----

struct Formation {
  std::string id;
  std::string type;
  std::string command;
  int quantity = 0;
  std::string size = "Basic";
  Instant created_at{};
  Instant updated_at{};
};

enum class DynoState { starting, up, crashed };

struct Dyno {
  std::string id;
  std::string name;  ///< "web.1"
  std::string type;
  std::string command;
  std::string size;
  std::string release_id;
  std::int64_t release_version = 0;
  DynoState state = DynoState::starting;
  int port = 0;     ///< 0: it serves nothing
  int crashes = 0;  ///< in a row
  Instant created_at{};
  Instant updated_at{};
};

struct Slug {
  std::string id;
  std::string commit;
  std::string commit_description;
  std::string stack;
  std::string checksum;
  std::string buildpack;
  std::map<std::string, std::string, std::less<>> process_types;
  std::string archive;   ///< .tar.gz of the app's folder
  bool uploaded = true;  ///< false: made by the slug API and still waiting for its blob
  std::string secret;    ///< names its blob in URLs
  Instant created_at{};
};

enum class ReleaseStatus { pending, succeeded, failed };

using Config = std::map<std::string, std::string, std::less<>>;

struct Release {
  std::string id;
  std::int64_t version = 0;
  std::string description;
  std::string user;  ///< a login
  std::optional<std::string> slug;
  ReleaseStatus status = ReleaseStatus::succeeded;
  Config config;
  std::string output;         ///< of its release phase
  std::string output_secret;  ///< empty: it has no release phase
  Instant created_at{};
  Instant updated_at{};
};

enum class BuildStatus { pending, succeeded, failed };

struct Build {
  std::string id;
  BuildStatus status = BuildStatus::pending;
  std::string user;
  std::string source_url;
  std::string source_version;
  std::string source_description;
  std::optional<std::string> source_checksum;
  std::optional<std::string> slug;
  std::optional<std::string> release;
  std::string output;
  std::string output_secret;
  Instant created_at{};
  Instant updated_at{};
};

struct Domain {
  std::string id;
  std::string hostname;
  Instant created_at{};
};

struct App {
  std::string id;
  std::string name;
  std::string host;  ///< the first label of its host name: NAME-HASH
  std::string owner;
  std::string stack = "heroku-24";
  bool maintenance = false;
  std::set<std::string> features;
  std::optional<std::set<std::string>> access;  ///< logins besides the owner; none: everybody
  Config config;
  std::vector<Domain> domains;
  std::vector<Release> releases;  ///< oldest first
  std::map<std::string, Slug> slugs;
  std::vector<Build> builds;  ///< oldest first
  std::map<std::string, Formation> formation;
  std::vector<Dyno> dynos;  ///< by type and number
  Instant created_at{};
  Instant updated_at{};
  std::optional<Instant> archived_at;

  Release const* current() const;  ///< the newest that succeeded; never null after loading
  Slug const* slug_of(Release const& release) const;
  Release* release(std::string_view id);
  Build* build(std::string_view id);
  bool can_see(std::string const& login) const;
};

/// An upload of POST /sources.
struct Source {
  std::optional<std::string> content;
  Instant created_at{};
};

struct Heroku {
  std::map<std::string, App, std::less<>> apps;        ///< by name
  std::map<std::string, Source, std::less<>> sources;  ///< by the secret in their URLs
  Duration build_takes{500};
  App* find(std::string_view name_or_id);
};

// ---- GitHub ----

struct Commit {
  std::string sha;
  std::vector<std::string> parents;
  std::string author;  ///< a login
  std::string message;
  Instant at{};
  std::optional<std::size_t> tree;                ///< index into Repository::trees
  std::optional<std::vector<std::string>> files;  ///< paths it changed; none: not known
  std::string title() const { return message.substr(0, message.find('\n')); }
};

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

struct Repository {
  std::int64_t id = 0;
  std::string owner;
  std::string name;
  std::string description;
  bool is_private = false;
  bool archived = false;
  std::string default_branch = "main";
  std::vector<Tree> trees;
  std::map<std::string, Commit, std::less<>> commits;        ///< by sha
  std::map<std::string, std::string, std::less<>> branches;  ///< name to sha
  std::map<std::string, std::string, std::less<>> tags;      ///< name to sha
  std::set<std::string, std::less<>> protected_branches;     ///< names
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
  Tree const* tree_of(Commit const& commit) const;
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
};

// ---- both ----

/// drop: the request never arrives; lost: it does, and its answer does not.
enum class FaultKind { status, latency, stall, truncate, html, huge, drop, lost };

struct Fault {
  std::int64_t id = 0;
  Platform platform = Platform::heroku;
  std::string method;      ///< empty: any
  std::string path = "/";  ///< a prefix
  FaultKind kind = FaultKind::status;
  int status = 500;
  std::optional<std::int64_t> retry_after;  ///< seconds
  Duration latency{};
  std::optional<int> times;  ///< how often it still happens; none: always
  double probability = 1;
};

/// Work that a request asks for and the wiring does after the answer is made.
enum class EffectKind { build, release_phase, sync_dynos, restart_dyno };
struct Effect {
  EffectKind kind{};
  std::string app;   ///< name
  std::string what;  ///< a build's, release's or dyno's id
};

struct Served {
  Instant at{};
  Platform platform{};
  std::string method;
  std::string path;  ///< without the query, which may carry secrets
  int status = 0;
};

/// Of the urls that answers contain.
struct Ports {
  int heroku = 0;
  int github = 0;
  int router = 0;
};

struct State {
  explicit State(std::uint64_t seed) : random(seed) {}

  Random random;
  std::int64_t last_id = 9'000'000'000;
  Ports ports;
  std::vector<User> users;
  std::map<std::string, Token, std::less<>> tokens;
  Bucket anonymous;
  bool anonymous_used = false;
  Heroku heroku;
  GitHub github;
  std::vector<Fault> faults;
  std::vector<Effect> effects;
  std::deque<Served> served;  ///< the newest 1000

  User const* user(std::string_view login) const;
  std::int64_t next_id() { return ++last_id; }
  std::string secret();  ///< hex that nobody guesses, for URLs
};

}  // namespace landfall::sandbox
