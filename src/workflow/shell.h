// Enough of the shell's grammar to see which commands a script runs, in order, and what becomes of
// their failures. Nothing is executed, and what a variable holds is only taken where it is certain.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace landfall {

/// Who reads a script. Scripts of `other` languages (python, node, perl...) show no commands.
enum class ShellLanguage { sh, pwsh, cmd, other };

/// How a `run:` step starts its shell.
struct ShellMode {
  ShellLanguage language = ShellLanguage::sh;
  bool stops_on_error = true;  ///< `-e`
  bool pipefail = false;
  bool operator==(ShellMode const&) const = default;
};

/// The mode that a step's effective `shell:` asks for. "" is GitHub's default on Linux and macOS,
/// `bash -e {0}`; written `bash` is `bash --noprofile -eo pipefail {0}`. On Windows runners the
/// default is `pwsh`: who knows the runner says so.
/// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
ShellMode shell_mode(std::string_view shell);

/// What becomes of the failure of a command. All but `stops` leave the step green.
enum class ShellFailure {
  stops,         ///< the script ends with an error, or something in it looks at the status
  or_harmless,   ///< `|| true`, `|| echo ...`
  not_errexit,   ///< `set +e`, or a shell without -e, and more commands follow
  and_list,      ///< left of `&&` where more commands follow: -e does not look there
  pipe,          ///< left of `|` without pipefail
  condition,     ///< of an `if` neither of whose branches fails
  substitution,  ///< in `echo $(...)` or `export X=$(...)`
  background,    ///< `&`
};

/// A `NAME=value` before a command, or alone, or of `export`.
struct ShellAssignment {
  std::string name;
  std::string value;  ///< what is not known stands between unknown_begin and unknown_end
};

/// `> file` and `>> file`, of the command itself or of a group around it; `| tee file` too.
struct ShellRedirection {
  std::string file;  ///< `$GITHUB_ENV` is not known, and so stands between the marks
  bool append = false;
};

/// A simple command. In its texts, what is not known stands between unknown_begin and unknown_end.
struct ShellCommand {
  std::vector<ShellAssignment> assignments;
  std::vector<std::string> words;  ///< without `if`, `sudo`, `timeout 60`, `npx`...
  std::vector<ShellRedirection> redirections;
  std::optional<std::string> input;  ///< its here-document or here-string

  std::string file;        ///< the repository's script in which it stands, "" for the step's own
  std::size_t line = 0;    ///< of its first word in that script, from 0
  std::size_t offset = 0;  ///< the same in bytes
  std::size_t column = 0;  ///< in the line of `file`, from 0; 0 also where only the line is known
  std::size_t step_line = 0;    ///< of the word in the step's own script that leads to it
  std::size_t step_offset = 0;  ///< the same in bytes

  ShellFailure failure = ShellFailure::stops;
  bool in_condition = false;  ///< of `if`, `while`, `until`, `!`
  bool in_loop = false;
  bool perhaps = false;     ///< runs only where something holds that is not known
  bool reads_pipe = false;  ///< right of `|`
  bool writes_pipe = false;
  bool fetched = false;     ///< by npx or the like, which bring the program along
  bool followed = false;    ///< the script that it calls was read: its commands come next
  std::string captured_by;  ///< STATUS, of a command within `STATUS=$(...)`
  std::string host;         ///< the other machine that ssh runs it on, "" for this one
  std::string directory;    ///< where it runs, from the repository's root; "." is the root

  bool failure_ignored() const { return failure != ShellFailure::stops; }
};

/// The value of a variable from outside of the script, nullopt if it is not known.
using ShellVariables = std::function<std::optional<std::string>(std::string_view)>;

/// All commands of a script, those in `$( )` before the one that they are part of, those of a
/// function where it is called. Where a branch is not known both are walked, and a variable that
/// they set differently makes the commands after them twice, once with each value (at most 8
/// times). Bounded in time and depth for any text.
std::vector<ShellCommand> shell_commands(std::string_view script, ShellVariables const& variables,
                                         ShellMode mode = {});

/// What a script may be read for. Found by one scan for words, so it errs to yes.
struct ScriptHints {
  bool deploys = false;   ///< has a program of the deploy signatures
  bool asks = false;      ///< has a program that asks a URL, or speaks of health
  bool writes = false;    ///< writes variables or outputs for later steps
  bool calls = false;     ///< calls scripts, make or npm, that may do any of it
  bool events = false;    ///< pushes, tags or releases
  bool installs = false;  ///< speaks of heroku
};
ScriptHints script_hints(std::string_view script);

/// Is there anything in the script that makes reading it worth the time.
bool worth_parsing(std::string_view script);

}  // namespace landfall
