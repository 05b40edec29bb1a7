// Child processes as values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace landfall {

struct Command {
  std::vector<std::string>
      arguments;  ///< the program first; looked up in the PATH of `environment`
  std::string directory;
  /// The whole environment of the child: nothing is inherited.
  std::vector<std::pair<std::string, std::string>> environment;
};

struct Exit {
  int code = 0;  ///< 128 + signal if a signal ended it, as shells say it
  int signal = 0;
};

using ProcessId = std::int64_t;

enum class Signal { terminate, kill };

class Processes {
 public:
  virtual ~Processes() = default;
  /// Starts a child in a session of its own; it dies with this process even on SIGKILL. Both calls
  /// come on the loop thread: `on_output` with whole lines of stdout and stderr as they come
  /// (without the newline), `on_exit` once, after the last line, when all of its process group is
  /// gone.
  virtual Result<ProcessId> start(Command command, std::function<void(std::string_view)> on_output,
                                  std::move_only_function<void(Exit)> on_exit) = 0;
  /// Signals the whole group; a child that is gone is ignored.
  virtual void signal(ProcessId process, Signal signal) = 0;
};

}  // namespace landfall
