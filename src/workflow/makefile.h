// Makefiles, as far as they say for certain what a target runs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/scripts.h"
#include "workflow/shell.h"

namespace landfall {

/// A line of a recipe, its continuations included: make starts a shell for each.
struct MakeLine {
  std::string text;  ///< as the shell gets it; what is not known stands between marks
  std::string file;
  std::size_t line = 0;  ///< of its first in the file, from 0
};

/// Variables by name, the later one wins.
using MakeVariables = std::vector<ShellAssignment>;

/// A Makefile with what it includes.
class Makefile {
 public:
  /// `path` is there; `directory` is where make runs, for what the file includes.
  Makefile(std::string const& path, std::string directory, ReadFile const& read);

  /// The first rule's; "" if there is none.
  std::string default_target() const;
  /// The lines that a target runs, those of what it needs before its own. `given` are the variables
  /// of the command line, `outside` those of the environment. Nothing for a target that there is
  /// not. Bounded, whatever the file says.
  std::vector<MakeLine> lines_of(std::string_view target, MakeVariables const& given,
                                 ShellVariables const& outside) const;
  bool has(std::string_view target) const;

 private:
  friend class MakeRun;
  struct Assignment {
    std::string name;
    std::string text;
    char how = '=';        ///< '=', '?' of `?=`, '+' of `+=`, '!' of `!=`
    bool perhaps = false;  ///< stands within ifeq or the like
  };
  struct Line {
    std::string text;
    std::size_t number = 0;
  };
  struct Rule {
    std::vector<std::string> targets;
    std::vector<std::string> needs;
    std::vector<Line> recipe;
    std::vector<Assignment> variables;
    std::string file;
  };

  void read_file(std::string const& path, ReadFile const& read, int depth);
  void read_line(std::string const& line, std::string const& file, ReadFile const& read, int depth);
  void read_rule(std::string_view targets, std::string_view rest, std::string const& file);
  bool read_directive(std::string_view line, std::string const& file, ReadFile const& read,
                      int depth);

  std::string directory_;
  std::vector<Assignment> variables_;
  std::vector<Rule> rules_;
  bool in_rule_ = false;  ///< recipe lines belong to the last rule
  bool one_shell_ = false;
  bool defines_ = false;  ///< within `define`
  int conditions_ = 0;    ///< how many ifeq and the like are open
  std::size_t files_ = 0;
  std::size_t line_ = 0;  ///< the one that is read
};

}  // namespace landfall
