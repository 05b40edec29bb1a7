// From a source archive to a slug and a release: the Procfile buildpack.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sandbox/state.h"

namespace landfall::sandbox {

/// The process types of a Procfile: `web: python3 app.py`. Other lines are skipped, as Heroku does.
std::map<std::string, std::string, std::less<>> read_procfile(std::string_view text);

/// A slug of files that a world file names.
Result<Slug> slug_of_tree(State& state, Tree const& tree, std::string const& commit, Instant now);

/// Ends a pending build with the source's bytes or the error that there are none: a slug and a
/// release on success, a status and an output either way.
void finish_build(State& state, App& app, Build& build, Result<std::string> source, Instant now);

/// What is at a URL of this sandbox's own source uploads; `missing` if it is none of them.
Result<std::string> uploaded_source(State const& state, std::string_view url);

/// Uploads and downloads of sources and slugs, by secret URLs and without credentials. nullopt: the
/// path is no blob's.
std::optional<Response> answer_blob(State& state, Request const& request, Url const& url,
                                    Instant now);

/// The output of a build or a release phase.
struct Stream {
  bool finished = false;
  std::string text;
};
std::optional<Stream> find_stream(State const& state, std::string_view secret);

}  // namespace landfall::sandbox
