#include "audit/removed_images.h"

namespace landfall {

std::span<RemovedImage const> removed_images() {
  static constexpr RemovedImage table[]{
      {"ubuntu-20.04", "2025-04-15", "ubuntu-22.04"},  // issue 11101
      {"ubuntu-18.04", "2023-04-03", "ubuntu-22.04"},  // issue 6002
      {"ubuntu-16.04", "2021-09-20", "ubuntu-22.04"},  // issue 3287
      {"windows-2019", "2025-06-30", "windows-2022"},  // issue 12045
      {"windows-2016", "2022-03-15", "windows-2022"},  // issue 4312
      {"macos-13", "2025-12-04", ""},                  // issue 13046
      {"macos-13-large", "2025-12-04", ""},
      {"macos-13-xlarge", "2025-12-04", ""},
      {"macos-12", "2024-12-03", ""},  // issue 10721
      {"macos-12-large", "2024-12-03", ""},
      {"macos-11", "2024-06-28", ""},  // issue 9255
      {"macos-10.15", "2022", ""},     // issue 5583
  };
  return table;
}

}  // namespace landfall
