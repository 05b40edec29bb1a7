#include "deploy/source.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {

Result<std::vector<ArchiveEntry>> source_entries(std::string_view tarball,
                                                 std::string const& path) {
  std::vector<ArchiveEntry> entries =
      without_top_directory(TRY(during("unpacking the source", unpack(tarball))));
  std::string prefix(path);
  while (prefix.ends_with('/')) prefix.pop_back();
  std::vector<ArchiveEntry> kept;
  for (ArchiveEntry& entry : entries) {
    if (!prefix.empty()) {
      if (!entry.path.starts_with(prefix + "/")) continue;
      entry.path.erase(0, prefix.size() + 1);
    }
    if (!entry.path.empty()) kept.push_back(std::move(entry));
  }
  if (kept.empty())
    return fail(ErrorKind::missing, prefix.empty()
                                        ? std::string("the source has no files")
                                        : fmt::format("the source has no folder '{}'", prefix));
  // Sorted, so that the same commit always gives the same archive.
  std::sort(kept.begin(), kept.end(),
            [](ArchiveEntry const& a, ArchiveEntry const& b) { return a.path < b.path; });
  return kept;
}

Result<> lay_out(Files& files, std::string const& folder,
                 std::vector<ArchiveEntry> const& entries) {
  TRY(files.make_folder(folder));
  for (ArchiveEntry const& entry : entries) {
    std::string const path = folder + "/" + entry.path;
    switch (entry.kind) {
      case EntryKind::directory:
        TRY(files.make_folder(path));
        break;
      case EntryKind::file:
        TRY(files.write(path, entry.content, entry.mode));
        break;
      case EntryKind::symlink:
        TRY(files.link(path, entry.content));
        break;
    }
  }
  return {};
}

}  // namespace landfall
