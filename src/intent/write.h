// A first landfall.yaml, made from what was found.
#pragma once

#include <string>
#include <vector>

namespace landfall {

/// An app that was found and what is guessed about it; empty is unknown. An app that two workflows
/// deploy may be listed twice.
struct DiscoveredApp {
  std::string app;
  std::string environment;  ///< "production", "staging"...; empty: guessed from the app's name
  std::string workflow;     ///< path of a workflow file that deploys it
  std::string gate;         ///< the GitHub environment that this workflow names
};

struct Discovered {
  std::string organisation;
  std::string repository;  ///< owner/name
  std::vector<DiscoveredApp> apps;
};

/// A commented landfall.yaml that parse_intent accepts. What nobody can discover (owners,
/// reviewers, dates) stands in it as comments to be filled in.
std::string write_intent(Discovered const& found);

}  // namespace landfall
