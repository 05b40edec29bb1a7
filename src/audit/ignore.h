// Comments that silence a finding, with their reason: `# landfall: ignore ID because REASON`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.h"

namespace landfall {

/// One such comment. It holds for its own line, or, where it stands alone on its line, for the next
/// line that is no comment; in the comments that a file begins with, for the whole file.
struct IgnoreComment {
  Place place;  ///< from `landfall:` to the end of the line
  std::vector<std::string> ids;
  std::string reason;
  bool whole_file = false;
  std::uint32_t line = 0;  ///< the line for which it holds
  std::string problem;     ///< what is wrong with its form; empty: nothing

  bool covers(AuditFinding const& finding) const;
};

/// All comments to landfall in a file: of YAML and of scripts alike, for a script's finding stands
/// in the script. A text that never speaks of landfall costs one search.
std::vector<IgnoreComment> read_ignores(std::string_view file, std::string_view text);

/// Which ids a comment may name.
struct KnownIds {
  std::span<std::string const> rules;
  std::span<std::string const> others;  ///< checks over facts
};

/// Splits findings by comments: what a comment covers leaves `findings` and comes back, with the
/// reason as its last note. `used` tells for each comment whether it covered anything.
std::vector<AuditFinding> take_ignored(std::span<IgnoreComment const> comments,
                                       std::vector<AuditFinding>& findings,
                                       std::vector<bool>& used);

}  // namespace landfall
