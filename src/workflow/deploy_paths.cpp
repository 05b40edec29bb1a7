#include "workflow/deploy_paths.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "workflow/schema.h"

namespace landfall {

namespace {

std::size_t line_of(Path const& path) {
  Job const& job = *path.hops.front().job;
  return job.uses != nullptr ? job.uses->begin.line : path.step->node->begin.line;
}

/// Legs of a matrix and several steps of a called workflow may come to the same.
bool is_same(DeployPath const& a, DeployPath const& b) {
  return a.job == b.job && a.step == b.step && a.event == b.event && a.ref_kind == b.ref_kind &&
         a.filter == b.filter && a.app == b.app;
}

}  // namespace

Result<std::vector<DeployPath>> heroku_paths(std::string_view text, std::string_view file,
                                             ReadText const& read) {
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
  Library library(read, {});
  FilePaths const found = deploy_paths({file, document.text(), workflow}, library);
  if (found.too_much)
    return fail(ErrorKind::data,
                fmt::format("{}:1:1: too many combinations of inputs, refs and matrix values to "
                            "follow",
                            file));
  std::vector<DeployPath> paths;
  for (Path const& path : found.paths) {
    if (path.reach == Reach::impossible || path.deploy.provider != "heroku") continue;
    DeployPath way{.job = std::string(path.hops.front().job->id),
                   .step = path.step->number,
                   .line = line_of(path),
                   .event = std::string(path.event->name),
                   .ref_kind = path.ref_kind,
                   .filter = path.filter,
                   .app = path.target,
                   .app_known = path.target_known,
                   .tool = path.deploy.tool,
                   .environment = path.environment(),
                   .dont_autocreate = path.deploy.dont_autocreate,
                   .health_check = path.health_check};
    bool const is_there = std::any_of(paths.begin(), paths.end(),
                                      [&](DeployPath const& each) { return is_same(each, way); });
    if (!is_there) paths.push_back(std::move(way));
  }
  return paths;
}

}  // namespace landfall
