// Slugs and what is kept of builds; the uploads and downloads of both.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sandbox/build_job.h"
#include "sandbox/state.h"

namespace landfall::sandbox {

/// The process types of a Procfile: `web: python3 app.py`. Other lines are skipped, as Heroku does.
std::map<std::string, std::string, std::less<>> read_procfile(std::string_view text);

/// A slug of files that a world file names.
Result<Slug> slug_of_tree(State& state, Tree const& tree, std::string const& commit, Instant now);

/// Ends a pending build: with what was built, a slug and a release. Gives the end of its output,
/// which is still to be added to it.
std::string finish_build(State& state, App& app, Build& build, std::optional<Built> built,
                         Instant now);

/// What is at a URL of this sandbox's own source uploads; `missing` if it is none of them.
Result<std::string> uploaded_source(State const& state, std::string_view url);

/// Uploads and downloads of sources and slugs, by secret URLs and without credentials. nullopt: the
/// path is no blob's.
std::optional<Response> answer_blob(State& state, Request const& request, Url const& url,
                                    Instant now);

/// The output of a build or a release phase.
struct StreamText {
  bool finished = false;
  std::string_view text;  ///< lies in the state
};
std::optional<StreamText> find_stream(State const& state, std::string_view secret);

}  // namespace landfall::sandbox
