// Programs that run the program in their arguments: sudo, env, timeout, npx...
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/shell.h"
#include "workflow/shell_expand.h"

namespace landfall {

/// What stood before a program.
struct UnwrappedCommand {
  std::size_t first = 0;                     ///< the field that names the program
  std::vector<ShellAssignment> assignments;  ///< of `env`
  bool fetched = false;                      ///< npx and its like bring the program along
  bool retries = false;                      ///< `retry` and its like
};

/// May the program be one that is skipped, and another one stand behind it.
bool may_wrap(std::string_view program);

/// Skips the wrappers with their own options and arguments.
UnwrappedCommand unwrap(std::vector<ShellField> const& fields);

/// `netlify-cli@17` to `netlify-cli`, `/usr/bin/heroku` to `heroku`.
std::string_view program_name(std::string_view word);

}  // namespace landfall
