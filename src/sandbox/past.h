// How things stood a while ago, for answers that show an old view (faults of kind `stale`).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "sandbox/state.h"

namespace landfall::sandbox {

/// Copies of apps and repositories, each from when it changed: only while some fault needs them, at
/// most 1000 of each. They are of this run: a sandbox that starts again knows no past.
class Past {
 public:
  explicit Past(State& state) : state_(state) {}

  /// Copies what differs from its last copy. Cheap while no fault is `stale`.
  void note(Instant now);

  /// While it lives the state's apps and repositories are those of an instant in the past: one that
  /// did not exist is not there, one that is gone is there again.
  class View {
   public:
    View(State& state, Past const& past, Instant then);
    ~View();
    View(View const&) = delete;
    View& operator=(View const&) = delete;

   private:
    State& state_;
    decltype(Heroku::apps) apps_;
    decltype(GitHub::repositories) repositories_;
    std::size_t hook_calls_;
    std::size_t changed_;
  };

 private:
  template <class T>
  struct Copy {
    Instant since{};
    std::uint64_t print = 0;
    std::shared_ptr<T const> value;  ///< nullptr: it was not there
  };
  template <class T>
  using Copies = std::deque<Copy<T>>;

  template <class Key, class T, class Light>
  void note_one(std::map<Key, Copies<T>>& all, Key const& key, T& value, Light const& light);
  template <class Key, class T>
  void note_absent(std::map<Key, Copies<T>>& all, std::map<Key, bool> const& present);
  template <class T>
  void add(Copies<T>& copies, Copy<T> copy);
  template <class T>
  static T const* at(Copies<T> const& copies, Instant then);

  State& state_;
  Instant now_{};
  Duration age_{};
  bool is_first_ = true;                     ///< what is noted first stood so for ever
  std::map<std::string, Copies<App>> apps_;  ///< by id
  std::map<std::int64_t, Copies<Repository>> repositories_;  ///< by id
};

/// Whether a GET of this path shows apps, releases or runs, and not bytes by their secret name.
bool shows_state(Platform platform, Url const& url);

}  // namespace landfall::sandbox
