#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "world/descriptor.h"
#include "world/sim_files.h"

namespace landfall {

namespace {

// What went wrong with a path, as something that a person can act on.
std::unexpected<Error> trouble(std::string const& path, std::string_view doing, int number) {
  std::string const text = fmt::format("{}: {}: {}", path, doing, std::strerror(number));
  switch (number) {
    case ENOENT:
      return fail(ErrorKind::missing, text, "missing");
    case EACCES:
    case EPERM:
      return fail(ErrorKind::refused, text, "forbidden");
    case EROFS:
      return fail(ErrorKind::refused, text, "read_only");
    case ENOSPC:
    case EDQUOT:
      return fail(ErrorKind::config, text, "full");
    default:
      return fail(ErrorKind::data, text);
  }
}

std::unexpected<Error> trouble(std::string const& path, std::string_view doing,
                               std::error_code const& error) {
  return trouble(path, doing, error.value());
}

Result<> write_all(int file, std::string_view content, std::string const& path) {
  while (!content.empty()) {
    ssize_t const written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return trouble(path, "cannot be written", errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

std::string parent_of(std::string const& path) {
  std::string const parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

// A rename survives a power cut only when its folder is on the disk too.
void sync_folder(std::string const& folder) {
  Descriptor const handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle) ::fsync(handle.get());
}

class RealFiles : public Files {
 public:
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
};

Result<std::string> RealFiles::read(std::string const& path, std::size_t bytes_max) {
  Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return trouble(path, "cannot be read", errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return trouble(path, "cannot be read", errno);
  if (S_ISDIR(status.st_mode)) return fail(ErrorKind::data, path + ": is a folder");
  std::string content;
  // Files of /proc say that they are empty: their size is no end.
  std::size_t const size = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  content.reserve(std::min(size, bytes_max) + 1);
  char chunk[64 << 10];
  while (true) {
    ssize_t const count = ::read(file.get(), chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return trouble(path, "cannot be read", errno);
    if (count == 0) return content;
    content.append(chunk, static_cast<std::size_t>(count));
    if (content.size() > bytes_max) {
      return fail(ErrorKind::data, fmt::format("{}: longer than {} bytes", path, bytes_max),
                  "too_large");
    }
    // All that there was when it was opened: the end need not be asked for.
    if (S_ISREG(status.st_mode) && size > 0 && content.size() == size) return content;
  }
}

Result<> RealFiles::write(std::string const& path, std::string_view content, unsigned mode) {
  std::string const folder = parent_of(path);
  TRY(make_folder(folder));
  // Readers see the old file or the new one, never half of one.
  std::string beside = path + ".XXXXXX";
  Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file) return trouble(path, "cannot be written", errno);
  Result<> done = write_all(file.get(), content, path);
  if (done && ::fchmod(file.get(), mode) != 0) done = trouble(path, "cannot be written", errno);
  if (done && ::fsync(file.get()) != 0) done = trouble(path, "cannot be written", errno);
  if (done && ::rename(beside.c_str(), path.c_str()) != 0)
    done = trouble(path, "cannot be replaced", errno);
  if (done)
    sync_folder(folder);
  else
    ::unlink(beside.c_str());
  return done;
}

Result<> RealFiles::link(std::string const& path, std::string const& destination) {
  TRY(make_folder(parent_of(path)));
  if (::symlink(destination.c_str(), path.c_str()) == 0) return {};
  if (errno == EEXIST) return fail(ErrorKind::data, path + ": is there already", "exists");
  return trouble(path, "cannot be linked", errno);
}

Result<> RealFiles::write_scratch(std::string const& path, std::string_view content,
                                  unsigned mode) {
  int const how = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Descriptor file(::open(path.c_str(), how, 0600));
  if (!file && errno == ENOENT) {
    TRY(make_folder(parent_of(path)));
    file = Descriptor(::open(path.c_str(), how, 0600));
  }
  if (!file) return trouble(path, "cannot be written", errno);
  TRY(write_all(file.get(), content, path));
  if (::fchmod(file.get(), mode) != 0) return trouble(path, "cannot be written", errno);
  return {};
}

Result<FileKind> RealFiles::kind(std::string const& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return trouble(path, "cannot be looked at", errno);
  if (S_ISREG(status.st_mode)) return FileKind::file;
  if (S_ISDIR(status.st_mode)) return FileKind::folder;
  return S_ISLNK(status.st_mode) ? FileKind::link : FileKind::other;
}

Result<std::string> RealFiles::destination(std::string const& path) {
  std::error_code error;
  std::filesystem::path target = std::filesystem::read_symlink(path, error);
  if (error) return trouble(path, "is no link", error);
  return target.string();
}

bool RealFiles::exists(std::string const& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Result<unsigned> RealFiles::mode(std::string const& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return trouble(path, "cannot be looked at", errno);
  return static_cast<unsigned>(status.st_mode & 07777U);
}

Result<std::vector<std::string>> RealFiles::list(std::string const& folder) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    names.push_back(entry->path().filename().string());
  if (error) return trouble(folder, "cannot be listed", error);
  std::ranges::sort(names);
  return names;
}

Result<> RealFiles::make_folder(std::string const& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return trouble(path, "cannot be made", error);
  return {};
}

Result<> RealFiles::remove(std::string const& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return trouble(path, "cannot be removed", error);
  return {};
}

Result<std::string> RealFiles::temporary_folder(std::string_view name) {
  std::error_code error;
  std::filesystem::path const folder = std::filesystem::temp_directory_path(error);
  if (error) return trouble("the folder for temporary files", "cannot be used", error);
  std::string path = (folder / fmt::format("{}.XXXXXX", name)).string();
  if (::mkdtemp(path.data()) == nullptr) return trouble(path, "cannot be made", errno);
  return path;
}

}  // namespace

std::unique_ptr<Files> real_files() {
  return std::make_unique<RealFiles>();
}

}  // namespace landfall
