// What a release does to an app: the one place that makes versions.
#pragma once

#include <optional>
#include <string>

#include "sandbox/state.h"

namespace landfall::sandbox {

/// Add-on changes alone run no release phase.
/// https://devcenter.heroku.com/articles/release-phase
enum class ReleasePhase { runs, skipped };

struct NewRelease {
  std::string user;
  std::string description;
  std::optional<std::string> slug;
  ReleasePhase phase = ReleasePhase::runs;
};

/// Appends the next version with the app's config as it is now. With a release phase it stays
/// pending until finish_release; else it is in force at once and its dynos are asked for. The app's
/// log and webhooks hear of it.
Release& add_release(State& state, App& app, NewRelease release, Instant now);
/// The slug of the release in force: what a release carries on that brings no code.
std::optional<std::string> slug_in_force(App const& app);

/// The end of a release phase.
void finish_release(State& state, App& app, Release& release, bool succeeded, Instant now);

/// Makes the formation fit the process types of the code in force. The first code with a web type
/// starts one web dyno; all other new types start with none.
void adopt_process_types(State& state, App& app, Release const& release, Instant now);

}  // namespace landfall::sandbox
