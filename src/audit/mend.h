// The edits of several findings made together, in memory.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "audit/finding.h"
#include "base/result.h"

namespace landfall {

struct MendedFile {
  std::string path;
  std::string before;
  std::string after;
};

struct Mending {
  std::vector<MendedFile> files;      ///< by path, only those that change
  std::vector<AuditFinding> mended;   ///< whose edits were made
  std::vector<AuditFinding> waiting;  ///< whose edits touch those of another: for another time
};

/// Makes the edits of all findings that have any. An Error: a file cannot be read any more, or an
/// edit lies outside of it.
Result<Mending> mend(std::span<AuditFinding const> findings, ReadText const& read);

}  // namespace landfall
