// Which commands and actions bring code to a Heroku app.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/shell.h"

namespace landfall {

/// A deploy that was recognised. The app is interpolated: what is not known of it is marked.
struct FoundDeploy {
  std::string tool;
  std::string app;
  std::optional<bool> dont_autocreate;
  bool health_check = false;
};

/// Git remotes of a job's checkout that lead to apps.
using Remotes = std::map<std::string, std::string>;

/// The value of one of a step's inputs, nullopt if it is absent.
using ActionInputs = std::function<std::optional<std::string>(std::string_view)>;

/// What `uses:` deploys.
std::optional<FoundDeploy> action_deploy(std::string_view uses, ActionInputs const& inputs);

/// What one command of a script deploys; several where a pipeline is promoted to several apps.
/// Notes remotes that it sets. `variables` has HEROKU_APP.
std::vector<FoundDeploy> command_deploys(ShellCommand const& command, Remotes& remotes,
                                         ShellVariables const& variables);

/// Does the command ask something, most likely the app, for an answer.
bool asks_for_an_answer(ShellCommand const& command);
/// The same of an action.
bool action_asks_for_an_answer(std::string_view uses);

}  // namespace landfall
