// Changes of a workflow's text by the names of jobs and steps, made of edits (edit.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace landfall {

/// The text without these jobs; comments above the next job stay. Refuses when another job needs
/// one of them. Empty if no job would remain: such a file is no workflow any more.
Result<std::string> remove_jobs(std::string_view text, std::string_view file,
                                std::vector<std::string> const& jobs);

/// The text with `name: value` among the inputs (`with`) of a step, counted from 1.
Result<std::string> set_step_input(std::string_view text, std::string_view file,
                                   std::string_view job, int step,
                                   std::pair<std::string, std::string> const& input);

}  // namespace landfall
