// A file that was put into the binary when it was built.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace landfall {

struct Asset {
  std::string_view name;
  std::string_view content;  ///< lives as long as the program
};

}  // namespace landfall
