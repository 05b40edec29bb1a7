// Chance from one seed: the same seed gives the same numbers with every compiler.
#pragma once

#include <cstdint>
#include <string>

namespace landfall {

/// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// From 0 to below `end`; `end` > 0.
  std::uint64_t below(std::uint64_t end) { return next() % end; }
  /// From 0.0 to below 1.0.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// A version 4 UUID.
  std::string uuid();

 private:
  std::uint64_t state_;
};

}  // namespace landfall
