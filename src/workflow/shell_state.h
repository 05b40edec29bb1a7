// What a shell knows at one point of a script.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/shell.h"

namespace landfall {

/// A variable that the script has set.
struct ShellVariable {
  std::string name;
  std::vector<std::string> values;  ///< one, or those of an array; with unknown pieces
  bool known = true;                ///< false: it may be anything
  bool exported = false;
};

/// Variables, arguments, directory and options. Copied where ways part.
class ShellState {
 public:
  /// What the script itself has set, nullptr if it has not.
  ShellVariable const* find(std::string_view name) const;
  void set(std::string_view name, std::vector<std::string> values);
  void append(std::string_view name, std::string_view text, std::vector<std::string> more);
  void forget(std::string_view name);
  void forget_all();
  void share(std::string_view name);  ///< export
  /// Keeps what another way knows as well.
  void join(ShellState const& other);
  /// Only what a program that is started gets to see.
  ShellState for_program(std::vector<std::string> arguments) const;

  std::vector<ShellVariable> const& variables() const { return variables_; }
  bool sees_outside() const { return sees_outside_; }
  void hide_outside() { sees_outside_ = false; }

  std::vector<std::string> arguments;
  bool has_arguments = false;  ///< are they known
  std::string directory = ".";
  bool errexit = true;
  bool pipefail = false;
  bool stopped = false;    ///< nothing after this runs
  bool returned = false;   ///< nothing after this runs in the function
  bool broke = false;      ///< nothing after this runs in the innermost loop
  bool continued = false;  ///< broke, but for this round only
  bool perhaps = false;    ///< the script may have ended well before

  bool is_over() const { return stopped || returned || broke; }

 private:
  ShellVariable& slot(std::string_view name);

  std::vector<ShellVariable> variables_;
  bool sees_outside_ = true;
};

/// `a/b` and `../c` to `a/c`; nullopt where it leaves the repository or is not known. Absolute
/// paths are known below the workspace only.
std::optional<std::string> join_path(std::string_view directory, std::string_view path);

}  // namespace landfall
