// Heroku's resources: what is asked about an app, and the facts in the answer. Each pair stands in
// a file of its own and is pure; collect.cpp sends and stores.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "collect/client.h"
#include "facts/store.h"

namespace landfall {

Ask heroku_app_ask(std::string const& app);
/// One row of `app`.
Result<std::vector<Fact>> heroku_app_facts(std::string const& app, Json const& json);

/// All releases, newest first.
Ask heroku_releases_ask(std::string const& app);
/// Rows of `release`. The commits stand in the slugs: see with_commits.
Result<std::vector<Fact>> heroku_releases_facts(std::string const& app, Json const& json);
/// At most one row of `live_release`.
Result<std::vector<Fact>> heroku_live_release_facts(std::string const& app, Json const& json);
/// What a release is, from Heroku's words for it: initial, platform, config, addon, deploy,
/// promotion, rollback or other.
std::string_view release_kind(std::string_view description);

Ask heroku_slug_ask(std::string const& app, std::string const& slug);
/// One row of `slug`.
Result<std::vector<Fact>> heroku_slug_facts(std::string const& app, Json const& json);
/// Ids of the slugs of the `newest` newest releases that carry code, each once, without those
/// known.
std::vector<std::string> slugs_to_ask(std::vector<Fact> const& releases,
                                      std::map<std::string, sql::Value> const& commits,
                                      std::size_t newest);
/// The releases with commit_id filled in from the slugs' commits.
std::vector<Fact> with_commits(std::vector<Fact> releases,
                               std::map<std::string, sql::Value> const& commits);

Ask heroku_formation_ask(std::string const& app);
Result<std::vector<Fact>> heroku_formation_facts(std::string const& app, Json const& json);

Ask heroku_dynos_ask(std::string const& app);
Result<std::vector<Fact>> heroku_dynos_facts(std::string const& app, Json const& json);

Ask heroku_builds_ask(std::string const& app);
Result<std::vector<Fact>> heroku_builds_facts(std::string const& app, Json const& json);

Ask heroku_domains_ask(std::string const& app);
Result<std::vector<Fact>> heroku_domains_facts(std::string const& app, Json const& json);

/// The values are gone before anything of the answer is kept.
Ask heroku_config_vars_ask(std::string const& app);
/// Rows of `config_var`: names only.
Result<std::vector<Fact>> heroku_config_vars_facts(std::string const& app, Json const& json);

}  // namespace landfall
