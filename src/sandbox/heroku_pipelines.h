// Pipelines: who may see them, and which apps stand where in them.
#pragma once

#include <string_view>

#include "sandbox/heroku.h"

namespace landfall::sandbox {

Pipeline* find_pipeline(State& state, std::string_view name_or_id);
/// Its owner, the members of its team, and whoever may see one of its apps.
bool can_see_pipeline(State const& state, Pipeline const& pipeline, std::string const& login);
Coupling* coupling_of(State& state, std::string_view app_id);
bool is_stage(std::string_view stage);

}  // namespace landfall::sandbox
