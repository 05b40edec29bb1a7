// The steps from the build on: after them the platform has been changed.
#pragma once

#include "deploy/step.h"

namespace landfall {

Move step_build(Situation const& at);
Move step_release(Situation const& at);
Move step_dynos(Situation const& at);
Move step_health(Situation const& at);
Move step_rollback(Situation const& at);

}  // namespace landfall
