#include "evidence/evidence.h"

#include "base/archive.h"
#include "base/text.h"

namespace landfall {
namespace {

// A body beyond this is not worth its room: its digest still shows whether it changed.
constexpr std::size_t kept_max = 2 << 20;
constexpr std::size_t unpacked_max = kept_max + 1;

sql::Value text_or_null(std::string const& text) {
  return text.empty() ? sql::Value() : sql::Value(text);
}

}  // namespace

Result<std::int64_t> record(Store& store, Evidence const& evidence, Instant now) {
  sql::Database& database = store.database();
  std::string const digest = sha256(evidence.body);
  std::int64_t const at = epoch_seconds(now);
  sql::Rows const last =
      TRY(database.query("SELECT id, status, sha256 FROM evidence WHERE request = ? AND source = ? "
                         "ORDER BY id DESC LIMIT 1",
                         {evidence.request, evidence.source}));
  if (!last.empty() && last.rows[0].text("sha256") == digest &&
      last.rows[0].integer("status") == evidence.status) {
    std::int64_t const id = last.rows[0].integer("id");
    // A platform may name the same content anew: the newest name is the one to ask with.
    TRY(
        database.exec("UPDATE evidence SET last_at = CASE WHEN last_at > ? THEN last_at ELSE ? "
                      "END, etag = ? WHERE id = ?",
                      {at, at, text_or_null(evidence.etag), id}));
    return id;
  }
  bool const kept = evidence.body.size() <= kept_max;
  return store.add("evidence",
                   {{"source", evidence.source},
                    {"request", evidence.request},
                    {"fetched_at", at},
                    {"last_at", at},
                    {"status", evidence.status},
                    {"etag", text_or_null(evidence.etag)},
                    {"sha256", digest},
                    {"size", evidence.body.size()},
                    {"body", kept ? sql::Value(compress(evidence.body)) : sql::Value()}});
}

Result<std::optional<LastAnswer>> last_answer(Store& store, std::string const& source,
                                              std::string const& request) {
  sql::Rows const rows = TRY(store.database().query(
      "SELECT id, etag, body FROM evidence WHERE request = ? AND source = ? AND status = 200 "
      "AND etag IS NOT NULL AND body IS NOT NULL ORDER BY id DESC LIMIT 1",
      {request, source}));
  if (rows.empty()) return std::nullopt;
  sql::Row const& row = rows.rows[0];
  Result<std::string> body = decompress(row.text("body"), unpacked_max);
  // A body that cannot be read again is as good as none: the platform is asked without an ETag.
  if (!body) return std::nullopt;
  return LastAnswer{row.integer("id"), row.text("etag"), *std::move(body)};
}

}  // namespace landfall
