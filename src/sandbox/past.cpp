// A copy is light: slugs' archives, logs and git's objects are many megabytes and only ever added,
// so a view of the past borrows those that there are now.
#include "sandbox/past.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "sandbox/github_fields.h"
#include "sandbox/heroku_fields.h"

namespace landfall::sandbox {
namespace {

std::size_t const copies_max = 1000;

/// What of an app its copies do without.
struct Heavy {
  std::map<std::string, std::string> archives;  ///< by the slug's id
  std::deque<LogLine> logs;
  std::uint64_t logged = 0;
  std::deque<AppWebhookEvent> events;
  std::deque<AppWebhookDelivery> deliveries;
};

Heavy take_heavy(App& app) {
  Heavy heavy{.archives = {},
              .logs = std::exchange(app.logs, {}),
              .logged = std::exchange(app.logged, 0),
              .events = std::exchange(app.webhook_events, {}),
              .deliveries = std::exchange(app.webhook_deliveries, {})};
  for (auto& [id, slug] : app.slugs) heavy.archives[id] = std::exchange(slug.archive, {});
  return heavy;
}

void give_heavy(App& app, Heavy heavy) {
  app.logs = std::move(heavy.logs);
  app.logged = heavy.logged;
  app.webhook_events = std::move(heavy.events);
  app.webhook_deliveries = std::move(heavy.deliveries);
  for (auto& [id, archive] : heavy.archives) {
    auto const slug = app.slugs.find(id);
    if (slug != app.slugs.end()) slug->second.archive = std::move(archive);
  }
}

App light(App& app) {
  Heavy heavy = take_heavy(app);
  App copy = app;
  give_heavy(app, std::move(heavy));
  copy.requested_at = {};
  return copy;
}

Repository light(Repository& repository) {
  GitObjects objects = std::exchange(static_cast<GitObjects&>(repository), {});
  Repository copy = repository;
  static_cast<GitObjects&>(repository) = std::move(objects);
  return copy;
}

/// Moves what copies do without between two that are the same thing.
void lend(App& from, App& to) {
  Heavy heavy = take_heavy(from);
  for (auto& [id, archive] : heavy.archives) {
    auto const slug = to.slugs.find(id);
    if (slug == to.slugs.end()) continue;
    slug->second.archive = std::move(archive);
    archive.clear();
  }
  // What the other one has no place for stays.
  for (auto& [id, archive] : heavy.archives) {
    if (!archive.empty()) from.slugs.at(id).archive = std::move(archive);
  }
  heavy.archives.clear();
  give_heavy(to, std::move(heavy));
}

void lend(Repository& from, Repository& to) {
  static_cast<GitObjects&>(to) = std::exchange(static_cast<GitObjects&>(from), {});
}

template <class List, class Same>
auto* find_same(List& list, Same const& same) {
  auto const found = std::find_if(list.begin(), list.end(), same);
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

template <class T>
void Past::add(Copies<T>& copies, Copy<T> copy) {
  copies.push_back(std::move(copy));
  // The newest of those that are old enough is still shown.
  while (copies.size() > copies_max || (copies.size() > 1 && copies[1].since <= now_ - age_)) {
    copies.pop_front();
  }
}

template <class Key, class T, class Light>
void Past::note_one(std::map<Key, Copies<T>>& all, Key const& key, T& value, Light const& light) {
  T copy = light(value);
  std::uint64_t const print = RecordPrint::of(copy, RecordPrint::Lists::with);
  Copies<T>& copies = all[key];
  if (!copies.empty() && copies.back().print == print) return;
  add(copies,
      {is_first_ ? Instant::min() : now_, print, std::make_shared<T const>(std::move(copy))});
}

template <class Key, class T>
void Past::note_absent(std::map<Key, Copies<T>>& all, std::map<Key, bool> const& present) {
  for (auto& [key, copies] : all) {
    if (present.contains(key) || !copies.back().value) continue;
    add(copies, {now_, 0, nullptr});
  }
}

void Past::note(Instant now) {
  age_ = Duration{0};
  for (Fault const& fault : state_.faults) {
    if (fault.kind == FaultKind::stale && !fault.is_over(now)) age_ = std::max(age_, fault.age);
  }
  if (age_ == Duration{0}) {
    apps_.clear();
    repositories_.clear();
    is_first_ = true;
    return;
  }
  now_ = now;
  std::map<std::string, bool> apps;
  for (auto& [name, app] : state_.heroku.apps) {
    apps[app.id] = true;
    note_one(apps_, app.id, app, [](App& one) { return light(one); });
  }
  note_absent(apps_, apps);
  std::map<std::int64_t, bool> repositories;
  for (Repository& repository : state_.github.repositories) {
    repositories[repository.id] = true;
    note_one(repositories_, repository.id, repository, [](Repository& one) { return light(one); });
  }
  note_absent(repositories_, repositories);
  is_first_ = false;
}

template <class T>
T const* Past::at(Copies<T> const& copies, Instant then) {
  for (auto copy = copies.rbegin(); copy != copies.rend(); ++copy) {
    if (copy->since <= then) return copy->value.get();
  }
  return nullptr;
}

Past::View::View(State& state, Past const& past, Instant then)
    : state_(state),
      hook_calls_(state.github.hook_calls.size()),
      changed_(state.github.changed.size()) {
  for (auto const& [id, copies] : past.apps_) {
    App const* const was = at(copies, then);
    if (was == nullptr) continue;
    App& shown = apps_[was->name] = *was;
    if (App* const current = state.heroku.find(id)) lend(*current, shown);
  }
  for (auto const& [id, copies] : past.repositories_) {
    Repository const* const was = at(copies, then);
    if (was == nullptr) continue;
    Repository& shown = repositories_.emplace_back(*was);
    if (Repository* const current = state.github.find(id)) lend(*current, shown);
  }
  state.heroku.apps.swap(apps_);
  state.github.repositories.swap(repositories_);
}

Past::View::~View() {
  // Runs of the past that got on by themselves did so before: nobody is told twice.
  state_.github.hook_calls.resize(hook_calls_);
  state_.github.changed.resize(changed_);
  state_.heroku.apps.swap(apps_);
  state_.github.repositories.swap(repositories_);
  for (auto& [name, shown] : apps_) {
    auto* const current = find_same(state_.heroku.apps,
                                    [&](auto const& entry) { return entry.second.id == shown.id; });
    if (current != nullptr) lend(shown, current->second);
  }
  for (Repository& shown : repositories_) {
    auto* const current = find_same(state_.github.repositories,
                                    [&](Repository const& one) { return one.id == shown.id; });
    if (current != nullptr) lend(shown, *current);
  }
}

bool shows_state(Platform platform, Url const& url) {
  std::vector<std::string> const segments = url.segments();
  if (platform == Platform::router || segments.empty()) return false;
  for (char const* const bytes : {"streams", "logs", "source-blobs", "slug-blobs", "schema"}) {
    if (segments[0] == bytes) return false;
  }
  return !segments[0].ends_with(".git") && (segments.size() < 2 || !segments[1].ends_with(".git"));
}

}  // namespace landfall::sandbox
