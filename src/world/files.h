// Files and directories.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace landfall {

enum class FileKind { file, folder, link, other };

class Files {
 public:
  virtual ~Files() = default;
  /// The whole file; over `bytes_max` is the error "too_large". ErrorKind::missing if it is not
  /// there.
  virtual Result<std::string> read(std::string const& path, std::size_t bytes_max = 64 << 20) = 0;
  /// Replaces the file as a whole (written beside it, then renamed); makes missing folders.
  virtual Result<> write(std::string const& path, std::string_view content,
                         unsigned mode = 0644) = 0;
  /// As write(), for what need not outlive the machine: some hundred times faster. Nobody may read
  /// the file at the same time, and a symbolic link of that name is not followed.
  virtual Result<> write_scratch(std::string const& path, std::string_view content,
                                 unsigned mode = 0644) = 0;
  virtual Result<> link(std::string const& path, std::string const& destination) = 0;  ///< symbolic
  /// What stands there itself: a symbolic link is not followed.
  virtual Result<FileKind> kind(std::string const& path) = 0;
  /// What a symbolic link says.
  virtual Result<std::string> destination(std::string const& path) = 0;
  virtual bool exists(std::string const& path) = 0;
  /// The permissions of a file, as for write(); what a symbolic link names is what counts.
  virtual Result<unsigned> mode(std::string const& path) = 0;
  /// Names in a folder, sorted; without "." and "..".
  virtual Result<std::vector<std::string>> list(std::string const& folder) = 0;
  virtual Result<> make_folder(std::string const& path) = 0;  ///< and its parents
  /// Removes a file or a folder with all that is in it; a missing one is no error.
  virtual Result<> remove(std::string const& path) = 0;
  /// A new empty folder for files that do not outlive the run.
  virtual Result<std::string> temporary_folder(std::string_view name) = 0;
};

}  // namespace landfall
