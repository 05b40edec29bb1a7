// What a command works with.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "collect/client.h"
#include "facts/store.h"
#include "intent/intent.h"
#include "world/world.h"

namespace landfall {

struct Context {
  World world;
  Output const& output;
  Arguments const& arguments;
  ProcessHooks const& process;

  bool json() const { return arguments.value_or("--output", "text") == "json"; }
};

/// Reads the file that --config names, or landfall.yaml in this folder or the nearest above it.
Result<Intent> load_intent(Context& context);
/// Opens the database that --store names, or landfall.db beside the landfall.yaml.
Result<Store> open_store(Context& context, std::string const& intent_file,
                         sql::Access access = sql::Access::read_write);
/// Platforms with a token each, for commands that act; an Error that names the missing variable.
Result<Platforms> platforms_to_act(World world);
/// The target of that name, or an Error that names the nearest one.
Result<Target const*> named_target(Intent const& intent, std::string_view name);

/// Works on the loop until what was started calls back. A loop that is stopped before (Ctrl-C) is
/// an Error with the code "interrupted".
template <class T>
Result<T> wait_for(World world, std::function<void(std::function<void(Result<T>)>)> const& start) {
  auto const result = std::make_shared<std::optional<Result<T>>>();
  start([result, loop = &world.loop](Result<T> value) {
    if (result->has_value()) return;
    result->emplace(std::move(value));
    loop->stop();
  });
  if (!result->has_value()) world.loop.run();
  if (!result->has_value()) return fail(ErrorKind::usage, "interrupted", "interrupted");
  return std::move(**result);
}

}  // namespace landfall
