// libFuzzer's way in; FUZZ_TARGET is one of targets.h.
#include <cstddef>
#include <cstdint>

#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  landfall::FUZZ_TARGET({reinterpret_cast<char const*>(data), size});
  return 0;
}
