#include "world/random.h"

#include <string_view>

namespace landfall {

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31);
}

std::string Random::uuid() {
  std::uint64_t const high = (next() & ~std::uint64_t{0xF000}) | 0x4000;
  std::uint64_t const low = (next() & ~(std::uint64_t{3} << 62)) | (std::uint64_t{1} << 63);
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text(36, '-');
  for (std::size_t i = 0, at = 0; i < 32; ++i, ++at) {
    if (i == 8 || i == 12 || i == 16 || i == 20) ++at;
    std::uint64_t const half = i < 16 ? high : low;
    text[at] = digits[(half >> (60 - 4 * (i % 16))) & 0xF];
  }
  return text;
}

}  // namespace landfall
