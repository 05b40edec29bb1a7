// What the tests of deploy paths share: paths as lines, and workflows of one job.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "workflow/deploy_paths.h"

namespace landfall {

/// A path in one line, to compare and to read.
inline std::string line_of(DeployPath const& path) {
  std::string text = path.event;
  text += path.ref_kind == RefKind::tag      ? " tag"
          : path.ref_kind == RefKind::branch ? " branch"
                                             : "";
  text += " [" + join(path.filter, " ") + "] " + path.job + "." + std::to_string(path.step);
  text += (path.app_known ? " -> " : " -> ? ") + path.app + " by " + path.tool;
  if (!path.environment.empty()) text += " in " + path.environment;
  if (path.dont_autocreate) text += *path.dont_autocreate ? " no-create" : " creates";
  if (path.health_check) text += " checked";
  return text;
}

inline std::vector<std::string> paths_of(std::string_view text) {
  auto const paths = heroku_paths(text, "w.yml");
  EXPECT_TRUE(paths) << paths.error().text;
  std::vector<std::string> lines;
  if (paths)
    for (DeployPath const& path : *paths) lines.push_back(line_of(path));
  return lines;
}

using Lines = std::vector<std::string>;

/// A workflow of one job with the given events, further keys of the job and steps.
inline std::string workflow(std::string_view on, std::string_view job, std::string_view steps) {
  return "on: " + std::string(on) + "\njobs:\n  d:\n    runs-on: x\n" + std::string(job) +
         "    steps:\n" + std::string(steps);
}

inline constexpr std::string_view push_heroku =
    "      - run: git push https://git.heroku.com/an-app.git main\n";

}  // namespace landfall
