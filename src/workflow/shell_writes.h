// What a script leaves to later steps: lines in GITHUB_ENV, GITHUB_OUTPUT and GITHUB_PATH.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workflow/shell.h"

namespace landfall {

/// A variable or output that a command sets for later steps.
struct StepWrite {
  enum class To { env, output, path };
  To to = To::env;
  std::string name;                  ///< "" if even that is not known: any may be set
  std::optional<std::string> value;  ///< interpolated; nullopt if nothing of it is known
  bool perhaps = false;              ///< the command may not run, or runs with another value too
};

/// `echo "A=$B" >> "$GITHUB_ENV"`, printf, a here-document of cat, a multi-line value, `tee -a`,
/// and `echo "::set-output name=a::b"`.
/// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files
std::vector<StepWrite> step_writes(ShellCommand const& command);

}  // namespace landfall
