// The source to deploy: unpacked in memory, cut to the target's folder, packed again or laid out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "base/result.h"
#include "world/files.h"

namespace landfall {

/// The entries of GitHub's tarball without its top folder; of `path` only, if it is not "". A
/// folder that is not there is ErrorKind::missing.
Result<std::vector<ArchiveEntry>> source_entries(std::string_view tarball, std::string const& path);

/// Writes the entries below a folder.
Result<> lay_out(Files& files, std::string const& folder, std::vector<ArchiveEntry> const& entries);

}  // namespace landfall
