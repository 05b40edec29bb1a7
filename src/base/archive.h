// Tar archives, compressed by gzip, in memory. Reading is safe on hostile input.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
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

/// The same, entry by entry in the archive's order, so that never more than one content is in
/// memory. The first error of `take` ends it.
Result<> unpack_each(std::string_view bytes, ArchiveLimits limits,
                     std::function<Result<>(ArchiveEntry)> const& take);

/// Whether a symbolic link at this path of an archive leads nowhere else than into it.
bool stays_inside(std::string_view link, std::string_view destination);

/// Packs a .tar.gz entry by entry, as pack() does, quickly rather than tightly.
class Packer {
 public:
  static Result<Packer> open();
  Packer(Packer&&) noexcept;
  Packer& operator=(Packer&&) noexcept;
  ~Packer();
  Result<> add(ArchiveEntry const& entry);
  std::size_t size() const;      ///< bytes that have been written so far
  Result<std::string> finish();  ///< nothing can be added afterwards

 private:
  struct Parts;
  explicit Packer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// A .tar.gz with the entries in the given order and all times at zero: the same input gives the
/// same bytes.
Result<std::string> pack(std::vector<ArchiveEntry> const& entries);

/// The entries without their one common leading directory, as GitHub's tarballs have; unchanged if
/// they have none.
std::vector<ArchiveEntry> without_top_directory(std::vector<ArchiveEntry> entries);

/// zlib, for bodies that are kept.
std::string compress(std::string_view bytes);
Result<std::string> decompress(std::string_view bytes, std::size_t bytes_max);
/// Bytes in gzip's form, as HTTP bodies come.
Result<std::string> gunzip(std::string_view bytes, std::size_t bytes_max);

}  // namespace landfall
