// Which secrets and variables the expressions of a workflow file name, and in which job.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace landfall {

/// One `secrets.NAME` or `vars.NAME` of an expression.
struct SecretUse {
  std::string job;  ///< its id; empty: outside the jobs
  bool is_variable = false;
  std::string name;  ///< in capitals, as GitHub keeps it
  std::size_t line = 0;
  /// Nothing stands in for it: no alternative or test beside it in the expression, no condition, no
  /// caller that passes it.
  bool required = false;
};

/// All uses in the order of the file. None of a file that is no YAML, and none of an expression
/// that cannot be read: GitHub runs neither.
std::vector<SecretUse> secret_uses(std::string_view text);

}  // namespace landfall
