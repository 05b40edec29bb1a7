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
#include "sandbox/github_state.h"
#include "sandbox/heroku_state.h"
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
  /// GitHub only: what it is good for at most; none: all that its user may see.
  std::optional<std::set<std::string>> repositories;
  std::string actions_of;  ///< GitHub only: the repository whose runs have it as GITHUB_TOKEN
  std::int64_t place = 0;  ///< in the world file: the first one is given to clients
};

/// drop: the request never arrives; lost: it does, and its answer does not. docs/world-file.md
/// tells the others.
enum class FaultKind {
  status,
  latency,
  stall,
  truncate,
  html,
  huge,
  drop,
  lost,
  wrong,
  limited,
  revoked,
  skew,
  stale
};

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
  std::optional<Instant> from;   ///< its window: from here on; none: from the start
  std::optional<Instant> until;  ///< before this; none: for ever
  std::string token;             ///< revoked: this one; empty: any
  std::string user;              ///< revoked: tokens of this login; empty: anybody's
  Duration skew{};               ///< what the platform's clock is ahead by
  Duration age{};                ///< stale: how old it is what the platform shows

  bool is_over(Instant now) const { return (times && *times == 0) || (until && now >= *until); }
  bool is_active(Instant now) const { return !is_over(now) && (!from || now >= *from); }
};

/// Work that a request asks for and the wiring does after the answer is made.
/// Apps are meant by their ids: names change. stop_dyno: the app, or the dyno of it, may be gone
/// from the state already; only its process is left.
enum class EffectKind {
  build,
  cancel_build,
  clear_cache,  ///< of the app's builds
  release_phase,
  sync_dynos,
  restart_dyno,
  run_dyno,
  stop_dyno,
  crash_dyno  ///< its process is killed as if by itself
};
struct Effect {
  EffectKind kind{};
  std::string app;   ///< id
  std::string what;  ///< a build's, release's or dyno's id
};

struct Served {
  std::int64_t number = 0;  ///< State::record gives it
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
  int rendezvous = 0;  ///< of attached one-off dynos, over TLS; 0: there is none
  int git = 0;         ///< of Heroku's API and git, over TLS; 0: there is none
};

struct State {
  explicit State(std::uint64_t seed) : random(seed) {}

  Random random;
  std::int64_t last_id = 9'000'000'000;
  std::int64_t starts = 0;  ///< of a sandbox with this state, after the first
  Ports ports;
  std::vector<User> users;
  std::map<std::string, Token, std::less<>> tokens;
  Heroku heroku;
  std::map<std::string, Bucket, std::less<>> heroku_calls;  ///< what is left of each login's
  GitHub github;
  std::vector<Fault> faults;
  std::vector<Effect> effects;
  std::deque<Served> served;      ///< the newest 1000
  std::int64_t served_count = 0;  ///< ever, by this run

  User const* user(std::string_view login) const;
  std::int64_t next_id() { return ++last_id; }
  std::string secret();  ///< hex that nobody guesses, for URLs
  void record(Served served);
};

/// Whether a user may work on an app: its owner, those it was shared with, its team's members.
bool can_see(State const& state, App const& app, std::string const& login);

}  // namespace landfall::sandbox
