// What happens to dynos because time goes by: the daily cycling, the sleep of Eco dynos, and the
// end of preboot.
#include <algorithm>

#include "sandbox/dynos.h"

namespace landfall::sandbox {
namespace {

// https://devcenter.heroku.com/articles/eco-dyno-hours#dyno-sleeping
Duration const sleeps_after = 30min;
// https://devcenter.heroku.com/articles/preboot
Duration const preboot_time = 3min;

}  // namespace

void Dynos::watch_day(App const& app, Dyno const& dyno) {
  later(dyno.cycles_at, [this, app_id = app.id, id = dyno.id] {
    Dyno const* const old = dyno_of(app_id, id);
    if (old != nullptr && old->state == DynoState::up) replace(*app_of(app_id), id, "Cycling");
  });
}

void Dynos::watch_sleep(App const& app, Dyno const& dyno) {
  if (!size_named(dyno.size).sleeps) return;
  Instant const quiet_since = std::max(dyno.updated_at, app.requested_at);
  later(quiet_since + sleeps_after, [this, app_id = app.id, id = dyno.id] {
    Dyno const* const awake = dyno_of(app_id, id);
    if (awake == nullptr || awake->state != DynoState::up) return;
    App& owner = *app_of(app_id);
    Instant const since = std::max(awake->updated_at, owner.requested_at);
    if (world_.now() - since < sleeps_after) return watch_sleep(owner, *awake);
    fall_asleep(owner);
  });
}

/// With the web dyno its app's other dynos sleep as well.
void Dynos::fall_asleep(App& app) {
  for (Dyno& dyno : app.dynos) {
    if (dyno.one_off || dyno.state == DynoState::idle || !size_named(dyno.size).sleeps) continue;
    log(app, dyno.name, "Idling");
    say(app, dyno.name, "idle");
    move_to(app, dyno, DynoState::idle);
    dyno.port = 0;
    end(dyno.id);
  }
}

void Dynos::watch_preboot(App& app) {
  Release const* const current = app.current();
  bool const all_up = std::all_of(app.dynos.begin(), app.dynos.end(), [](Dyno const& dyno) {
    return dyno.type != "web" || dyno.state == DynoState::up;
  });
  if (app.outgoing.empty() || current == nullptr || !all_up) return;
  later(world_.now() + preboot_time, [this, id = app.id, release = current->id] {
    App* const owner = app_of(id);
    Release const* const now = owner == nullptr ? nullptr : owner->current();
    if (now != nullptr && now->id == release) end_preboot(*owner);
  });
}

void Dynos::end_preboot(App& app) {
  for (Dyno const& dyno : std::exchange(app.outgoing, {})) end(dyno.id);
}

}  // namespace landfall::sandbox
