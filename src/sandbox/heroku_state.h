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
  std::deque<LogLine> logs;  ///< the newest; add_log() adds
  std::uint64_t logged = 0;  ///< lines ever

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

}  // namespace landfall::sandbox
