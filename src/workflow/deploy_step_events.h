// Which commands and actions make events that other workflows wait for, and which install or need
// the Heroku CLI.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workflow/deploy_step.h"
#include "workflow/shell.h"
#include "workflow/signatures.h"

namespace landfall {

/// A tag, release or pull request that a step makes. Made with GITHUB_TOKEN it starts no workflow.
/// https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow#triggering-a-workflow-from-a-workflow
struct MadeEvent {
  MadeEventKind kind = MadeEventKind::none;
  std::string ref;    ///< the tag, interpolated; "" where it is not named
  std::string tool;   ///< "git push", "gh release create", "softprops/action-gh-release"
  std::string token;  ///< the interpolated token that is given; "" where none is: the default, or
                      ///< for git push what checkout left behind
  std::string token_name;  ///< where it is given: input `token`, or variable `GH_TOKEN`
};

std::optional<MadeEvent> action_makes(std::string_view uses, ActionInputs const& inputs,
                                      ShellVariables const& variables);
std::optional<MadeEvent> command_makes(ShellCommand const& command,
                                       ShellVariables const& variables);

bool pushes_tag(ShellCommand const& command);
bool creates_release(ShellCommand const& command);

/// curl of the installer, npm, snap, brew...
bool installs_heroku_cli(ShellCommand const& command);
bool action_installs_heroku_cli(std::string_view uses);
/// Runs `heroku`. `npx heroku` brings its own.
bool uses_heroku_cli(ShellCommand const& command);

}  // namespace landfall
