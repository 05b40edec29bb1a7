#include "workflow/expression_properties.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "base/text.h"
#include "workflow/expression_case.h"

namespace landfall {
namespace {

using Kind = ExpressionNode::Kind;

constexpr std::string_view of_github[]{"action",
                                       "action_path",
                                       "action_ref",
                                       "action_repository",
                                       "action_status",
                                       "actor",
                                       "actor_id",
                                       "api_url",
                                       "base_ref",
                                       "env",
                                       "event",
                                       "event_name",
                                       "event_path",
                                       "graphql_url",
                                       "head_ref",
                                       "job",
                                       "output",
                                       "path",
                                       "ref",
                                       "ref_name",
                                       "ref_protected",
                                       "ref_type",
                                       "repository",
                                       "repository_id",
                                       "repository_owner",
                                       "repository_owner_id",
                                       "repository_visibility",
                                       "repositoryUrl",
                                       "retention_days",
                                       "run_attempt",
                                       "run_id",
                                       "run_number",
                                       "secret_source",
                                       "server_url",
                                       "sha",
                                       "state",
                                       "step_summary",
                                       "token",
                                       "triggering_actor",
                                       "workflow",
                                       "workflow_ref",
                                       "workflow_sha",
                                       "workspace"};
constexpr std::string_view of_job[]{"check_run_id", "container",    "services",
                                    "status",       "workflow_ref", "workflow_sha"};
constexpr std::string_view of_runner[]{"arch", "debug", "environment", "name",
                                       "os",   "temp",  "tool_cache",  "workspace"};
constexpr std::string_view of_strategy[]{"fail-fast", "job-index", "job-total", "max-parallel"};
constexpr std::string_view of_needed[]{"outputs", "result"};
constexpr std::string_view of_step[]{"conclusion", "outcome", "outputs"};

struct Shape {
  std::string_view context;
  std::size_t level;  ///< which step of a path names the member
  std::span<std::string_view const> members;
};
constexpr Shape shapes[]{{"github", 1, of_github}, {"job", 1, of_job},
                         {"runner", 1, of_runner}, {"strategy", 1, of_strategy},
                         {"needs", 2, of_needed},  {"steps", 2, of_step}};

/// The name of a step of a path, nullopt if it is none or computed.
std::optional<std::string> name_of(Expression const& expression, ExpressionNode const& step) {
  if (step.kind == Kind::name) return std::string(expression.name(step));
  if (step.kind != Kind::index) return std::nullopt;
  ExpressionNode const& index = *expression.first(step);
  return index.kind == Kind::text ? std::optional(expression.string_of(index)) : std::nullopt;
}

ExpressionNode const* member_of(Expression const& expression, ExpressionNode const& path,
                                std::size_t level) {
  ExpressionNode const* step = expression.first(path);
  for (; step != nullptr && level > 0; --level) step = expression.next(*step);
  return step;
}

}  // namespace

std::vector<ExpressionError> misspelled_members(Expression const& expression) {
  std::vector<ExpressionError> errors;
  for (ExpressionNode const& path : expression.nodes()) {
    if (path.kind != Kind::path || expression.first(path)->kind != Kind::context) continue;
    std::string_view const context = expression.name(*expression.first(path));
    auto const* const shape =
        std::find_if(std::begin(shapes), std::end(shapes),
                     [&](auto const& s) { return same_but_case(s.context, context); });
    if (shape == std::end(shapes)) continue;
    ExpressionNode const* const step = member_of(expression, path, shape->level);
    std::optional<std::string> const name = step ? name_of(expression, *step) : std::nullopt;
    if (!name) continue;
    std::vector<std::string> const members(shape->members.begin(), shape->members.end());
    bool const known = std::any_of(members.begin(), members.end(), [&](std::string const& member) {
      return same_name(member, *name);
    });
    std::string const meant = known ? "" : did_you_mean(lower(*name), members);
    if (meant.empty()) continue;
    errors.push_back({.kind = ExpressionError::Kind::member,
                      .offset = step->begin,
                      .length = step->end - step->begin,
                      .text = fmt::format("expected a member of {}, found '{}'{}", shape->context,
                                          printable(*name), meant)});
  }
  return errors;
}

}  // namespace landfall
