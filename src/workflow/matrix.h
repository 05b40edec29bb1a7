// The legs of a job's matrix.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workflow/expression.h"

namespace landfall {

/// The values of one leg of a matrix; nullopt: the matrix is not known.
using Leg = std::optional<std::map<std::string, Value>>;

/// One leg for each combination; a job without a matrix has one leg without values. Axes and entries
/// made by an expression are evaluated. One leg that is not known where an expression is not known,
/// or where there are more than GitHub's 256 legs.
std::vector<Leg> matrix_legs(yaml::Node const* matrix, Names& names);

}  // namespace landfall
