// The file that a sandbox starts from, read into its state. docs/world-file.md is its manual.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/state.h"
#include "sandbox/world_reader.h"
#include "world/files.h"

namespace landfall::sandbox {

/// All files below a folder, or in a tar archive, that the world file names.
using FolderReader = std::function<Result<Tree>(std::string const& folder)>;
Result<Tree> read_folder(Files& files, std::string const& folder);

/// Fills an empty state. The first mistake is an Error of kind config with file:line:column.
Result<> load_world(State& state, std::string_view text, std::string_view file,
                    FolderReader const& read, Instant now);

// The parts, one file each.
Result<> load_heroku(State& state, std::string_view file, yaml::Node const& node,
                     FolderReader const& read);
Result<> load_github(State& state, std::string_view file, yaml::Node const& node,
                     FolderReader const& read);
/// An app's sharing, buildpacks, add-ons, drains and webhooks; the teams; the pipelines.
Result<> load_app_parts(State& state, App& app, Section const& section);
Result<> load_teams(State& state, Section const& heroku);
Result<> load_pipelines(State& state, Section const& heroku);
/// The login under a key, which must be a declared user's; `fallback` if the key is missing.
Result<std::string> login(State const& state, Section const& section, std::string_view key,
                          std::string_view fallback);

}  // namespace landfall::sandbox
