#include "watch/share.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace landfall {
namespace {

constexpr std::string_view watcher_prefix = "watcher ";

bool is_mine(LeaseSights const& sights, std::string const& name, std::string const& me) {
  auto const found = sights.find(name);
  return found != sights.end() && found->second.holder == me;
}

bool is_taken(LeaseSights const& sights, std::string const& name, Instant now) {
  auto const found = sights.find(name);
  return found != sights.end() && found->second.is_alive(now);
}

/// So many of `count` are for the one at `place` among `watchers`; those that go into nobody's even
/// part begin with another one in each group.
std::size_t part_of(std::size_t count, std::size_t watchers, std::size_t place, std::size_t group) {
  bool const one_more = (place + group) % watchers < count % watchers;
  return count / watchers + (one_more ? 1 : 0);
}

}  // namespace

std::string app_lease(std::string_view app) {
  return fmt::format("app {}", app);
}
std::string repository_lease(std::string_view repository) {
  return fmt::format("repository {}", repository);
}
std::string watcher_lease(std::string_view watcher) {
  return fmt::format("{}{}", watcher_prefix, watcher);
}

SharedWork work_of(Intent const& intent) {
  std::set<std::string> apps;
  std::set<std::string> repositories;
  for (Target const& target : intent.targets) {
    apps.insert(app_lease(target.app));
    if (!target.repository.empty()) repositories.insert(repository_lease(target.repository));
  }
  return {{{apps.begin(), apps.end()}, {repositories.begin(), repositories.end()}}, {}};
}

std::vector<std::string> live_watchers(LeaseSights const& sights, Instant now) {
  std::vector<std::string> names;
  for (auto const& [name, sight] : sights)
    if (name.starts_with(watcher_prefix) && sight.is_alive(now))
      names.push_back(name.substr(watcher_prefix.size()));
  return names;
}

LeasePlan plan_share(SharedWork const& work, LeaseSights const& sights, std::string const& me,
                     Instant now) {
  LeasePlan plan;
  plan.take.push_back(watcher_lease(me));
  std::vector<std::string> watchers = live_watchers(sights, now);
  if (std::find(watchers.begin(), watchers.end(), me) == watchers.end()) {
    watchers.push_back(me);
    std::sort(watchers.begin(), watchers.end());
  }
  auto const place =
      static_cast<std::size_t>(std::find(watchers.begin(), watchers.end(), me) - watchers.begin());
  for (std::size_t group = 0; group < work.groups.size(); ++group) {
    std::vector<std::string> const& names = work.groups[group];
    std::size_t const part = part_of(names.size(), watchers.size(), place, group);
    std::size_t mine = 0;
    for (std::string const& name : names)
      if (is_mine(sights, name, me) && ++mine > part) plan.give.push_back(name);
    for (std::string const& name : names) {
      if (mine >= part) break;
      if (is_taken(sights, name, now)) continue;
      plan.take.push_back(name);
      ++mine;
    }
  }
  for (std::string const& name : work.single)
    if (!is_taken(sights, name, now)) plan.take.push_back(name);
  for (auto const& [name, sight] : sights)
    if (name.starts_with(watcher_prefix) && !sight.is_alive(now) && name != watcher_lease(me))
      plan.forget.push_back(name);
  return plan;
}

std::string few_leases(std::vector<std::string> const& names) {
  constexpr std::size_t shown = 6;
  std::vector<std::string> few(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), shown)));
  std::string text = join(few, ", ");
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

}  // namespace landfall
