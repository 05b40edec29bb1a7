#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace landfall {

std::unexpected<Error> fail(ErrorKind kind, std::string text, std::string code) {
  return std::unexpected(Error{kind, std::move(text), std::move(code)});
}

void unreachable_here(std::string_view text, std::source_location where) {
  std::fprintf(stderr, "landfall: bug at %s:%u in %s: %.*s\n", where.file_name(), where.line(),
               where.function_name(), static_cast<int>(text.size()), text.data());
  std::_Exit(70);
}

void require(bool condition, std::string_view text, std::source_location where) {
  if (!condition) unreachable_here(text, where);
}

}  // namespace landfall
