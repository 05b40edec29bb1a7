#include "sandbox/saved.h"

#include <fmt/core.h>

#include <functional>
#include <unordered_map>

#include "base/sql.h"
#include "base/text.h"
#include "sandbox/github_fields.h"
#include "sandbox/heroku_fields.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

int const format = 1;

char const* const schema = R"(
CREATE TABLE IF NOT EXISTS part (kind TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL,
                                 PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS content (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clock (saved_at INTEGER NOT NULL);
)";

}  // namespace

// The fields of what both platforms share.

template <>
constexpr Platform last_of<Platform>() {
  return Platform::router;
}
template <>
constexpr Role last_of<Role>() {
  return Role::admin;
}
template <>
constexpr FaultKind last_of<FaultKind>() {
  return FaultKind::stale;
}

template <class V>
void fields(V& visit, User& value) {
  static_assert(boost::pfr::tuple_size_v<User> == 6);
  visit("login", value.login);
  visit("id", value.id);
  visit("uuid", value.uuid);
  visit("name", value.name);
  visit("email", value.email);
  visit("plan", value.plan);
}

template <class V>
void fields(V& visit, Bucket& value) {
  static_assert(boost::pfr::tuple_size_v<Bucket> == 2);
  visit("left", value.left);
  visit("filled_at", value.filled_at);
}

template <class V>
void fields(V& visit, Token& value) {
  static_assert(boost::pfr::tuple_size_v<Token> == 7);
  visit("platform", value.platform);
  visit("user", value.user);
  visit("role", value.role);
  visit("bucket", value.bucket);
  visit("repositories", value.repositories);
  visit("actions_of", value.actions_of);
  visit("place", value.place);
}

template <class V>
void fields(V& visit, Fault& value) {
  static_assert(boost::pfr::tuple_size_v<Fault> == 16);
  visit("id", value.id);
  visit("platform", value.platform);
  visit("method", value.method);
  visit("path", value.path);
  visit("kind", value.kind);
  visit("status", value.status);
  visit("retry_after", value.retry_after);
  visit("latency", value.latency);
  visit("times", value.times);
  visit("probability", value.probability);
  visit("from", value.from);
  visit("until", value.until);
  visit("token", value.token);
  visit("user", value.user);
  visit("skew", value.skew);
  visit("age", value.age);
}

/// Not its apps and repositories. What it served is a log; ports and effects are of one run.
template <class V>
void fields(V& visit, State& value) {
  visit("last_id", value.last_id);
  visit("starts", value.starts);
  visit("users", value.users);
  visit("tokens", value.tokens);
  visit("heroku", value.heroku);
  visit("heroku_calls", value.heroku_calls);
  visit("github", value.github);
  visit("faults", value.faults);
}

namespace {

/// The bytes in the file's table. What is asked for again and again, such as a slug at each save of
/// its app, is recognised without hashing it.
class Contents : public Bytes {
 public:
  explicit Contents(sql::Database& database) : database_(database) {}

  std::string keep(std::string_view bytes) override {
    auto const [known, is_new] =
        names_.try_emplace({std::hash<std::string_view>()(bytes), bytes.size()});
    if (!is_new) return known->second;
    known->second = sha256(bytes);
    auto const written = database_.exec("INSERT OR IGNORE INTO content (name, bytes) VALUES (?, ?)",
                                        {known->second, bytes});
    if (!written && result_) result_ = written;
    return known->second;
  }

  Result<std::string> find(std::string const& name) override {
    auto const rows =
        TRY(database_.query("SELECT bytes FROM content WHERE name = ?", {sql::Value(name)}));
    if (rows.empty())
      return fail(ErrorKind::data, fmt::format("content {} is not there", printable(name)));
    std::string bytes = rows.rows[0].text("bytes");
    names_[{std::hash<std::string_view>()(bytes), bytes.size()}] = name;
    return bytes;
  }

  /// What failed since the last call. Contents of a failed save are written again.
  Result<> take_result() {
    if (!result_) names_.clear();
    return std::exchange(result_, {});
  }
  void forget() { names_.clear(); }

 private:
  using Print = std::pair<std::size_t, std::size_t>;
  sql::Database& database_;
  std::map<Print, std::string> names_;
  Result<> result_;
};

class SavedFile : public Saved {
 public:
  explicit SavedFile(sql::Database database)
      : database_(std::move(database)), contents_(database_) {}

  Result<> prepare() {
    auto const rows = TRY(database_.query("PRAGMA user_version"));
    std::int64_t const found = rows.rows[0].integer("user_version");
    if (found > format)
      return fail(ErrorKind::config, fmt::format("{} was written by a newer landfall (format {}, "
                                                 "this one knows {})",
                                                 database_.path(), found, format));
    auto const others = TRY(database_.query("SELECT name FROM sqlite_schema"));
    if (found == 0 && !others.empty())
      return fail(ErrorKind::config,
                  fmt::format("{} is a database of something else", database_.path()));
    // What a killed process wrote is in the machine's hands already; waiting for its disk would
    // cost every request some milliseconds.
    TRY(database_.run("PRAGMA synchronous = OFF"));
    TRY(database_.run(schema));
    return database_.run(fmt::format("PRAGMA user_version = {}", format));
  }

  Result<bool> load(State& state) override;
  Result<> save(State& state, Touched const& touched, Instant now) override;
  Result<Instant> saved_at() override {
    auto const rows = TRY(database_.query("SELECT saved_at FROM clock"));
    if (rows.empty()) return fail(ErrorKind::data, database_.path() + " says no time");
    return Instant(Duration(rows.rows[0].integer("saved_at")));
  }

 private:
  using Key = std::pair<std::string, std::string>;

  template <class T>
  Result<> write(std::string const& kind, std::string const& id, T& value);
  template <class T>
  Result<> read(std::string const& json, T& value) {
    Json const parsed = TRY(Json::parse(json));
    return RecordReader(contents_, Json()).read(parsed, value);
  }
  Result<> write_parts(State& state, Touched const& touched);
  Result<> remove_vanished(std::string const& kind, std::set<std::string> const& left);

  sql::Database database_;
  Contents contents_;
  std::map<Key, std::string> written_;  ///< hashes of the rows
};

template <class T>
Result<> SavedFile::write(std::string const& kind, std::string const& id, T& value) {
  std::string const json = RecordWriter(contents_).written(value).dump();
  TRY(contents_.take_result());
  std::string hash = sha256(json);
  std::string& before = written_[{kind, id}];
  if (before == hash) return {};
  TRY(database_.exec("INSERT OR REPLACE INTO part (kind, id, json) VALUES (?, ?, ?)",
                     {kind, id, json}));
  before = std::move(hash);
  return {};
}

Result<> SavedFile::remove_vanished(std::string const& kind, std::set<std::string> const& left) {
  for (auto part = written_.begin(); part != written_.end();) {
    bool const stays = part->first.first != kind || left.contains(part->first.second);
    if (!stays)
      TRY(database_.exec("DELETE FROM part WHERE kind = ? AND id = ?", {kind, part->first.second}));
    part = stays ? std::next(part) : written_.erase(part);
  }
  return {};
}

Result<> SavedFile::write_parts(State& state, Touched const& touched) {
  std::set<std::string> apps;
  for (auto& [name, app] : state.heroku.apps) {
    apps.insert(app.id);
    if (touched.all || touched.apps.contains(app.id)) TRY(write("app", app.id, app));
  }
  TRY(remove_vanished("app", apps));
  std::set<std::string> repositories;
  for (Repository& repository : state.github.repositories) {
    std::string const id = std::to_string(repository.id);
    repositories.insert(id);
    if (touched.all || touched.repositories.contains(repository.id))
      TRY(write("repository", id, repository));
  }
  TRY(remove_vanished("repository", repositories));
  return write("state", "", state);
}

Result<> SavedFile::save(State& state, Touched const& touched, Instant now) {
  Result<> const saved = database_.transaction([&]() -> Result<> {
    TRY(write_parts(state, touched));
    TRY(database_.exec("DELETE FROM clock"));
    return database_.exec("INSERT INTO clock (saved_at) VALUES (?)",
                          {static_cast<std::int64_t>(now.time_since_epoch().count())});
  });
  if (saved) return {};
  written_.clear();
  contents_.forget();
  return during("the sandbox's state", saved);
}

Result<bool> SavedFile::load(State& state) {
  auto const rows = TRY(database_.query("SELECT kind, id, json FROM part ORDER BY kind, id"));
  for (sql::Row const& row : rows) {
    std::string const kind = row.text("kind");
    std::string const json = row.text("json");
    std::string const what = fmt::format("{}: {} {}", database_.path(), kind, row.text("id"));
    if (kind == "app") {
      App app;
      TRY(during(what, read(json, app)));
      state.heroku.apps[app.name] = std::move(app);
    } else if (kind == "repository") {
      TRY(during(what, read(json, state.github.repositories.emplace_back())));
    } else {
      TRY(during(what, read(json, state)));
    }
    written_[{kind, row.text("id")}] = sha256(json);
  }
  return !rows.empty();
}

}  // namespace

Result<std::unique_ptr<Saved>> Saved::open(std::string const& path) {
  auto database = sql::Database::open(path, sql::Access::alone);
  if (!database && database.error().code == "busy")
    return fail(ErrorKind::config,
                fmt::format("{} is in use by another sandbox: end that one, or give this one a "
                            "folder of its own",
                            path));
  auto file = std::make_unique<SavedFile>(TRY(std::move(database)));
  TRY(file->prepare());
  return std::unique_ptr<Saved>(std::move(file));
}

void resume(State& state, Instant now) {
  // A simulated world begins with the same chance each time: no name may be given twice.
  ++state.starts;
  for (std::int64_t i = 0; i < state.starts; ++i) state.random = Random(state.random.next());
  for (auto& [name, app] : state.heroku.apps) {
    app.dynos.clear();
    app.outgoing.clear();
    for (Build& build : app.builds) {
      if (build.status != BuildStatus::pending) continue;
      build.status = BuildStatus::failed;
      build.output += " !     The build was interrupted.\n";
      build.updated_at = now;
    }
    for (Release& release : app.releases) {
      if (release.status != ReleaseStatus::pending) continue;
      release.output += " !     The release command was interrupted.\n";
      finish_release(state, app, release, false, now);
    }
    state.effects.push_back({EffectKind::sync_dynos, app.id, ""});
  }
}

}  // namespace landfall::sandbox
