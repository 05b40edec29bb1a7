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
  /// lines: whole lines of stdout and stderr. bytes: stdout as it comes; the end of stderr is in
  /// Exit.
  enum class Output { lines, bytes };
  Output output = Output::lines;
  bool takes_input = false;  ///< its stdin is what write() gives it; false: /dev/null
  /// A terminal of its own is its stdin, stdout and stderr, of the size that COLUMNS and LINES in
  /// `environment` say; all that it prints comes as bytes.
  bool terminal = false;
};

struct Exit {
  int code = 0;  ///< 128 + signal if a signal ended it, as shells say it
  int signal = 0;
  std::string errors{};  ///< the last 4 KiB of stderr if its output was bytes
};

using ProcessId = std::int64_t;

enum class Signal { hang_up, terminate, kill };

class Processes {
 public:
  virtual ~Processes() = default;
  /// Starts a child in a session of its own; it dies with this process even on SIGKILL. Both calls
  /// come on the loop thread: `on_output` with whole lines of stdout and stderr as they come
  /// (without the newline) or with bytes, `on_exit` once, after the last of them, when all of its
  /// process group is gone.
  virtual Result<ProcessId> start(Command command, std::function<void(std::string_view)> on_output,
                                  std::move_only_function<void(Exit)> on_exit) = 0;
  /// Signals the whole group; a child that is gone is ignored.
  virtual void signal(ProcessId process, Signal signal) = 0;
  /// Bytes for its stdin, sent as fast as it reads them. What it does not read before it closes its
  /// stdin or ends is dropped.
  virtual void write(ProcessId process, std::string_view bytes) = 0;
  /// After what is queued it reads the end of its input; on a terminal that is Ctrl-D.
  virtual void close_input(ProcessId process) = 0;
  /// Bytes that it has not taken yet.
  virtual std::size_t unsent(ProcessId process) const = 0;
  /// Reads no more of its output until told to, so that it has to wait: back-pressure. What is left
  /// when it ends is passed on nevertheless.
  virtual void hold_output(ProcessId process, bool hold) = 0;
};

}  // namespace landfall
