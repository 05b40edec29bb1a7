#include "facts/copy.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "facts/schema.h"

namespace landfall {
namespace {

/// So many rows are in memory at once.
constexpr std::size_t batch_rows = 1'000;

Result<std::int64_t> count_rows(sql::Database& database, Table const& table) {
  sql::Rows const rows =
      TRY(database.query(fmt::format("SELECT count(*) AS count FROM {}", table.name)));
  return rows.rows[0].integer("count");
}

/// One table's way from one database to the other, in the order of its key.
class TableCopy {
 public:
  TableCopy(Table const& table, sql::Database& from, sql::Database& to)
      : table_(table), from_(from), to_(to) {
    for (Column const& column : table.columns) columns_.push_back(column.name);
    // Rows of a history are known by their number alone, which stays behind.
    order_ = table.keeps == Keeps::history ? std::vector<std::string>{"rowid"} : table.key;
  }

  Result<std::int64_t> run(CopyProgress const& progress) {
    std::vector<std::string> const marks(columns_.size(), "?");
    sql::Statement insert = TRY(to_.prepare(fmt::format(
        "INSERT INTO {} ({}) VALUES ({})", table_.name, quoted_list(columns_), join(marks, ", "))));
    std::int64_t copied = 0;
    while (true) {
      sql::Rows const rows = TRY(next());
      for (sql::Row const& row : rows) TRY(put(insert, row.values()));
      copied += static_cast<std::int64_t>(rows.size());
      if (rows.size() > 0) progress({table_.name, copied});
      if (rows.size() < batch_rows) return copied;
    }
  }

 private:
  Result<sql::Rows> next() {
    std::string where;
    sql::Binds binds;
    if (!last_.empty()) {
      std::vector<std::string> const marks(order_.size(), "?");
      where = fmt::format("WHERE ({}) > ({})", quoted_list(order_), join(marks, ", "));
      for (sql::Value const& value : last_) binds.push_back({"", value});
    }
    return from_.query(
        fmt::format("SELECT {0}, {1} FROM {2} {3} ORDER BY {1} LIMIT {4}", quoted_list(columns_),
                    quoted_list(order_), table_.name, where, batch_rows),
        binds);
  }

  Result<> put(sql::Statement& insert, std::vector<sql::Value> const& values) {
    auto const split_at = values.begin() + static_cast<std::ptrdiff_t>(columns_.size());
    TRY(insert.bind(std::vector<sql::Value>(values.begin(), split_at)));
    TRY(insert.step());
    last_.assign(split_at, values.end());
    return {};
  }

  Table const& table_;
  sql::Database& from_;
  sql::Database& to_;
  std::vector<std::string> columns_;
  std::vector<std::string> order_;
  std::vector<sql::Value> last_;
};

/// PostgreSQL counts a table's numbers apart from its rows.
Result<> go_on_numbering(sql::Database& database, Table const& table) {
  if (database.engine() != sql::Engine::postgres) return {};
  bool const numbered =
      std::any_of(table.columns.begin(), table.columns.end(), [](Column const& column) {
        return column.name == "id" && column.type.starts_with("INTEGER");
      });
  if (!numbered) return {};
  return database.exec(
      fmt::format("SELECT setval(pg_get_serial_sequence('{0}', 'id'), max(id)) FROM {0} "
                  "HAVING max(id) IS NOT NULL",
                  table.name));
}

Result<> require_empty(sql::Database& database) {
  for (Table const& table : tables()) {
    if (TRY(count_rows(database, table)) == 0) continue;
    return fail(ErrorKind::config,
                fmt::format("{} is not empty: {} holds rows; copy to a database without facts",
                            database.path(), table.name),
                "not_empty");
  }
  return {};
}

}  // namespace

Result<std::vector<CopiedTable>> copy_store(Store& from, Store& to, CopyProgress const& progress) {
  std::vector<CopiedTable> copied;
  sql::Database& source = from.database();
  sql::Database& target = to.database();
  Result<> const done = target.transaction([&]() -> Result<> {
    TRY(require_empty(target));
    for (Table const& table : tables()) {
      std::int64_t const rows =
          TRY(during("copying " + table.name, TableCopy(table, source, target).run(progress)));
      TRY(go_on_numbering(target, table));
      copied.push_back({table.name, rows});
    }
    // All were copied before any is counted: what was written meanwhile shows.
    for (CopiedTable const& each : copied) {
      auto const table = std::find_if(tables().begin(), tables().end(),
                                      [&](Table const& known) { return known.name == each.table; });
      std::int64_t const there = TRY(count_rows(source, *table));
      std::int64_t const here = TRY(count_rows(target, *table));
      if (there == here) continue;
      return fail(ErrorKind::data,
                  fmt::format("{}: {} rows in {}, {} copied: somebody wrote meanwhile; stop the "
                              "watchers and copy again",
                              each.table, there, source.path(), here),
                  "changed_meanwhile");
    }
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return copied;
}

}  // namespace landfall
