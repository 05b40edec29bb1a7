// The words of a command as its program reads them: options with their values, and plain words.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/shell.h"

namespace landfall {

/// The program's own name: without folder, version and `.exe`. "" if there are no words.
std::string_view program_of(ShellCommand const& command);

/// The values of an option in all its spellings: `-a X`, `-aX`, `--app X`, `--app=X`. The names
/// stand with `|` between them: `--app|-a`.
std::vector<std::string_view> option_values(std::span<std::string const> words,
                                            std::string_view names);
/// The last of them.
std::optional<std::string_view> option_value(std::span<std::string const> words,
                                             std::string_view names);
/// Is one of the words it; `*` in it stands for any text.
bool has_option(std::span<std::string const> words, std::string_view pattern);

/// Behind the sub-commands: the plain words, with those taken out that are values of options.
/// nullopt if the sub-commands are not there. `a|b` is either.
std::optional<std::vector<std::string_view>> arguments_after(
    std::span<std::string const> words, std::span<std::string_view const> commands,
    std::span<std::string_view const> values);

/// Finds a pattern such as `api.x.com/apps/{target}/builds` in an address: what `{target}` and
/// `{within}` are there.
struct AddressMatch {
  std::string target;
  std::string within;
};
std::optional<AddressMatch> match_address(std::string_view address, std::string_view pattern);

/// Does a request of curl, wget and their like send something.
bool sends_data(ShellCommand const& command);

/// A piece that is not known, between its marks.
std::string unknown_text(std::string_view text);

}  // namespace landfall
