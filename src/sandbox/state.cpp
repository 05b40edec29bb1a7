#include "sandbox/state.h"

#include <algorithm>

#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::size_t const served_max = 1000;

}  // namespace

char const* to_word(DynoState state) {
  switch (state) {
    case DynoState::starting:
      return "starting";
    case DynoState::up:
      return "up";
    case DynoState::crashed:
      return "crashed";
    case DynoState::idle:
      return "idle";
    case DynoState::down:
      return "down";
  }
  unreachable_here("a dyno state");
}

Release const* App::current() const {
  auto const found = std::find_if(releases.rbegin(), releases.rend(), [](Release const& release) {
    return release.status == ReleaseStatus::succeeded;
  });
  return found == releases.rend() ? nullptr : &*found;
}

Slug const* App::slug_of(Release const& release) const {
  if (!release.slug) return nullptr;
  auto const found = slugs.find(*release.slug);
  return found == slugs.end() ? nullptr : &found->second;
}

Release* App::release(std::string_view id_or_version) {
  bool const with_v = id_or_version.starts_with('v');
  auto const version = parse_integer(with_v ? id_or_version.substr(1) : id_or_version);
  auto const found = std::find_if(releases.begin(), releases.end(), [&](Release const& release) {
    return release.id == id_or_version || (version && release.version == *version);
  });
  return found == releases.end() ? nullptr : &*found;
}

Build* App::build(std::string_view build_id) {
  auto const found = std::find_if(builds.begin(), builds.end(),
                                  [&](Build const& build) { return build.id == build_id; });
  return found == builds.end() ? nullptr : &*found;
}

App* Heroku::find(std::string_view name_or_id) {
  auto const named = apps.find(name_or_id);
  if (named != apps.end()) return &named->second;
  for (auto& [name, app] : apps) {
    if (app.id == name_or_id) return &app;
  }
  return nullptr;
}

User const* State::user(std::string_view login) const {
  auto const found =
      std::find_if(users.begin(), users.end(), [&](User const& one) { return one.login == login; });
  return found == users.end() ? nullptr : &*found;
}

bool can_see(State const& state, App const& app, std::string const& login) {
  bool const shared = !app.access || app.access->contains(login);
  auto const team = state.heroku.teams.find(app.team);
  if (team == state.heroku.teams.end()) return shared || login == app.owner;
  auto const member = team->second.members.find(login);
  if (member == team->second.members.end()) return app.access && shared;
  return !app.locked || member->second == "admin" || (app.access && shared);
}

void State::record(Served one) {
  one.number = ++served_count;
  served.push_back(std::move(one));
  if (served.size() > served_max) served.pop_front();
}

std::string State::secret() {
  return replace_all(random.uuid() + random.uuid(), "-", "");
}

}  // namespace landfall::sandbox
