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

int const format = 2;

char const* const schema = R"(
CREATE TABLE IF NOT EXISTS part (kind TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL,
                                 PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (kind TEXT NOT NULL, id TEXT NOT NULL, list TEXT NOT NULL,
                                 place NOT NULL, json TEXT NOT NULL,
                                 PRIMARY KEY (kind, id, list, place)) WITHOUT ROWID;
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
  visit.each("sources", value.heroku.sources);
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

/// What of a list is on disk: by place or key, the print of each item.
struct WrittenList {
  std::vector<std::uint64_t> by_place;
  std::map<std::string, std::uint64_t, std::less<>> by_key;
  std::uint64_t newest = 0;
};

/// What of an app, a repository or the rest is on disk; nothing is known of one that was loaded.
struct Written {
  std::optional<std::uint64_t> print;
  std::map<std::string, WrittenList, std::less<>> lists;
};

using PartKey = std::pair<std::string, std::string>;  ///< kind and id

/// Visits a part's members and writes what is new of its lists.
class ListWriter {
 public:
  ListWriter(sql::Database& database, Contents& contents, PartKey const& key, Written& written)
      : database_(database), contents_(contents), key_(key), written_(written) {}

  template <class T>
  void operator()(std::string_view, T&) {}
  template <class T>
  void bytes(std::string_view, T&) {}
  template <class T>
  void bytes_of(std::string_view, T&) {}
  template <class T>
  void each(std::string_view name, T& items) {
    if (!result_) return;
    if constexpr (Map<T>) {
      result_ = write_map(name, items);
    } else {
      result_ = write_list(name, items);
    }
  }
  template <class T>
  void newest(std::string_view name, T& items, std::uint64_t last) {
    if (result_) result_ = write_newest(name, items, last);
  }
  Result<> result() const { return result_; }

 private:
  template <class T>
  Result<> write_list(std::string_view name, T& items);
  template <class T>
  Result<> write_map(std::string_view name, T& items);
  template <class T>
  Result<> write_newest(std::string_view name, T& items, std::uint64_t last);
  Result<WrittenList*> list(std::string_view name);
  Result<> remove(std::string_view name, std::string_view which, sql::Value place = {}) {
    return database_.exec(
        fmt::format("DELETE FROM item WHERE kind = ? AND id = ? AND list = ? {}", which),
        {key_.first, key_.second, name, std::move(place)});
  }
  template <class T>
  Result<> put(std::string_view name, sql::Value place, T& item) {
    std::string const json = RecordWriter(contents_).written(item).dump();
    return database_.exec(
        "INSERT OR REPLACE INTO item (kind, id, list, place, json) VALUES (?, ?, ?, ?, ?)",
        {key_.first, key_.second, name, std::move(place), json});
  }

  sql::Database& database_;
  Contents& contents_;
  PartKey const& key_;
  Written& written_;
  Result<> result_;
};

/// Of a list that nothing is known of the file may hold anything.
Result<WrittenList*> ListWriter::list(std::string_view name) {
  auto const [found, is_new] = written_.lists.try_emplace(std::string(name));
  if (is_new) TRY(remove(name, "AND place >= ?", 0));  // a text is more than any number
  return &found->second;
}

template <class T>
Result<> ListWriter::write_list(std::string_view name, T& items) {
  std::vector<std::uint64_t>& before = TRY(list(name))->by_place;
  if (items.size() < before.size()) {
    TRY(remove(name, "AND place >= ?", static_cast<std::int64_t>(items.size())));
    before.resize(items.size());
  }
  std::size_t place = 0;
  for (auto& item : items) {
    std::uint64_t const print = RecordPrint::of(item, RecordPrint::Lists::with);
    bool const is_new = place == before.size();
    if (is_new) before.push_back(print);
    if (is_new || before[place] != print) TRY(put(name, static_cast<std::int64_t>(place), item));
    before[place++] = print;
  }
  return {};
}

template <class T>
Result<> ListWriter::write_map(std::string_view name, T& items) {
  auto& before = TRY(list(name))->by_key;
  for (auto one = before.begin(); one != before.end();) {
    bool const stays = items.contains(one->first);
    if (!stays) TRY(remove(name, "AND place = ?", one->first));
    one = stays ? std::next(one) : before.erase(one);
  }
  for (auto& [key, item] : items) {
    std::uint64_t const print = RecordPrint::of(item, RecordPrint::Lists::with);
    auto const [known, is_new] = before.try_emplace(key, print);
    if (is_new || known->second != print) TRY(put(name, key, item));
    known->second = print;
  }
  return {};
}

template <class T>
Result<> ListWriter::write_newest(std::string_view name, T& items, std::uint64_t last) {
  WrittenList& before = *TRY(list(name));
  if (before.newest == last) return {};
  std::uint64_t const oldest = last - items.size();
  for (std::uint64_t i = std::max(oldest, before.newest); i < last; ++i) {
    auto& item = items[static_cast<std::size_t>(i - oldest)];
    TRY(put(name, static_cast<std::int64_t>(i), item));
  }
  before.newest = last;
  return remove(name, "AND place < ?", static_cast<std::int64_t>(oldest));
}

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
  template <class T>
  Result<> write(std::string const& kind, std::string const& id, T& value);
  template <class T>
  Result<> read(sql::Row const& row, T& value);
  Result<KeptLists> lists_of(PartKey const& key);
  Result<> write_parts(State& state, Touched const& touched);
  Result<> remove_vanished(std::string const& kind, std::set<std::string> const& left);

  sql::Database database_;
  Contents contents_;
  std::map<PartKey, Written> written_;
};

template <class T>
Result<> SavedFile::write(std::string const& kind, std::string const& id, T& value) {
  auto const part = written_.try_emplace({kind, id}).first;
  ListWriter lists(database_, contents_, part->first, part->second);
  fields(lists, value);
  TRY(lists.result());
  std::uint64_t const print = RecordPrint::of(value, RecordPrint::Lists::without);
  if (part->second.print != print) {
    TRY(database_.exec("INSERT OR REPLACE INTO part (kind, id, json) VALUES (?, ?, ?)",
                       {kind, id, RecordWriter(contents_).written(value).dump()}));
    part->second.print = print;
  }
  return contents_.take_result();
}

Result<> SavedFile::remove_vanished(std::string const& kind, std::set<std::string> const& left) {
  for (auto part = written_.begin(); part != written_.end();) {
    bool const stays = part->first.first != kind || left.contains(part->first.second);
    for (char const* const table : {"part", "item"}) {
      if (stays) break;
      TRY(database_.exec(fmt::format("DELETE FROM {} WHERE kind = ? AND id = ?", table),
                         {kind, part->first.second}));
    }
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

Result<KeptLists> SavedFile::lists_of(PartKey const& key) {
  KeptLists lists;
  auto const rows = TRY(
      database_.query("SELECT list, place, json FROM item WHERE kind = ? AND id = ? ORDER BY place",
                      {key.first, key.second}));
  for (sql::Row const& row : rows)
    lists[row.text("list")].push_back({row.text("place"), row.text("json")});
  return lists;
}

template <class T>
Result<> SavedFile::read(sql::Row const& row, T& value) {
  Json const json = TRY(Json::parse(row.text("json")));
  if (!json.is_object())
    return fail(ErrorKind::data, fmt::format("expected an object, found {}", json.kind()));
  KeptLists const lists = TRY(lists_of({row.text("kind"), row.text("id")}));
  RecordReader reader(contents_, json, &lists);
  fields(reader, value);
  return reader.result();
}

Result<bool> SavedFile::load(State& state) {
  auto const rows = TRY(database_.query("SELECT kind, id, json FROM part ORDER BY kind, id"));
  for (sql::Row const& row : rows) {
    std::string const kind = row.text("kind");
    std::string const what = fmt::format("{}: {} {}", database_.path(), kind, row.text("id"));
    if (kind == "app") {
      App app;
      TRY(during(what, read(row, app)));
      state.heroku.apps[app.name] = std::move(app);
    } else if (kind == "repository") {
      TRY(during(what, read(row, state.github.repositories.emplace_back())));
    } else {
      TRY(during(what, read(row, state)));
    }
    written_[{kind, row.text("id")}];
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
