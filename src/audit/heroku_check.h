// Whether a job would notice that a Heroku app is not there, and the step that makes it notice.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/site.h"

namespace landfall {

/// Does anything in the job fail when the app is not there: a heroku command that names an app, a
/// question to Heroku's API. Before or after the deploy, red is red.
bool asks_for_app(AuditedFile const& file, Hop const& hop, SiteStep const& deploying);

/// A step that fails when the app of a heroku-deploy step is not there, as lines of YAML; nullopt
/// where its name or key are not given as scalars.
std::optional<std::vector<std::string>> app_check_step(SiteStep const& deploying);

}  // namespace landfall
