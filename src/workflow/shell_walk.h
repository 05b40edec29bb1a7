// Walks a script as a shell would, without running anything: what is known decides, and where it
// does not, every way is taken. For shell.cpp and scripts.cpp only.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/shell.h"
#include "workflow/shell_expand.h"
#include "workflow/shell_failure.h"
#include "workflow/shell_state.h"
#include "workflow/shell_syntax.h"

namespace landfall {

/// A script that a command runs. Its text must outlive the walk.
struct CalledScript {
  std::string_view text;
  std::string file;
  std::size_t line = 0;    ///< of the text in the file, from 0
  std::size_t column = 0;  ///< the same
  bool is_part = false;    ///< of the file, and not byte for byte
  std::vector<std::string> arguments;
  std::string directory;    ///< where it runs
  bool same_shell = false;  ///< `source`
  bool errexit = false;
  bool pipefail = false;
  std::vector<ShellAssignment> variables;  ///< that it sees besides
};

/// The scripts of the repository that a command runs, which sees these variables.
using CallScript =
    std::function<std::vector<CalledScript>(ShellCommand const&, ShellVariables const&)>;

/// A text of commands, and where it stands.
struct ShellUnit {
  ShellTree tree;
  std::string owned;  ///< the text, where nobody else holds it
  std::vector<std::size_t> line_starts;
  ShellUnit const* parent = nullptr;  ///< the text in which it stands
  std::size_t anchor = 0;             ///< where there
  bool exact = false;                 ///< byte for byte; else line for line
  std::string file;                   ///< without a parent: which file
  std::size_t first_line = 0;         ///< and which of its lines this text's first one is
  std::size_t first_column = 0;
  bool is_part = false;               ///< of its file, and not byte for byte
  ShellUnit const* caller = nullptr;  ///< without a parent: who runs it
  std::size_t call = 0;               ///< and where there
  int depth = 0;

  /// Of a text that stands nowhere else.
  void number_lines();
  std::size_t line_of(std::size_t offset) const;
  /// Fills in file, line, offset and those of the step.
  void place(std::size_t offset, ShellCommand& command) const;
};

/// How a command is reached.
struct ShellContext {
  ShellUnit const* unit = nullptr;
  ShellFailure failure = ShellFailure::stops;
  bool tail = true;     ///< its status becomes the script's
  bool tested = false;  ///< somebody looks at its status, so -e does not end anything within
  bool in_condition = false;
  bool in_loop = false;
  bool perhaps = false;
  bool reads_pipe = false;
  bool writes_pipe = false;
  std::string captured_by;
  std::string host;
  std::vector<ShellRedirection> redirections;  ///< of groups around it

  ShellTree const& tree() const { return unit->tree; }
};

/// One way through a script. Where the choice between ways is free it follows `choices`, and adds
/// to them.
class ShellWalk {
 public:
  struct Choice {
    std::size_t taken = 0;
    std::size_t of = 0;
  };
  struct Start {
    std::string_view script;
    ShellVariables const& variables;
    ShellMode mode;
    std::string directory = ".";
    CallScript const* call = nullptr;
  };

  ShellWalk(Start const& start, std::vector<Choice>& choices);
  std::vector<ShellCommand> run();

 private:
  using Status = std::optional<bool>;
  /// A simple command while it is read.
  struct Reading {
    ShellNode const& node;
    ShellCommand command;
    std::vector<ShellField> fields;
    std::size_t input_begin = 0;  ///< of a here-document in the text
    bool input_exact = false;
    bool own = false;  ///< its assignments are the shell's, not the command's
  };
  struct Function {
    std::string name;
    ShellUnit const* unit = nullptr;
    ShellNodeId body = 0;
    bool runs = false;  ///< it is being walked; what it calls of itself is nothing new
  };

  // Control flow: shell_walk.cpp.
  Status walk(ShellNodeId id, ShellContext const& context);
  Status list(ShellNode const& node, ShellContext const& context);
  Status and_or(ShellNode const& node, ShellContext const& context);
  Status pipe(ShellNode const& node, ShellContext const& context);
  Status negation(ShellNode const& node, ShellContext const& context);
  Status bracketed(ShellNode const& node, ShellContext const& context);
  Status branch(ShellNode const& node, ShellContext const& context);
  Status loop(ShellNode const& node, ShellContext const& context);
  Status each(ShellNode const& node, ShellContext const& context);
  Status choice(ShellNode const& node, ShellContext const& context);
  Status alternatives(std::vector<ShellNodeId> bodies, bool may_be_none,
                      ShellContext const& context);
  void isolated(ShellNodeId id, ShellContext const& context);
  ShellContext grouped(ShellNode const& node, ShellContext const& context);
  FailureScene scene(ShellContext const& context) const;
  std::optional<std::size_t> decide(std::size_t ways);
  bool spend(std::size_t work);

  // Simple commands: shell_simple.cpp.
  Status simple(ShellNode const& node, ShellContext const& context);
  void read_words(ShellContext const& context, Reading& reading, ShellScope const& scope);
  void read_redirects(ShellContext const& context, Reading& reading, ShellScope const& scope);
  void assign(std::string_view raw, Reading& reading, ShellScope const& scope);
  Status command(Reading& reading, ShellContext const& context);
  std::optional<Status> builtin(Reading& reading, ShellContext const& context);
  void set_options(Reading const& reading);
  void change_directory(Reading const& reading);
  Status run_program(Reading& reading, ShellContext const& context);
  bool run_shell(Reading& reading, ShellContext const& context);
  bool run_remote(Reading& reading, ShellContext const& context);
  bool run_function(Reading& reading, ShellContext const& context);
  void run_called(std::size_t begin, ShellContext const& context);
  std::optional<std::string> seen_by_program(ShellCommand const& command, std::string_view name);
  void run_text(ShellUnit unit, ShellContext context);
  void emit(Reading& reading, ShellContext const& context);
  std::optional<std::string> substitute(std::string_view script, ShellContext const& context);
  ShellUnit const* keep(ShellUnit unit);

  Start const& start_;
  std::vector<Choice>& choices_;
  std::size_t choice_ = 0;
  std::size_t ways_ = 1;
  std::deque<ShellUnit> units_;
  std::deque<Function> functions_;
  ShellState state_;
  std::vector<ShellCommand> commands_;
  std::size_t work_left_ = 100'000;
  std::size_t bytes_left_ = 4 << 20;
  int depth_ = 0;
};

/// All ways through a script, as one list of commands in order.
std::vector<ShellCommand> walk_all_ways(ShellWalk::Start const& start);

}  // namespace landfall
