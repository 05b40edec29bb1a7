// What the audit says of a place in a file, and the change that mends it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflow/graph.h"

namespace landfall {

/// How sure a rule is that what it says is so; apart from how bad it is if so.
enum class Confidence { certain, likely, possible };

/// Bytes [begin, end) of a file replaced by a text.
struct Edit {
  std::string file;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// A second place that a finding speaks of.
struct Note {
  Place place;
  std::string text;
};

struct AuditFinding {
  std::string_view rule;  ///< its id: of static storage
  std::string severity;   ///< SEV-1 to SEV-4; empty: the rule's own
  Confidence confidence = Confidence::certain;
  Place place;
  std::string message;  ///< one sentence: what was found here, and why it matters
  std::string target;   ///< the target that it bears on; empty: none or all
  std::vector<Note> notes;
  /// Edits that mend it, empty where no change of the file alone does. Not overlapping.
  std::vector<Edit> fix;
  std::string fix_title;  ///< "set dontautocreate: true": what the edits do

  /// What stays the same while lines move: rule, file, target and the words of the message. For
  /// baselines and SARIF.
  std::string fingerprint() const;
};

std::string_view confidence_name(Confidence confidence);

}  // namespace landfall
