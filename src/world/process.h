// Child processes as values.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace landfall {

/// What a child may use up and change: what runs in it was written by others. 0: no limit of ours.
struct Confinement {
  std::uint64_t memory = 0;     ///< bytes that each of its processes may write to
  std::uint64_t processes = 0;  ///< and threads, beside those that there are already
  std::uint64_t files = 0;      ///< that each of its processes has open
  /// Nothing outside these folders can be written or removed, where the kernel can see to it.
  std::vector<std::string> writable;
};

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
  std::optional<Confinement> confinement{};  ///< none: it may do what this program may
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
  /// Starts a child in a session of its own. When it ends, or this process does, even by SIGKILL,
  /// all that it has started ends with it, also what let go of its session and its parent. Both
  /// calls come on the loop thread: `on_output` with whole lines of stdout and stderr as they come
  /// (without the newline) or with bytes, `on_exit` once, after the last of them, when nothing of
  /// the child is left.
  virtual Result<ProcessId> start(Command command, std::function<void(std::string_view)> on_output,
                                  std::move_only_function<void(Exit)> on_exit) = 0;
  /// Signals the child and all that it has started; a child that is gone is ignored.
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
  /// Whether Confinement::writable is more than a wish here.
  virtual bool bounds_writes() const = 0;
  /// Called early, while this program is small, it makes the start of children cheap later on.
  virtual void prepare() = 0;
};

}  // namespace landfall
