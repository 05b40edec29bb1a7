// Which commands and actions ask the app for an answer, and whether a bad answer fails them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "workflow/shell.h"

namespace landfall {

/// Does the command ask something, most likely the app, for an answer.
bool asks_for_an_answer(ShellCommand const& command);
/// The same of an action.
bool action_asks_for_an_answer(std::string_view uses);

/// A question to the app, and what is made of the answer.
struct HealthQuestion {
  std::string url;                 ///< interpolated; "" of a script with health in its name
  std::string host;                ///< of the URL, "" if it is not known
  bool fails_on_status = false;    ///< an answer of 500 fails it, or is compared by a later command
  bool retries = false;            ///< it is asked more than once: --retry, a loop
  bool follows_redirects = false;  ///< so that a login page is an answer too
};

/// What the command at `index` asks, nullopt if it asks nothing.
std::optional<HealthQuestion> health_question(std::span<ShellCommand const> commands,
                                              std::size_t index);

/// The pattern by which a command looks for a member of JSON as text (`"status": "ok"`), which one
/// blank more or less breaks; nullopt if it does not.
std::optional<std::string> greps_json(ShellCommand const& command);

}  // namespace landfall
