// The rules that GitHub's converter adds to the grammar. What the grammar refused already (a wrong
// kind of node) is passed over in silence.
#pragma once

#include <string>
#include <string_view>

#include "workflow/schema_problems.h"

namespace landfall::grammar {

/// Events: filters, schedules, inputs.
void judge_events(yaml::Node const& root, Problems& problems);

/// Jobs: ids, `needs`, called workflows, containers, matrices, steps.
void judge_jobs(yaml::Node const& root, Problems& problems);

/// Steps of a job or of a composite action: ids, `uses`, parallel ones.
void judge_steps(Spot const& steps, Problems& problems);

/// `jobs.*.needs`: jobs that are not there, jobs that wait for themselves.
void judge_needs(Spot const& jobs, Problems& problems);

/// Why an id of a job or a step is none; "" if it is one.
std::string id_problem(std::string_view id);


/// Does an expression stand anywhere in a node.
bool has_expression(yaml::Node const& node);

}  // namespace landfall::grammar
