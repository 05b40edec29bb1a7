// What the sandbox's Heroku knows: plain values.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"

namespace landfall::sandbox {

/// A line of an app's log as `heroku logs` shows it: `AT SOURCE[DYNO]: TEXT`.
struct LogLine {
  Instant at{};
  std::string source;  ///< "app" or "heroku"
  std::string dyno;    ///< "web.1", "router", "api", "run.4821"
  std::string text;
};

struct Formation {
  std::string id;
  std::string type;
  std::string command;
  int quantity = 0;
  std::string size = "Basic";
  Instant created_at{};
  Instant updated_at{};
};

/// idle: an Eco dyno that sleeps until a request comes. down: told to end, or not started again
/// yet.
enum class DynoState { starting, up, crashed, idle, down };
char const* to_word(DynoState state);

/// What POST /apps/{app}/dynos asks for beyond a command.
struct OneOff {
  std::string command;  ///< what runs: the dyno's command, or what its process type stands for
  std::map<std::string, std::string, std::less<>> environment;  ///< over the config vars
  bool attached = false;        ///< its input and output are a client's, by rendezvous
  bool terminal = false;        ///< and a terminal
  std::string secret;           ///< of its rendezvous, while attached
  std::optional<Instant> ends;  ///< of its time_to_live
};

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
  std::optional<OneOff> one_off;
  Instant cycles_at{};  ///< when a dyno of the formation is replaced by a fresh one, once a day
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
  std::vector<std::string> buildpacks;  ///< that it was asked to use; empty: the app's
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

/// An app's name for an add-on, its own or another app's.
struct Attachment {
  std::string id;
  std::string app;   ///< an app's id
  std::string name;  ///< "DATABASE"
  Instant created_at{};
};

struct AddOn {
  std::string id;
  std::string name;        ///< "postgresql-round-12345"
  std::string plan;        ///< "heroku-postgresql:essential-0": the service stands before the colon
  std::int64_t cents = 0;  ///< a month
  std::vector<std::string> config_vars;
  std::vector<Attachment> attachments;
  Instant created_at{};
  Instant updated_at{};
};

struct LogDrain {
  std::string id;
  std::string url;
  std::string token;  ///< "d.UUID": the app name that syslog frames carry
  Instant created_at{};
  Instant updated_at{};
};

/// A stream of an app's log that POST /apps/{app}/log-sessions made: GET /logs/SECRET.
struct LogSession {
  std::string id;
  std::string app;     ///< an app's id
  std::string dyno;    ///< "web.1", or a process type; empty: all
  std::string source;  ///< "app" or "heroku"; empty: both
  int lines = 100;     ///< of those that have been logged already
  bool tail = false;
  Instant created_at{};
  Instant expires_at{};  ///< it can be opened until then
};

/// Something that webhooks tell of.
struct AppWebhookEvent {
  std::string id;
  std::string include;    ///< "api:release"
  std::string action;     ///< "create", "update" or "destroy"
  std::string actor;      ///< a login
  std::string data;       ///< JSON: the resource as the API shows it
  std::string data_then;  ///< JSON: what changed, as it was; "{}" if nothing did
  Instant created_at{};
};

enum class DeliveryStatus { pending, retrying, succeeded, failed };

/// One event on its way to one webhook.
struct AppWebhookDelivery {
  std::string id;
  std::string event;
  std::string include;
  std::string webhook;
  DeliveryStatus status = DeliveryStatus::pending;
  int attempts = 0;
  std::string attempt_id;   ///< of the last attempt, or the one that is under way
  std::optional<int> code;  ///< the status that the last attempt got
  std::string error;        ///< why the last attempt got none
  Instant attempted_at{};
  std::optional<Instant> next_attempt_at;
  Instant created_at{};
  Instant updated_at{};
};

struct AppWebhook {
  std::string id;
  std::vector<std::string> include;
  bool sync = false;  ///< level: in order and tried again; else once
  std::string url;
  std::string secret;         ///< signs the bodies; empty: they are not signed
  std::string authorization;  ///< of the header of that name
  Instant created_at{};
  Instant updated_at{};
};

struct App {
  std::string id;
  std::string name;
  std::string host;     ///< the first label of its host name: NAME-HASH
  std::string owner;    ///< a login: the owner, or for a team's app who made it
  std::string team;     ///< a team's name; empty: the app belongs to its owner
  bool locked = false;  ///< a team's app that members must be let into
  std::string region = "us";
  std::string stack = "heroku-24";
  std::string build_stack;              ///< of the next build; empty: the same
  std::vector<std::string> buildpacks;  ///< names or URLs, in order; empty: detected
  bool maintenance = false;
  std::set<std::string> features;
  std::optional<std::set<std::string>> access;  ///< logins besides the owner; none: everybody
  Config config;
  std::vector<Domain> domains;
  std::vector<AddOn> addons;
  std::vector<LogDrain> drains;
  std::vector<AppWebhook> webhooks;
  std::deque<AppWebhookEvent> webhook_events;         ///< the newest 1000
  std::deque<AppWebhookDelivery> webhook_deliveries;  ///< the newest 1000
  std::vector<Release> releases;                      ///< oldest first
  std::map<std::string, Slug> slugs;
  std::vector<Build> builds;  ///< oldest first
  std::map<std::string, Formation> formation;
  std::vector<Dyno> dynos;  ///< by type and number
  /// Web dynos of the release before, which preboot keeps until the new ones are at home.
  std::vector<Dyno> outgoing;
  Instant requested_at{};  ///< when the router last had a request for it: Eco dynos fall asleep
  Instant created_at{};
  Instant updated_at{};
  std::optional<Instant> archived_at;
  std::deque<LogLine> logs;  ///< the newest; add_log() adds
  std::uint64_t logged = 0;  ///< lines ever

  Release const* current() const;  ///< the newest that succeeded; never null after loading
  Slug const* slug_of(Release const& release) const;
  Release* release(std::string_view id);
  Build* build(std::string_view id);
  /// The dynos of which those that are of type web and up get the router's requests.
  std::vector<Dyno> const& serving() const { return outgoing.empty() ? dynos : outgoing; }
};

/// An upload of POST /sources.
struct Source {
  std::optional<std::string> content;
  Instant created_at{};
};

/// A webhook's notification that is ready to be sent; it outlives its app.
struct Letter {
  std::string app;       ///< an app's id
  std::string delivery;  ///< a delivery's id
  std::string url;
  std::string authorization;
  std::string signature;
  std::string body;
};

struct HerokuTeam {
  std::string id;
  std::string name;
  std::map<std::string, std::string, std::less<>> members;  ///< login to admin, member or viewer
  Instant created_at{};
};

struct Pipeline {
  std::string id;
  std::string name;
  std::string owner;  ///< a login or a team's name
  bool of_team = false;
  Instant created_at{};
  Instant updated_at{};
};

/// An app's place in a pipeline; an app has one at most.
struct Coupling {
  std::string id;
  std::string app;       ///< an app's id
  std::string pipeline;  ///< a pipeline's id
  std::string stage;     ///< test, review, development, staging or production
  Instant created_at{};
  Instant updated_at{};
};

enum class PromotionStatus { pending, succeeded, failed };

struct PromotionTarget {
  std::string id;
  std::string app;  ///< an app's id
  std::optional<std::string> release;
  PromotionStatus status = PromotionStatus::pending;
  std::string error;  ///< why it failed
};

struct Promotion {
  std::string id;
  std::string pipeline;  ///< a pipeline's id
  std::string app;       ///< the source's id
  std::string release;   ///< the source's
  std::vector<PromotionTarget> targets;
  Instant created_at{};
  Instant updated_at{};
};

/// One that the world file gives: its files as an archive.
struct Buildpack {
  std::string name;
  std::string archive;
};

struct Heroku {
  std::map<std::string, App, std::less<>> apps;                 ///< by name
  std::map<std::string, Source, std::less<>> sources;           ///< by the secret in their URLs
  std::map<std::string, LogSession, std::less<>> log_sessions;  ///< by the secret in their URLs
  std::map<std::string, HerokuTeam, std::less<>> teams;         ///< by name
  std::map<std::string, std::set<std::string>, std::less<>> account_features;  ///< by login
  std::vector<Pipeline> pipelines;
  std::vector<Coupling> couplings;
  std::vector<Promotion> promotions;
  std::vector<Letter> letters;        ///< to be sent
  Duration build_takes{500};          ///< at least
  std::vector<Buildpack> buildpacks;  ///< in the order in which they are tried
  Duration build_time_max = 15min;
  std::size_t slug_bytes_max = 500 << 20;
  std::int64_t requests_an_hour = 4500;  ///< of an account, refilled all the time
  bool confines_dynos = true;  ///< to memory, processes and folders of their own
  App* find(std::string_view name_or_id);
};

}  // namespace landfall::sandbox
