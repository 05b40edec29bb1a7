#include "audit/mend.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "workflow/edit.h"

namespace landfall {
namespace {

using Taken = std::map<std::string, std::vector<TextEdit>, std::less<>>;

bool same(Edit const& edit, TextEdit const& other) {
  return edit.begin == other.begin && edit.end == other.end && edit.text == other.text;
}

/// Do two edits touch the same bytes, or put something at the same place: then the order in which
/// they are made would matter.
bool touches(Edit const& edit, TextEdit const& other) {
  bool const one_place = edit.begin == other.begin;
  return one_place || (edit.begin < other.end && other.begin < edit.end);
}

enum class Fit { fresh, made, clash };

Fit fit_of(Edit const& edit, Taken const& taken) {
  auto const found = taken.find(edit.file);
  if (found == taken.end()) return Fit::fresh;
  for (TextEdit const& other : found->second) {
    // One step may deploy on several paths: its change is wanted once.
    if (same(edit, other)) return Fit::made;
    if (touches(edit, other)) return Fit::clash;
  }
  return Fit::fresh;
}

/// Takes all edits of a finding, or none.
bool take(AuditFinding const& finding, Taken& taken) {
  std::vector<Edit const*> fresh;
  for (Edit const& edit : finding.fix) {
    Fit const fit = fit_of(edit, taken);
    if (fit == Fit::clash) return false;
    if (fit == Fit::fresh) fresh.push_back(&edit);
  }
  for (Edit const* edit : fresh) taken[edit->file].push_back({edit->begin, edit->end, edit->text});
  return true;
}

}  // namespace

Result<Mending> mend(std::span<AuditFinding const> findings, ReadText const& read) {
  Mending mending;
  Taken taken;
  for (AuditFinding const& finding : findings) {
    if (finding.fix.empty()) continue;
    (take(finding, taken) ? mending.mended : mending.waiting).push_back(finding);
  }
  for (auto& [path, edits] : taken) {
    auto before = read(path);
    if (!before) return fail(ErrorKind::data, printable(path) + ": it can no longer be read");
    bool const inside = std::all_of(edits.begin(), edits.end(), [&](TextEdit const& edit) {
      return edit.begin <= edit.end && edit.end <= before->size();
    });
    if (!inside)
      return fail(ErrorKind::data, printable(path) + ": it was changed while it was looked at");
    std::string after = edited(*before, edits);
    mending.files.push_back({path, *std::move(before), std::move(after)});
  }
  return mending;
}

}  // namespace landfall
