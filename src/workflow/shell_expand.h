// Words as the shell expands them: quotes taken away, `$X` replaced, unquoted values split.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/shell.h"
#include "workflow/shell_state.h"

namespace landfall {

/// A word after expansion.
struct ShellField {
  std::string text;
  std::size_t begin = 0;  ///< where its raw word begins in the script
  bool quoted = false;    ///< all of it, so that it is no option or operator by chance
};

/// What a word needs to be expanded.
struct ShellScope {
  ShellState const& state;
  ShellVariables const& outside;
  /// Runs what stands in `$( )`: what it prints, if that is known. nullptr: it is not run.
  std::function<std::optional<std::string>(std::string_view)> const* substitute;
  std::size_t& bytes_left;  ///< of expansion in the whole script
};

/// Adds the fields that a raw word becomes: none, one or several.
void expand_word(std::string_view raw, std::size_t begin, ShellScope const& scope,
                 std::vector<ShellField>& fields);

/// The same as one text, not split: of assignments, redirections, here-documents.
std::string expand_text(std::string_view raw, ShellScope const& scope);
std::string expand_document(std::string_view body, ShellScope const& scope);

/// The value of a variable; nullopt if it is not known.
std::optional<std::string> shell_variable(std::string_view name, ShellScope const& scope);

/// Does a pattern of `case`, `[[ x == pattern ]]` or `${x%pattern}` match. Bounded for any pattern.
bool shell_matches(std::string_view pattern, std::string_view text);

/// `${NAME` OPERATION `}`: `:-x`, `#*/`, `%.git`, `//a/b`, `,,`, `:0:7`... on a known value;
/// nullopt for what is not read.
std::optional<std::string> shell_operation(std::string_view value, std::string_view operation);

}  // namespace landfall
