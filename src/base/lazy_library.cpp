#include "base/lazy_library.h"

#include <dlfcn.h>
#include <fmt/core.h>

namespace landfall {

Result<> load_library(char const* file, std::span<char const* const> names, void** slots) {
  if (!names.empty() && slots[names.size() - 1] != nullptr) return {};
  void* const library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    char const* const why = ::dlerror();
    return fail(ErrorKind::config, fmt::format("{} cannot be loaded: {}", file,
                                               why == nullptr ? "it is not installed" : why));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    slots[i] = ::dlsym(library, names[i]);
    if (slots[i] == nullptr) {
      slots[names.size() - 1] = nullptr;
      return fail(ErrorKind::config, fmt::format("{}: this version has no {}", file, names[i]));
    }
  }
  return {};
}

}  // namespace landfall
