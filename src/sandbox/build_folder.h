// A build's folder: the source unpacked into it, the slug packed out of it. Plain work with files
// that takes long, and so for a worker.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "world/files.h"

namespace landfall::sandbox {

/// Unpacks an archive into a new folder, which nothing of it leaves.
Result<> unpack_folder(Files& files, std::string_view archive, std::string const& folder);

/// The one folder in a folder in which all its files lie, as GitHub's archives wrap them; else the
/// folder itself.
Result<std::string> unwrapped(Files& files, std::string folder);

/// Takes away what .slugignore names, as Heroku does before the buildpack runs.
/// https://devcenter.heroku.com/articles/slug-compiler#ignoring-files-with-slugignore
Result<> apply_slugignore(Files& files, std::string const& root);
/// Whether a line of .slugignore means this path.
bool is_ignored(std::string_view line, std::string_view path);

struct PackedFolder {
  std::string archive;                ///< .tar.gz: names in order, times at zero
  std::size_t bytes = 0;              ///< of the archive; over the limit it is not complete
  std::string sha256;                 ///< of the archive
  std::vector<std::string> left_out;  ///< links that lead out, sockets and the like
};
/// All below a folder but its .git. Stops when the archive has twice the limit.
Result<PackedFolder> pack_folder(Files& files, std::string const& root, std::size_t bytes_max);

/// "13.1M" or "4.2K", as Heroku tells sizes of slugs.
std::string size_text(std::size_t bytes);

}  // namespace landfall::sandbox
