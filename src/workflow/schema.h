// Judges a workflow file, or an action.yml, as GitHub's own reader does: by the grammar that GitHub
// publishes (grammar/), and by the rules that its converter adds. Decision 006 tells how.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"

namespace landfall {

/// What is wrong at one place: the key or the value that stands there, what was expected and what
/// was found (`text`), and what to do about it (`hint`, empty where the text says it).
struct SchemaProblem {
  enum class Kind {
    invalid,     ///< GitHub refuses the file, and so runs none of its jobs
    expression,  ///< the same, for what stands in `${{ }}` or in an `if`
    needs_unknown,
    needs_cycle,
    zero_jobs,
    doubtful,  ///< GitHub takes the file, but this does not do what it says
  };
  yaml::Mark begin;
  yaml::Mark end;
  std::string text;
  std::string hint;
  Kind kind = Kind::invalid;
};

/// Does GitHub refuse the file: is any of them more than doubtful?
bool is_refused(std::span<SchemaProblem const> problems);

/// All that GitHub would refuse in a workflow file, in the order of the file, at most 100. `text`
/// is what `root` was read from.
std::vector<SchemaProblem> judge_workflow(yaml::Node const& root, std::string_view text);

/// The same for an action.yml. What only GitHub's strict grammar of actions refuses, while its
/// runner takes it, is doubtful.
std::vector<SchemaProblem> judge_action(yaml::Node const& root, std::string_view text);

/// Where byte `offset` of a scalar's value stands in `text`, the document: right for plain, quoted
/// and block scalars, whose lines are folded, unescaped and unindented in the value.
yaml::Mark mark_in(yaml::Node const& node, std::string_view text, std::size_t offset);
/// The same for several, which must not fall, in one walk over the scalar.
std::vector<yaml::Mark> marks_in(yaml::Node const& node, std::string_view text,
                                 std::span<std::size_t const> offsets);

}  // namespace landfall
