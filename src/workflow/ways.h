// The ways into a workflow: each event with the refs, and the choices of inputs, that it can bring.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workflow/expression.h"
#include "workflow/graph.h"
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

/// The groups of an event, each with one part for each of its patterns. None where the filters let
/// nothing through. The default branch may be empty: not known.
std::vector<RefGroup> ref_groups(Event const& event, std::string_view default_branch);
/// Divides a group so that every question has an answer in each part.
void divide(RefGroup& group, std::vector<RefQuestion> const& questions);
/// The patterns that are left when only some parts of a group lead on.
std::vector<std::string> filter_of(RefGroup const& group, std::vector<bool> const& leads_on);

/// What an event may come with, by dotted names in lower case: `inputs.environment`,
/// `event.action`, `event.schedule`, `event.workflow_run.conclusion`.
using Choices = std::map<std::string, Value>;

/// All combinations of what the event may come with and the file's text names: the choices and
/// booleans of inputs, types, schedules, conclusions. What has no list of values is not known. At
/// most `most` combinations: beyond, the rest is not known.
std::vector<Choices> event_choices(Event const& event, std::string_view text, std::size_t most);

}  // namespace landfall
