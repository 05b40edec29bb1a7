#include "facts/store.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "facts/schema.h"

namespace landfall {

namespace {

bool bookkeeping(std::string_view column) {
  return column == "evidence_id" || column == "valid_from" || column == "valid_to";
}

sql::Value value_in(Fact const& fact, std::string_view column) {
  for (auto const& [name, value] : fact)
    if (name == column) return value;
  return {};
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
  for (auto const& [name, value] : scope) text += fmt::format(" AND \"{}\" = ?", name);
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
                    quoted_list(compared_), table_.name, where_clause(scope));
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
    std::int64_t const row = TRY(insert(values, evidence, from));
    open_[key] = Open{row, from, values, true};
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

  Result<std::int64_t> insert(std::vector<sql::Value> values, std::int64_t evidence,
                              std::int64_t from) {
    if (!insert_) {
      std::vector<std::string> marks(compared_.size() + 2, "?");
      insert_ = TRY(database_.prepare(
          fmt::format("INSERT INTO {} ({}, evidence_id, valid_from) VALUES ({}) RETURNING rowid",
                      table_.name, quoted_list(compared_), join(marks, ", "))));
    }
    values.emplace_back(evidence == 0 ? sql::Value() : sql::Value(evidence));
    values.emplace_back(from);
    TRY(insert_->bind(values));
    TRY(insert_->step());
    std::int64_t const row = insert_->column(0).integer();
    insert_->reset();
    return row;
  }

  sql::Database& database_;
  Table const& table_;
  std::vector<std::string> compared_;
  std::map<std::string, Open> open_;
  std::optional<sql::Statement> insert_;
};

}  // namespace

Result<Store> Store::open(std::string const& path, sql::Access access) {
  Store store(TRY(sql::Database::open(path, access)));
  TRY(schema_version_of(store.database_));
  if (access == sql::Access::read_write) TRY(bring_up_to_date(store.database_));
  TRY(make_views(store.database_));
  return store;
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

std::string Store::insertion(Table const& target, Fact const& fact,
                             std::vector<sql::Value>& values) const {
  check_names(target, fact);
  std::vector<std::string> names;
  std::vector<std::string> marks;
  std::vector<std::string> updates;
  for (auto const& [column, value] : fact) {
    names.emplace_back(column);
    marks.emplace_back("?");
    values.push_back(value);
    if (std::find(target.key.begin(), target.key.end(), column) == target.key.end())
      updates.push_back(fmt::format("\"{0}\" = excluded.\"{0}\"", column));
  }
  std::string sql = fmt::format("INSERT INTO {} ({}) VALUES ({})", target.name, quoted_list(names),
                                join(marks, ", "));
  bool const whole_key =
      std::all_of(target.key.begin(), target.key.end(), [&](std::string const& column) {
        return std::find(names.begin(), names.end(), column) != names.end();
      });
  if (target.keeps == Keeps::plain && whole_key)
    sql += updates.empty() ? std::string(" ON CONFLICT DO NOTHING")
                           : fmt::format(" ON CONFLICT ({}) DO UPDATE SET {}",
                                         quoted_list(target.key), join(updates, ", "));
  return sql;
}

Result<> Store::put(std::string_view name, Fact const& fact) {
  std::vector<sql::Value> values;
  std::string const sql = insertion(table(name), fact, values);
  sql::Statement statement = TRY(database_.prepare(sql));
  TRY(statement.bind(values));
  TRY(statement.step());
  changed(name);
  return {};
}

Result<std::int64_t> Store::add(std::string_view name, Fact const& fact) {
  std::vector<sql::Value> values;
  std::string const sql = insertion(table(name), fact, values) + " RETURNING id";
  sql::Statement statement = TRY(database_.prepare(sql));
  TRY(statement.bind(values));
  require(TRY(statement.step()), "a row that was added has no number");
  std::int64_t const id = statement.column(0).integer();
  // An insertion ends with its last step.
  TRY(statement.step());
  changed(name);
  return id;
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
  if (database_.engine() == sql::Engine::postgres) {
    for (auto const& [table, writes] : TRY(writes_of(database_))) writes_[table] = writes;
  } else {
    std::string const mark = TRY(database_.mark_of_others());
    if (mark != std::exchange(mark_of_others_, mark)) ++times_others_wrote_;
  }
  return database_.exec("UPDATE instant SET at = ?", {epoch_seconds(instant)});
}

std::uint64_t Store::version_of(std::string_view name) const {
  auto const ours = versions_.find(name);
  auto const all = writes_.find(name);
  return times_others_wrote_ + (ours == versions_.end() ? 0 : ours->second) +
         (all == writes_.end() ? 0 : static_cast<std::uint64_t>(all->second));
}

}  // namespace landfall
