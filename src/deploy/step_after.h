// The steps from the build on: after them the platform has been changed.
#pragma once

#include "deploy/step.h"

namespace landfall {

Move step_build(Situation const& at);
Move step_release(Situation const& at);
Move step_dynos(Situation const& at);
Move step_health(Situation const& at);
Move step_rollback(Situation const& at);
/// The end of a rollback that cannot succeed: says loudly what is live now.
Move rollback_stopped(Situation const& at, std::string_view why);

}  // namespace landfall
