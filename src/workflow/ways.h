// The ways into a workflow: each event with the refs, and the choices of inputs, that it can bring.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workflow/deploy_paths.h"
#include "workflow/expression.h"
#include "workflow/model.h"

namespace landfall {

/// Refs that behave alike for this file, and the pattern that names them.
struct RefPart {
  enum class Kind { pattern, prefix, name };  ///< from the wide to the narrow
  Kind kind = Kind::pattern;
  RefClass refs;
  std::string pattern;
};

/// The refs of one kind with which an event can come, in parts that do not overlap.
struct RefGroup {
  RefKind kind = RefKind::any;
  std::string space;                               ///< "refs/heads/"...
  std::optional<std::vector<std::string>> filter;  ///< as the file says it
  bool divisible = false;  ///< are these names that a pattern can tell apart
  std::vector<RefPart> parts;
};

/// The groups of an event, each with one part for each of its patterns.
std::vector<RefGroup> ref_groups(WorkflowEvent const& event);
/// Divides a group so that every question has an answer in each part.
void divide(RefGroup& group, std::vector<RefQuestion> const& questions);
/// The patterns that are left when only some parts of a group lead on.
std::vector<std::string> filter_of(RefGroup const& group, std::vector<bool> const& leads_on);

using Inputs = std::map<std::string, Value>;

/// All combinations of the inputs that have a list of choices and are named in the text of the
/// file; the others are not known. At most `most` combinations: beyond, inputs are not known.
std::vector<Inputs> input_choices(WorkflowEvent const& event, std::string_view text,
                                  std::size_t most);

}  // namespace landfall
