// Decides when the state is written: before anything that a client may have been told is forgotten.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sandbox/saved.h"

namespace landfall::sandbox {

/// What clients asked for is saved before they are answered. What dynos say and which state they
/// are in is saved later, at the next such time or when told to.
class Keeper {
 public:
  /// Without a file nothing is kept.
  explicit Keeper(State& state) : state_(state) {}

  /// Takes the file over; true: the state was there and is loaded.
  Result<bool> open(std::string const& path);
  bool keeps() const { return saved_ != nullptr; }
  /// Notes what a request may change. Reading changes nothing.
  void touch(Platform platform, std::string_view method, std::vector<std::string> const& segments);
  void touch_app(std::string const& id) { touched_.apps.insert(id); }
  void touch_repository(std::int64_t id) { touched_.repositories.insert(id); }
  void touch_rest() { touched_.rest = true; }
  void touch_all() { touched_.all = true; }
  /// Writes what was touched; nothing if nothing was. After an error it is tried again next time.
  Result<> save(Instant now);

 private:
  State& state_;
  std::unique_ptr<Saved> saved_;
  Touched touched_;
};

}  // namespace landfall::sandbox
