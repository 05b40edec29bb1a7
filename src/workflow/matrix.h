// The legs of a job's matrix.
#pragma once

#include <vector>

#include "workflow/names.h"

namespace landfall {

/// One leg for each combination; a job without a matrix has one leg without values. One leg that is
/// not known where the matrix is made by an expression, or has more than GitHub's 256 legs.
std::vector<Leg> matrix_legs(yaml::Node const* matrix);

}  // namespace landfall
