#include "workflow/deploy_paths.h"

#include <fmt/core.h>

#include "base/text.h"
#include "workflow/schema.h"

namespace landfall {

Result<std::vector<DeployPath>> heroku_paths(std::string_view text, std::string_view file) {
  // GitHub itself takes no larger file.
  yaml::Document const document =
      TRY(yaml::parse(text, file, {.bytes = 1 << 20, .nodes = 100'000}));
  for (SchemaProblem const& problem : judge_workflow(document.root(), document.text())) {
    if (problem.kind == SchemaProblem::Kind::doubtful) continue;
    std::string const what =
        problem.hint.empty() ? problem.text : problem.text + "; " + problem.hint;
    Error error = yaml::error_at(file, problem.begin, what);
    error.kind = ErrorKind::data;
    return std::unexpected(std::move(error));
  }
  Workflow const workflow = read_workflow(document.root());
  Library library;
  FilePaths const found = deploy_paths({file, document.text(), workflow}, library);
  if (found.too_much)
    return fail(ErrorKind::data,
                fmt::format("{}:1:1: too many combinations of inputs, refs and matrix values to "
                            "follow",
                            file));
  std::vector<DeployPath> paths;
  for (Path const& path : found.paths) {
    if (path.reach == Reach::impossible || path.deploy.provider != "heroku") continue;
    paths.push_back({.job = std::string(path.hops.front().job->id),
                     .step = path.step->number,
                     .line = path.step->node->begin.line,
                     .event = std::string(path.event->name),
                     .ref_kind = path.ref_kind,
                     .filter = path.filter,
                     .app = path.target,
                     .app_known = path.target_known,
                     .tool = path.deploy.tool,
                     .environment = path.environment(),
                     .dont_autocreate = path.deploy.dont_autocreate,
                     .health_check = path.health_check});
  }
  return paths;
}

}  // namespace landfall
