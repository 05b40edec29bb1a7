// Tar archives, compressed by gzip, in memory. Reading is safe on hostile input.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace landfall {

enum class EntryKind { file, directory, symlink };

struct ArchiveEntry {
  std::string path;  ///< relative, without "..", never absolute
  EntryKind kind = EntryKind::file;
  unsigned mode = 0644;
  std::string content;  ///< a file's bytes, a symlink's destination
};

struct ArchiveLimits {
  std::size_t bytes = 512 << 20;  ///< of all contents, unpacked
  std::size_t entries = 200'000;
};

/// Reads .tar, .tar.gz, .tar.zst. Refuses absolute paths, "..", links that lead out, devices, hard
/// links and more than the limits, each naming the entry.
Result<std::vector<ArchiveEntry>> unpack(std::string_view bytes, ArchiveLimits limits = {});

/// A .tar.gz with the entries in the given order and all times at zero: the same input gives the
/// same bytes.
Result<std::string> pack(std::vector<ArchiveEntry> const& entries);

/// The entries without their one common leading directory, as GitHub's tarballs have; unchanged if
/// they have none.
std::vector<ArchiveEntry> without_top_directory(std::vector<ArchiveEntry> entries);

/// zlib, for bodies that are kept.
std::string compress(std::string_view bytes);
Result<std::string> decompress(std::string_view bytes, std::size_t bytes_max);

}  // namespace landfall
