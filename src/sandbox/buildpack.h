// Buildpacks: which of them turn a source into an app, and what they say of it.
// https://devcenter.heroku.com/articles/buildpack-api
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/state.h"

namespace landfall::sandbox {

/// One buildpack of a build and where its files come from.
struct ChosenBuildpack {
  enum class From {
    archive,   ///< the world file's, or fetched by now
    url,       ///< on this machine, to be fetched
    built_in,  ///< takes every source that has a Procfile, and changes nothing
    stand_in,  ///< the same, in place of one of Heroku's own that the world file does not give
  };
  std::string name;  ///< as it was asked for
  From from = From::built_in;
  std::string archive{};  ///< or its URL
};

struct BuildpackChoice {
  std::vector<ChosenBuildpack> buildpacks;
  /// Nobody asked for them: the first that detects the source is the one.
  bool by_detection = false;
};

/// What the build was asked to use, else what the app uses, else all that the world file has and
/// the built-in one. ErrorKind::config: one of them cannot be had in a sandbox.
Result<BuildpackChoice> choose_buildpacks(Heroku const& heroku, App const& app, Build const& build);

/// "heroku/python" of "urn:buildpack:heroku/python" or of its archive's URL at Heroku.
std::string buildpack_name(std::string_view text);

/// The default_process_types in what bin/release prints.
Result<std::map<std::string, std::string, std::less<>>> default_process_types(
    std::string_view printed);

}  // namespace landfall::sandbox
