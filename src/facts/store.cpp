#include "facts/store.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/asset.h"
#include "base/text.h"

namespace landfall {

std::span<Asset const> view_files();

namespace {

/// Grows with each change of facts/*.sql that an older database has to follow: tables, columns and
/// indexes that it lacks are added. A column that is added must be able to be null, for what is
/// kept already cannot tell it.
constexpr std::int64_t schema_version = 3;

bool bookkeeping(std::string_view column) {
  return column == "evidence_id" || column == "valid_from" || column == "valid_to";
}

sql::Value value_in(Fact const& fact, std::string_view column) {
  for (auto const& [name, value] : fact)
    if (name == column) return value;
  return {};
}

std::string current_view(Table const& table) {
  std::vector<std::string> names;
  for (Column const& column : table.columns) names.push_back("t." + column.name);
  // The instant as a scalar leaves the planner free to read the table by its own indexes, in order.
  return fmt::format(
      "CREATE TEMP VIEW current_{0} AS SELECT {1} FROM {0} t WHERE t.valid_from <= (SELECT at FROM "
      "instant) "
      "AND (t.valid_to IS NULL OR t.valid_to > (SELECT at FROM instant));",
      table.name, join(names, ", "));
}

void check_names(Table const& table, Fact const& fact) {
  for (auto const& [name, value] : fact) {
    bool const known = std::any_of(table.columns.begin(), table.columns.end(),
                                   [&](Column const& column) { return column.name == name; });
    require(known, fmt::format("table {} has no column {}", table.name, name));
  }
}

std::string where_clause(Fact const& scope) {
  std::string text = "valid_to IS NULL";
  for (auto const& [name, value] : scope) text += fmt::format(" AND {} = ?", name);
  return text;
}

/// The facts of one answer beside the rows that are open now.
class Difference {
 public:
  Difference(sql::Database& database, Table const& table) : database_(database), table_(table) {
    for (Column const& column : table.columns)
      if (!bookkeeping(column.name)) compared_.push_back(column.name);
  }

  Result<> load(Fact const& scope) {
    std::string const sql =
        fmt::format("SELECT rowid AS row_number_, valid_from, {} FROM {} WHERE {}",
                    join(compared_, ", "), table_.name, where_clause(scope));
    sql::Statement statement = TRY(database_.prepare(sql));
    std::vector<sql::Value> values;
    for (auto const& [name, value] : scope) values.push_back(value);
    TRY(statement.bind(values));
    while (TRY(statement.step())) {
      Open row{statement.column(0).integer(), statement.column(1).integer(), {}, false};
      for (int i = 0; i < static_cast<int>(compared_.size()); ++i)
        row.values.push_back(statement.column(i + 2));
      std::string key = key_of(row.values);
      open_.emplace(std::move(key), std::move(row));
    }
    return {};
  }

  /// True if the row changed anything.
  Result<bool> take(Fact const& fact, std::int64_t evidence, std::int64_t now) {
    std::vector<sql::Value> values;
    for (std::string const& name : compared_) values.push_back(value_in(fact, name));
    std::string const key = key_of(values);
    auto const found = open_.find(key);
    bool const known = found != open_.end();
    if (known) {
      found->second.seen = true;
      if (found->second.values == values) return false;
      TRY(end(found->second, now));
    }
    std::int64_t from = now;
    if (!known && !table_.born.empty()) from = std::min(now, value_in(fact, table_.born).integer());
    TRY(insert(values, evidence, from));
    open_[key] = Open{database_.last_insert_id(), from, values, true};
    return true;
  }

  Result<bool> end_unseen(std::int64_t now) {
    bool any = false;
    for (auto const& [key, row] : open_) {
      if (row.seen) continue;
      TRY(end(row, now));
      any = true;
    }
    return any;
  }

 private:
  struct Open {
    std::int64_t row = 0;
    std::int64_t from = 0;
    std::vector<sql::Value> values;
    bool seen = false;
  };

  std::string key_of(std::vector<sql::Value> const& values) const {
    std::string key;
    for (std::size_t i = 0; i < compared_.size(); ++i) {
      if (std::find(table_.key.begin(), table_.key.end(), compared_[i]) == table_.key.end())
        continue;
      key += values[i].text();
      key += '\x1f';
    }
    return key;
  }

  Result<> end(Open const& row, std::int64_t now) {
    // A row that began in this very second would end before it began: it was never true for long
    // enough to be told.
    if (row.from >= now)
      return database_.exec(fmt::format("DELETE FROM {} WHERE rowid = ?", table_.name), {row.row});
    return database_.exec(fmt::format("UPDATE {} SET valid_to = ? WHERE rowid = ?", table_.name),
                          {now, row.row});
  }

  Result<> insert(std::vector<sql::Value> values, std::int64_t evidence, std::int64_t from) {
    if (!insert_) {
      std::vector<std::string> marks(compared_.size() + 2, "?");
      insert_ = TRY(
          database_.prepare(fmt::format("INSERT INTO {} ({}, evidence_id, valid_from) VALUES ({})",
                                        table_.name, join(compared_, ", "), join(marks, ", "))));
    }
    values.emplace_back(evidence == 0 ? sql::Value() : sql::Value(evidence));
    values.emplace_back(from);
    TRY(insert_->bind(values));
    TRY(insert_->step());
    insert_->reset();
    return {};
  }

  sql::Database& database_;
  Table const& table_;
  std::vector<std::string> compared_;
  std::map<std::string, Open> open_;
  std::optional<sql::Statement> insert_;
};

/// Makes the table, or adds the columns and indexes that an older version's lacks.
Result<> complete(sql::Database& database, Table const& table) {
  sql::Rows const known =
      TRY(database.query("SELECT name FROM pragma_table_info(?)", {table.name}));
  if (known.size() == 0) return database.run(table.sql);
  for (Column const& column : table.columns) {
    bool const there = std::any_of(known.begin(), known.end(), [&](sql::Row const& row) {
      return row.text("name") == column.name;
    });
    if (there) continue;
    TRY(database.run(
        fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table.name, column.name, column.type)));
  }
  std::size_t const indexes = table.sql.find("CREATE INDEX ");
  if (indexes == std::string::npos) return {};
  return database.run(
      replace_all(table.sql.substr(indexes), "CREATE INDEX ", "CREATE INDEX IF NOT EXISTS "));
}

}  // namespace

Result<Store> Store::open(std::string const& path, sql::Access access) {
  Store store(TRY(sql::Database::open(path, access)));
  TRY(store.check_version());
  if (access == sql::Access::read_write) TRY(store.migrate());
  TRY(store.make_views());
  return store;
}

Result<std::int64_t> Store::check_version() {
  sql::Rows const rows = TRY(database_.query("PRAGMA user_version"));
  std::int64_t const version = rows.rows[0].values()[0].integer();
  if (version > schema_version)
    return fail(
        ErrorKind::config,
        fmt::format("{}: written by a newer landfall (schema {}, this one knows {}): use that one",
                    database_.path(), version, schema_version));
  return version;
}

Result<> Store::migrate() {
  if (TRY(check_version()) == schema_version) return {};
  return database_.transaction([&]() -> Result<> {
    // Another process may have been first.
    if (TRY(check_version()) == schema_version) return {};
    for (Table const& table : tables()) TRY(complete(database_, table));
    return database_.run(fmt::format("PRAGMA user_version = {}", schema_version));
  });
}

/// The instant and the views that show it belong to this connection: who asks for the past must not
/// move the present of another process, and a file that can only be read can be asked all the same.
Result<> Store::make_views() {
  std::string sql =
      "CREATE TEMP TABLE instant (at INTEGER NOT NULL); INSERT INTO instant VALUES (0);";
  for (Table const& table : tables())
    if (table.keeps == Keeps::history) sql += current_view(table);
  for (Asset const& view : view_files())
    sql += replace_all(std::string(view.content), "CREATE VIEW", "CREATE TEMP VIEW");
  return database_.run(sql);
}

Table const& Store::table(std::string_view name) const {
  auto const found = std::find_if(tables().begin(), tables().end(),
                                  [&](Table const& table) { return table.name == name; });
  require(found != tables().end(), fmt::format("there is no fact table {}", name));
  return *found;
}

Result<> Store::replace(std::string_view name, Fact const& scope, std::vector<Fact> const& facts,
                        std::int64_t evidence, Instant now) {
  Table const& target = table(name);
  require(target.keeps == Keeps::history, "replace is for tables that keep history");
  check_names(target, scope);
  return database_.transaction([&]() -> Result<> {
    Difference difference(database_, target);
    TRY(difference.load(scope));
    bool any = false;
    for (Fact const& fact : facts) {
      check_names(target, fact);
      any = TRY(difference.take(fact, evidence, epoch_seconds(now))) || any;
    }
    any = TRY(difference.end_unseen(epoch_seconds(now))) || any;
    if (any) changed(name);
    return {};
  });
}

Result<> Store::merge(std::string_view name, std::vector<Fact> const& facts, std::int64_t evidence,
                      Instant now) {
  Table const& target = table(name);
  require(target.keeps == Keeps::history, "merge is for tables that keep history");
  return database_.transaction([&]() -> Result<> {
    for (Fact const& fact : facts) {
      check_names(target, fact);
      Fact key;
      for (std::string const& column : target.key) key.emplace_back(column, value_in(fact, column));
      Difference difference(database_, target);
      TRY(difference.load(key));
      if (TRY(difference.take(fact, evidence, epoch_seconds(now)))) changed(name);
    }
    return {};
  });
}

Result<> Store::put(std::string_view name, Fact const& fact) {
  Table const& target = table(name);
  check_names(target, fact);
  std::vector<std::string> names;
  std::vector<std::string> marks;
  std::vector<std::string> updates;
  std::vector<sql::Value> values;
  for (auto const& [column, value] : fact) {
    names.emplace_back(column);
    marks.emplace_back("?");
    values.push_back(value);
    if (std::find(target.key.begin(), target.key.end(), column) == target.key.end())
      updates.push_back(fmt::format("{0} = excluded.{0}", column));
  }
  std::string sql = fmt::format("INSERT INTO {} ({}) VALUES ({})", target.name, join(names, ", "),
                                join(marks, ", "));
  bool const whole_key =
      std::all_of(target.key.begin(), target.key.end(), [&](std::string const& column) {
        return std::find(names.begin(), names.end(), column) != names.end();
      });
  if (target.keeps == Keeps::plain && whole_key)
    sql += updates.empty() ? std::string(" ON CONFLICT DO NOTHING")
                           : fmt::format(" ON CONFLICT ({}) DO UPDATE SET {}",
                                         join(target.key, ", "), join(updates, ", "));
  sql::Statement statement = TRY(database_.prepare(sql));
  TRY(statement.bind(values));
  TRY(statement.step());
  changed(name);
  return {};
}

Result<> Store::observe(Observation const& observation, std::int64_t evidence, Instant now) {
  return database_.transaction([&]() -> Result<> {
    Fact const fact{{"subject", observation.subject},
                    {"source", observation.source},
                    {"state", to_word(observation.state)},
                    {"reason", observation.reason},
                    {"covers_from", observation.covers_from
                                        ? sql::Value(epoch_seconds(*observation.covers_from))
                                        : sql::Value()}};
    TRY(merge("observation", {fact}, evidence, now));
    return put("asked", {{"subject", observation.subject},
                         {"source", observation.source},
                         {"asked_at", epoch_seconds(now)},
                         {"fresh_until", epoch_seconds(now + observation.fresh_for)},
                         {"evidence_id", evidence == 0 ? sql::Value() : sql::Value(evidence)}});
  });
}

Result<> Store::look_at(Instant instant) {
  return database_.exec("UPDATE instant SET at = ?", {epoch_seconds(instant)});
}

std::uint64_t Store::version_of(std::string_view name) const {
  auto const found = versions_.find(name);
  return found == versions_.end() ? 0 : found->second;
}

}  // namespace landfall
