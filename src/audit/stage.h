// What a name says of the stage that it belongs to.
#pragma once

#include <string_view>

#include "workflow/graph.h"

namespace landfall {

enum class Stage { unsaid, production, other };

/// `shop-prod`, `production_eu`, `Live` are production; `staging`, `dev`, `qa`, `preview`... are
/// other. A name that says both (`prod-preview`) says nothing.
Stage stage_of(std::string_view name);

/// What a path says of its target: the target's own name first, then its environment, the values of
/// inputs that lead there, the jobs, the file's name.
Stage stage_of(Path const& path);

/// A path by which code reaches something that people use, as far as its names tell.
bool is_production(Path const& path);

}  // namespace landfall
