// Comments that silence a finding, with their reason: `# landfall: ignore ID because REASON`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.h"

namespace landfall {

/// One such comment. It holds for its own line, or, where it stands alone on its line, for the next
/// line that is more than a comment; among the comments that a file begins with, for all of it.
struct IgnoreComment {
  Place place;  ///< from `landfall:` to the end of the line
  std::vector<std::string> ids;
  std::string reason;
  bool whole_file = false;
  std::uint32_t line = 0;  ///< the line for which it holds
  std::string problem;     ///< what is wrong with its form; empty: nothing
  bool used = false;       ///< something was ignored by it

  bool covers(AuditFinding const& finding) const;
};

/// All comments to landfall in a file: of YAML and of scripts alike, for a script's finding stands
/// in the script. A text that never speaks of landfall costs one search.
std::vector<IgnoreComment> read_ignores(std::string_view file, std::string_view text);

/// Takes the findings that a well-formed comment covers out of `findings`, each with the reason as
/// its last note, and marks the comments that were used.
std::vector<AuditFinding> take_ignored(std::span<IgnoreComment> comments,
                                       std::vector<AuditFinding>& findings);

}  // namespace landfall
