// Where the pieces of a shell script end: quotes, expansions, words. Shared by those who read its
// grammar and those who expand its words. Every function is linear in the text that it passes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace landfall {

/// May a variable's name begin with it.
bool is_name_start(char c);
bool is_name_char(char c);

/// A piece that is not known, as words hold it: between unknown_begin and unknown_end.
std::string shell_unknown(std::string_view raw);

/// What a word such as `APP=x`, `APP+=x` or `APP[0]=x` assigns to.
struct AssignedName {
  std::string_view name;  ///< "" if the word is no assignment
  std::size_t value = 0;  ///< where the value begins in the word
  bool appends = false;
  bool element = false;  ///< of an array
};
AssignedName assigned_name(std::string_view word);

/// Where a piece ends that opens at `at`: `'...'`, `"..."`, `$'...'`, `$(...)`, `$((...))`,
/// `${...}`, `$NAME`, backticks, `(...)`, an unknown piece, `\c`, else one character. What never
/// closes ends with the text.
std::size_t skip_shell_piece(std::string_view text, std::size_t at);

/// Where the bytes from `at` end that stand for themselves and end no word.
std::size_t skip_plain(std::string_view text, std::size_t at);

/// Where the unquoted word ends that begins at `at`.
std::size_t skip_shell_word(std::string_view text, std::size_t at);

}  // namespace landfall
