// A world over time, and what landfall must say of it: tests of checks, routes and policies for
// their users, played in simulated time. docs/watch.md describes the file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/yaml.h"

namespace landfall {

/// What must be so at a point of the story. What is absent is not looked at.
struct Expectation {
  /// "firing SEV-2 shop/production no-running-dynos", in any order: all alerts that are open.
  std::optional<std::vector<std::string>> alerts;
  /// "pager: firing SEV-2 shop/production no-running-dynos", in any order: all messages since the
  /// last expectation that looked at them.
  std::optional<std::vector<std::string>> told;
};

struct ScenarioStep {
  enum class Kind { pass, deploy, heroku, github, control, kill, silence, acknowledge, expect };
  Kind kind = Kind::pass;
  Duration time{0};       ///< pass: how long; silence: how long
  std::string app;        ///< deploy
  std::string command{};  ///< deploy: of the process type web
  std::string method{};   ///< of a request
  std::string path{};
  std::string body{};
  std::string target{};  ///< silence, acknowledge
  Expectation expectation{};
  yaml::Mark mark{};
};

struct Scenario {
  std::string name;
  std::string file;
  std::string folder;  ///< paths of the world file begin here
  std::string intent;  ///< the text of a landfall.yaml, or the name of one in the folder
  std::string world;   ///< the text of a world file, or the name of one
  std::vector<ScenarioStep> steps;
};

/// ErrorKind::config with the place.
Result<Scenario> read_scenario(std::string const& text, std::string const& file,
                               std::string const& folder);

/// Where found and expected differ.
struct Mismatch {
  yaml::Mark mark;
  Instant at;
  std::string what;  ///< "alerts", "told"
  std::vector<std::string> missing;
  std::vector<std::string> surplus;
};

struct Played {
  std::vector<Mismatch> mismatches;
  Duration time{0};  ///< that passed in the story
  std::string log;   ///< what the watcher said
};

/// Plays it with the real sandbox and the real watcher in a simulated world. Every dyno answers 200
/// with its commit; a command that contains "sick" answers 500, one that contains "crash" exits. An
/// error is a step that could not be done.
Result<Played> play(Scenario const& scenario);

}  // namespace landfall
