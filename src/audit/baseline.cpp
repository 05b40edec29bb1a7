#include "audit/baseline.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/json.h"
#include "base/text.h"

namespace landfall {
namespace {

constexpr std::int64_t version = 1;

Result<std::vector<BaselineEntry>> entries_of(Json const& json) {
  std::int64_t const found = TRY(json.integer("version"));
  if (found != version)
    return fail(
        ErrorKind::config,
        fmt::format("version: expected {}, found {}: a newer landfall wrote it", version, found));
  std::vector<BaselineEntry> entries;
  Json::Array const& findings = *TRY(json.items("findings"));
  for (Json const& one : findings) {
    BaselineEntry entry;
    entry.fingerprint = TRY(one.text("fingerprint"));
    entry.rule = TRY(one.text("check"));
    entry.file = TRY(one.text_or_null("file")).value_or("");
    entry.message = TRY(one.text_or_null("message")).value_or("");
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

std::string write_baseline(std::span<AuditFinding const> findings) {
  std::vector<BaselineEntry> entries;
  for (AuditFinding const& finding : findings)
    entries.push_back(
        {finding.fingerprint(), std::string(finding.rule), finding.place.file, finding.message});
  std::sort(entries.begin(), entries.end(), [](BaselineEntry const& a, BaselineEntry const& b) {
    return std::tie(a.file, a.rule, a.message, a.fingerprint) <
           std::tie(b.file, b.rule, b.message, b.fingerprint);
  });
  Json list = Json::array();
  for (BaselineEntry const& entry : entries)
    list.push(Json::object({{"fingerprint", entry.fingerprint},
                            {"check", entry.rule},
                            {"file", entry.file},
                            {"message", entry.message}}));
  return Json::object({{"version", version}, {"findings", std::move(list)}}).pretty() + "\n";
}

Result<std::vector<BaselineEntry>> read_baseline(std::string_view text, std::string_view file) {
  auto const json = Json::parse(text);
  auto entries = json ? entries_of(*json) : std::unexpected(json.error());
  if (entries) return entries;
  return fail(ErrorKind::config,
              fmt::format("{}: no baseline of landfall: {}: `--write-baseline {}` makes one", file,
                          entries.error().text, file));
}

BaselineMatch match_baseline(std::span<AuditFinding const> findings,
                             std::span<BaselineEntry const> baseline) {
  // Two findings may have one fingerprint: each entry stands for one of them.
  std::unordered_map<std::string_view, std::size_t> left;
  for (BaselineEntry const& entry : baseline) ++left[entry.fingerprint];
  BaselineMatch match;
  for (AuditFinding const& finding : findings) {
    std::string const fingerprint = finding.fingerprint();
    auto const found = left.find(fingerprint);
    match.known.push_back(found != left.end() && found->second > 0);
    if (match.known.back()) --found->second;
  }
  for (BaselineEntry const& entry : baseline) {
    std::size_t& count = left[entry.fingerprint];
    if (count == 0) continue;
    --count;
    match.gone.push_back(entry);
  }
  return match;
}

}  // namespace landfall
