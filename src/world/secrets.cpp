#include "world/secrets.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

Result<Secret> token_of(std::string_view variable, std::string_view value) {
  std::string const token(trim(value));
  bool const sendable =
      std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!sendable)
    return fail(
        ErrorKind::config,
        fmt::format("{}: expected one token, found blanks, line ends or characters that no token "
                    "has",
                    variable));
  return Secret(token);
}

}  // namespace

Result<Secret> secret_from(World const& world, std::initializer_list<std::string_view> variables,
                           std::string_view file_variable) {
  for (std::string_view const variable : variables)
    if (auto const value = world.variable(variable)) return token_of(variable, *value);
  auto const file = world.variable(file_variable);
  if (!file) return Secret();
  auto const content = world.files.read(*file, 64 << 10);
  if (!content)
    return fail(ErrorKind::config, fmt::format("{}: {}", file_variable, content.error().text));
  if (trim(*content).empty())
    return fail(ErrorKind::config, fmt::format("{}: {} is empty", file_variable, printable(*file)));
  return token_of(file_variable, *content);
}

Result<Secret> needed_secret(World const& world, std::string_view variable) {
  std::string const file_variable = std::string(variable) + "_FILE";
  Secret secret = TRY(secret_from(world, {variable}, file_variable));
  if (secret.empty())
    return fail(ErrorKind::config, fmt::format("{} is not set: put it in the environment, or the "
                                               "path of a file that holds it in {}",
                                               variable, file_variable));
  return secret;
}

}  // namespace landfall
