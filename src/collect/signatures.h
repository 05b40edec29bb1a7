// The table of signatures/*.yaml: which answers mean what.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace landfall {

/// One entry. Empty conditions hold always.
struct Signature {
  std::string class_name;
  std::string verdict;  ///< healthy, failing, unknown
  std::string detail;   ///< with {status} and the like to be replaced
  bool any_status = false;
  bool expected_status = false;
  std::vector<int> statuses;
  std::optional<bool> marker;  ///< must it be there, must it be missing
  std::optional<bool> commit;  ///< the same of the commit that a healthy answer is declared to name
  std::vector<std::string> body;
  std::vector<std::string> location;
  std::string header;
  std::vector<std::string> header_values;
  std::vector<std::string> errors;  ///< not empty: for no answer
};

/// Reads a table. Errors are of kind config, with file, line and column; one that says healthy
/// without asking for the declared status and marker is refused.
Result<std::vector<Signature>> parse_signatures(std::string_view text, std::string_view file);

/// The table that landfall carries inside. A malformed one is a bug.
std::vector<Signature> const& signatures();

/// Is the text in the body as whole words: "H14" is not in "AH142".
bool has_words(std::string_view text, std::string_view words);

}  // namespace landfall
