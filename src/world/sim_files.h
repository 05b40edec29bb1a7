// Files in memory over the real disk, which is only read.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "world/files.h"

namespace landfall {

/// Shared by all processes of a simulated world. What was written, linked or removed hides what the
/// disk has; the disk itself never changes.
class SimFiles : public Files {
 public:
  explicit SimFiles(std::unique_ptr<Files> disk) : disk_(std::move(disk)) {}
  Result<std::string> read(std::string const& path, std::size_t bytes_max) override;
  Result<> write(std::string const& path, std::string_view content, unsigned mode) override;
  Result<> write_scratch(std::string const& path, std::string_view content, unsigned mode) override;
  Result<> link(std::string const& path, std::string const& destination) override;
  Result<FileKind> kind(std::string const& path) override;
  Result<std::string> destination(std::string const& path) override;
  bool exists(std::string const& path) override;
  Result<unsigned> mode(std::string const& path) override;
  Result<std::vector<std::string>> list(std::string const& folder) override;
  Result<> make_folder(std::string const& path) override;
  Result<> remove(std::string const& path) override;
  Result<std::string> temporary_folder(std::string_view name) override;

 private:
  enum class Kind { file, folder, link, gone };
  struct Node {
    Kind kind = Kind::gone;
    std::string content{};  ///< a link's destination
    unsigned mode = 0644;
    bool hides_disk = true;  ///< a folder's: made where the disk has none or had one removed
  };
  enum class Seen { nothing, file, folder };

  std::optional<std::string> follow_one(std::string const& path) const;
  std::string resolve(std::string const& path) const;
  std::string resolve_parent(std::string const& path) const;
  bool disk_shows(std::string const& path) const;
  Seen look(std::string const& path) const;
  void forget_below(std::string const& path);

  std::unique_ptr<Files> disk_;
  std::map<std::string, Node> nodes_;
  int temporary_count_ = 0;
};

/// The disk of this machine.
std::unique_ptr<Files> real_files();

}  // namespace landfall
