// Zip files, as logs of runs come in: stored, not compressed.
#pragma once

#include <string>
#include <vector>

namespace landfall::sandbox {

struct ZipEntry {
  std::string path;
  std::string content;
};
std::string zip(std::vector<ZipEntry> const& entries);

}  // namespace landfall::sandbox
