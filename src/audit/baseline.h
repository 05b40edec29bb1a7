// Findings that are accepted for now, in a file: only what is new counts.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.h"
#include "base/result.h"

namespace landfall {

/// One accepted finding. The words beside the fingerprint are for people who read the file.
struct BaselineEntry {
  std::string fingerprint;
  std::string rule;
  std::string file;
  std::string message;
};

/// The text of a baseline file with these findings, sorted, so that its changes are readable.
std::string write_baseline(std::span<AuditFinding const> findings);

/// Reads one. Errors are of kind config and name the file and what is wrong in it.
Result<std::vector<BaselineEntry>> read_baseline(std::string_view text, std::string_view file);

/// Which findings a baseline knows, each entry standing for one, and which of its entries are gone.
struct BaselineMatch {
  std::vector<bool> known;  ///< by place in the findings
  std::vector<BaselineEntry> gone;
};

BaselineMatch match_baseline(std::span<AuditFinding const> findings,
                             std::span<BaselineEntry const> baseline);

}  // namespace landfall
