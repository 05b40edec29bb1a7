// Which commands and actions deploy, publish or change what runs, and where to.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/scripts.h"
#include "workflow/shell.h"
#include "workflow/signatures.h"

namespace landfall {

/// The health check that an action makes by itself after it has deployed.
struct OwnHealthCheck {
  std::string url;
  std::string text;  ///< that the answer must have
  std::optional<bool> rolls_back;
};

/// A deploy that was recognised. Its texts are interpolated: what is not known of them is marked.
struct FoundDeploy {
  std::string_view provider;  ///< "heroku", "fly", "kubernetes", "npm": see signatures/deploys.yaml
  DeployRole role = DeployRole::deploy;
  std::string tool;    ///< "git push", "heroku container:release", "akhileshns/heroku-deploy"
  std::string target;  ///< the app, service, site, package...
  std::string within;  ///< its namespace, cluster, project or environment; "" where there is none
  std::optional<bool> dont_autocreate;         ///< of heroku-deploy only
  std::optional<OwnHealthCheck> health_check;  ///< of an action that has one
  bool needs_heroku_cli = false;
  ActionSignature const* action = nullptr;  ///< of an action that is in the signatures
};

/// Git remotes of a job's checkout that lead to apps, dokku hosts and the like: name to URL.
using Remotes = std::map<std::string, std::string>;

/// The value of one of a step's inputs, nullopt if it is absent. Names are asked in lower case.
using ActionInputs = std::function<std::optional<std::string>(std::string_view)>;

/// What is around a step.
struct DeployScene {
  Remotes& remotes;                 ///< of the job; commands that set remotes are noted
  ShellVariables const& variables;  ///< the step's environment
  ReadFile const& read;             ///< for wrangler.toml, fly.toml...; may be empty
};

/// What `uses:` deploys; several where an input is a script or a list.
std::vector<FoundDeploy> action_deploys(std::string_view uses, ActionInputs const& inputs,
                                        DeployScene const& scene);

/// What one command of a script deploys; several where a pipeline is promoted to several apps.
std::vector<FoundDeploy> command_deploys(ShellCommand const& command, DeployScene const& scene);

}  // namespace landfall
