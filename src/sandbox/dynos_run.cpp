// Dynos that run once: `heroku run`, and the release phase.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "sandbox/dynos.h"
#include "sandbox/log.h"
#include "sandbox/release.h"

namespace landfall::sandbox {
namespace {

// https://devcenter.heroku.com/articles/release-phase#release-phase-limits
Duration const phase_time = 1h;
// https://devcenter.heroku.com/articles/one-off-dynos#one-off-dyno-timeout
Duration const one_off_time = 24h;
std::uint64_t const names = 9000;

std::string one_off_name(State& state, App const& app, std::string_view type) {
  while (true) {
    std::string name = fmt::format("{}.{}", type, 1000 + state.random.below(names));
    bool const taken = std::any_of(app.dynos.begin(), app.dynos.end(),
                                   [&](Dyno const& dyno) { return dyno.name == name; });
    if (!taken) return name;
  }
}

}  // namespace

void Dynos::run(App& app, std::string const& dyno_id) {
  Dyno const* const dyno = dyno_of(&app, dyno_id);
  if (stopped_ || dyno == nullptr) return;
  launch(app, *dyno);
}

void Dynos::watch_end(App const& app, Dyno const& dyno) {
  Instant const ends =
      std::min(dyno.one_off->ends.value_or(Instant::max()), dyno.created_at + one_off_time);
  later(ends, [this, app_id = app.id, id = dyno.id] {
    if (dyno_of(app_id, id) != nullptr) end(id);
  });
}

void Dynos::complete(App& app, std::string const& dyno_id, Exit exit) {
  Dyno const* const dyno = dyno_of(&app, dyno_id);
  if (dyno == nullptr) return;
  log(app, dyno->name, fmt::format("State changed from {} to complete", to_word(dyno->state)));
  say(app, dyno->name, fmt::format("exited with status {}", exit.code));
  std::erase_if(app.dynos, [&](Dyno const& one) { return one.id == dyno_id; });
  auto phase = phases_.extract(dyno_id);
  changed_();
  if (!phase) return;
  Release* const release = app.release(phase.mapped().release);
  if (release != nullptr && release->status == ReleaseStatus::pending) {
    finish_release(state_, app, *release, exit.code == 0, world_.now());
  }
  phase.mapped().done();
}

void Dynos::run_release_phase(App& app, std::string const& release_id, Work done) {
  Release const* const release = app.release(release_id);
  Slug const* const slug = release == nullptr ? nullptr : app.slug_of(*release);
  if (stopped_ || slug == nullptr) return;
  Dyno dyno{.name = one_off_name(state_, app, "release"),
            .type = "release",
            .command = slug->process_types.at("release"),
            .release_id = release_id,
            .release_version = release->version,
            .one_off = OneOff{.ends = world_.now() + phase_time}};
  dyno.id = state_.random.uuid();
  auto const formation = app.formation.find("release");
  dyno.size = formation == app.formation.end() ? Formation{}.size : formation->second.size;
  dyno.created_at = world_.now();
  dyno.updated_at = world_.now();
  phases_[dyno.id] = {release_id, std::move(done)};
  app.dynos.push_back(dyno);
  launch(app, dyno);
}

}  // namespace landfall::sandbox
