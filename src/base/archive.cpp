// Tar by libarchive, deflate by zlib. libarchive's three SECURE flags guard its own writing to
// disk; nothing is written here, so their meaning is kept by the checks in `Unpacking`: a later
// writer may create the entries one after the other without leaving its folder.
#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/core.h>
#include <zlib.h>

#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/text.h"

namespace landfall {

Result<> load_archive();  // cmake/lazy_library.cmake

namespace {

struct ReadCloser {
  void operator()(archive* handle) const { archive_read_free(handle); }
};
struct WriteCloser {
  void operator()(archive* handle) const { archive_write_free(handle); }
};
struct EntryCloser {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Reader = std::unique_ptr<archive, ReadCloser>;
using Writer = std::unique_ptr<archive, WriteCloser>;
using Entry = std::unique_ptr<archive_entry, EntryCloser>;

std::string_view error_of(archive* handle) {
  char const* text = archive_error_string(handle);
  return text == nullptr ? "unreadable" : text;
}

std::size_t const path_bytes_max = 4096;

std::unexpected<Error> refuse(std::string_view path, std::string_view why) {
  return fail(ErrorKind::data, fmt::format("archive entry '{}': {}", printable(path), why),
              "unsafe");
}

/// The path without "." parts and doubled slashes; an error if it could leave the folder.
Result<std::string> clean_path(std::string_view path) {
  // Each of a path's folders is remembered by its whole path: their sum must stay small.
  if (path.size() > path_bytes_max)
    return refuse(path.substr(0, 60), "longer than any path may be");
  if (path.starts_with('/')) return refuse(path, "absolute path");
  if (path.find('\0') != std::string_view::npos) return refuse(path, "zero byte in the path");
  std::vector<std::string> parts;
  for (std::string& part : split(path, '/')) {
    if (part == "..") return refuse(path, "'..' in the path");
    if (!part.empty() && part != ".") parts.push_back(std::move(part));
  }
  return join(parts, "/");
}

/// What unpacking has seen so far, and the rules that need it.
class Unpacking {
 public:
  explicit Unpacking(ArchiveLimits limits) : limits_(limits) {}

  Result<ArchiveEntry> read(archive* handle, archive_entry* entry);

 private:
  Result<EntryKind> kind_of(archive_entry* entry, std::string_view path) const;
  Result<> place(std::string const& path, EntryKind kind);
  Result<std::string> content_of(archive* handle, archive_entry* entry, std::string_view path);
  std::unexpected<Error> too_large(std::string_view path) const;

  ArchiveLimits limits_;
  std::size_t bytes_ = 0;
  std::map<std::string, EntryKind, std::less<>> seen_;  ///< with the folders that paths imply
  std::size_t entries_ = 0;
};

Result<EntryKind> Unpacking::kind_of(archive_entry* entry, std::string_view path) const {
  if (archive_entry_hardlink(entry) != nullptr) return refuse(path, "hard link");
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return EntryKind::file;
    case AE_IFDIR:
      return EntryKind::directory;
    case AE_IFLNK:
      return EntryKind::symlink;
    default:
      return refuse(path, "neither a file, a directory nor a symbolic link");
  }
}

Result<> Unpacking::place(std::string const& path, EntryKind kind) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    auto const [parent, is_new] = seen_.emplace(path.substr(0, slash), EntryKind::directory);
    if (parent->second == EntryKind::symlink)
      return refuse(path, "written through a symbolic link");
    if (parent->second == EntryKind::file) return refuse(path, "its folder is a file");
  }
  auto const [known, is_new] = seen_.emplace(path, kind);
  if (!is_new && known->second != kind) return refuse(path, "two entries of different kinds");
  return {};
}

std::unexpected<Error> Unpacking::too_large(std::string_view path) const {
  return fail(ErrorKind::data,
              fmt::format("archive entry '{}': more than {} bytes unpacked", printable(path),
                          limits_.bytes),
              "too_large");
}

Result<std::string> Unpacking::content_of(archive* handle, archive_entry* entry,
                                          std::string_view path) {
  // What says itself that it is too large is not read to the limit first.
  la_int64_t const told = archive_entry_size(entry);
  if (told > 0 && static_cast<std::size_t>(told) > limits_.bytes - bytes_) return too_large(path);
  std::string content;
  char buffer[65536];
  while (true) {
    la_ssize_t const count = archive_read_data(handle, buffer, sizeof buffer);
    if (count == 0) return content;
    if (count < 0) {
      return fail(ErrorKind::data,
                  fmt::format("archive entry '{}': {}", printable(path), error_of(handle)),
                  "truncated");
    }
    bytes_ += static_cast<std::size_t>(count);
    if (bytes_ > limits_.bytes) return too_large(path);
    content.append(buffer, static_cast<std::size_t>(count));
  }
}

/// An entry with an empty path is the archive's own root, which is nothing to unpack.
Result<ArchiveEntry> Unpacking::read(archive* handle, archive_entry* entry) {
  // In the C locale a name may be readable in only one of the two ways.
  char const* raw = archive_entry_pathname(entry);
  if (raw == nullptr) raw = archive_entry_pathname_utf8(entry);
  if (raw == nullptr) return refuse("?", "unreadable name");
  EntryKind const kind = TRY(kind_of(entry, raw));
  std::string path = TRY(clean_path(raw));
  if (path.empty()) {
    if (kind == EntryKind::directory) return ArchiveEntry{};
    return refuse(raw, "no name");
  }
  if (++entries_ > limits_.entries) {
    return fail(ErrorKind::data, fmt::format("archive: more than {} entries", limits_.entries),
                "too_large");
  }
  TRY(place(path, kind));
  std::string content;
  if (kind == EntryKind::file) content = TRY(content_of(handle, entry, path));
  if (kind == EntryKind::symlink) {
    char const* destination = archive_entry_symlink(entry);
    if (destination == nullptr) destination = archive_entry_symlink_utf8(entry);
    if (destination == nullptr || !stays_inside(path, destination)) {
      return refuse(path, "its destination leads out of the archive");
    }
    content = destination;
  }
  unsigned const mode = archive_entry_perm(entry) & 0777U;
  return ArchiveEntry{std::move(path), kind, mode, std::move(content)};
}

Result<> write_entry(archive* handle, ArchiveEntry const& from) {
  Entry const entry(archive_entry_new());
  require(entry != nullptr, "no memory for an archive entry");
  archive_entry_set_pathname(entry.get(), from.path.c_str());
  archive_entry_set_perm(entry.get(), from.mode & 0777U);
  archive_entry_set_mtime(entry.get(), 0, 0);
  switch (from.kind) {
    case EntryKind::file:
      archive_entry_set_filetype(entry.get(), AE_IFREG);
      archive_entry_set_size(entry.get(), static_cast<la_int64_t>(from.content.size()));
      break;
    case EntryKind::directory:
      archive_entry_set_filetype(entry.get(), AE_IFDIR);
      break;
    case EntryKind::symlink:
      archive_entry_set_filetype(entry.get(), AE_IFLNK);
      archive_entry_set_symlink(entry.get(), from.content.c_str());
      break;
  }
  bool written = archive_write_header(handle, entry.get()) == ARCHIVE_OK;
  if (written && from.kind == EntryKind::file && !from.content.empty()) {
    written = archive_write_data(handle, from.content.data(), from.content.size()) ==
              static_cast<la_ssize_t>(from.content.size());
  }
  if (written) return {};
  return fail(ErrorKind::data,
              fmt::format("packing '{}': {}", printable(from.path), error_of(handle)));
}

la_ssize_t append_bytes(archive* /*handle*/, void* client, void const* bytes, std::size_t count) {
  static_cast<std::string*>(client)->append(static_cast<char const*>(bytes), count);
  return static_cast<la_ssize_t>(count);
}

}  // namespace

/// A destination may climb only at its start and not out of the root. ".." after a name could climb
/// from wherever that name's own link leads, which no look at the text can tell.
bool stays_inside(std::string_view link, std::string_view destination) {
  if (destination.empty() || destination.starts_with('/')) return false;
  std::size_t depth = split(link, '/').size() - 1;
  bool descended = false;
  for (std::string const& part : split(destination, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      descended = true;
      continue;
    }
    if (descended || depth == 0) return false;
    --depth;
  }
  return true;
}

Result<> unpack_each(std::string_view bytes, ArchiveLimits limits,
                     std::function<Result<>(ArchiveEntry)> const& take) {
  TRY(load_archive());
  Reader const reader(archive_read_new());
  require(reader != nullptr, "no memory for an archive");
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_zstd(reader.get());
  archive_read_support_format_tar(reader.get());
  if (bytes.empty()) return fail(ErrorKind::data, "archive: no bytes", "truncated");
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return fail(ErrorKind::data, fmt::format("archive: {}", error_of(reader.get())));
  }
  Unpacking unpacking(limits);
  while (true) {
    archive_entry* entry = nullptr;
    int const status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) return {};
    if (status < ARCHIVE_WARN) {
      return fail(ErrorKind::data, fmt::format("archive: {}", error_of(reader.get())));
    }
    ArchiveEntry read = TRY(unpacking.read(reader.get(), entry));
    if (!read.path.empty()) TRY(take(std::move(read)));
  }
}

Result<std::vector<ArchiveEntry>> unpack(std::string_view bytes, ArchiveLimits limits) {
  std::vector<ArchiveEntry> entries;
  TRY(unpack_each(bytes, limits, [&](ArchiveEntry entry) -> Result<> {
    entries.push_back(std::move(entry));
    return {};
  }));
  return entries;
}

struct Packer::Parts {
  std::string bytes;
  Writer writer;
};

Packer::Packer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Packer::Packer(Packer&&) noexcept = default;
Packer& Packer::operator=(Packer&&) noexcept = default;
Packer::~Packer() = default;

Result<Packer> Packer::open() {
  TRY(load_archive());
  auto parts = std::make_unique<Parts>();
  parts->writer = Writer(archive_write_new());
  archive* const writer = parts->writer.get();
  require(writer != nullptr, "no memory for an archive");
  // GNU's form keeps names as the bytes they are, whatever the locale.
  archive_write_set_format_gnutar(writer);
  archive_write_add_filter_gzip(writer);
  archive_write_set_filter_option(writer, "gzip", "timestamp", nullptr);
  archive_write_set_filter_option(writer, "gzip", "compression-level", "2");
  archive_write_set_bytes_in_last_block(writer, 1);
  if (archive_write_open(writer, &parts->bytes, nullptr, append_bytes, nullptr) == ARCHIVE_OK)
    return Packer(std::move(parts));
  return fail(ErrorKind::data, fmt::format("packing: {}", error_of(writer)));
}

Result<> Packer::add(ArchiveEntry const& entry) {
  return write_entry(parts_->writer.get(), entry);
}

std::size_t Packer::size() const {
  return parts_->bytes.size();
}

Result<std::string> Packer::finish() {
  if (archive_write_close(parts_->writer.get()) == ARCHIVE_OK) return std::move(parts_->bytes);
  return fail(ErrorKind::data, fmt::format("packing: {}", error_of(parts_->writer.get())));
}

Result<std::string> pack(std::vector<ArchiveEntry> const& entries) {
  Packer packer = TRY(Packer::open());
  for (ArchiveEntry const& entry : entries) TRY(packer.add(entry));
  return packer.finish();
}

std::vector<ArchiveEntry> without_top_directory(std::vector<ArchiveEntry> entries) {
  std::optional<std::string> top;
  for (ArchiveEntry const& entry : entries) {
    std::size_t const slash = entry.path.find('/');
    if (slash == std::string::npos && entry.kind != EntryKind::directory) return entries;
    std::string first = entry.path.substr(0, slash);
    if (!top)
      top = std::move(first);
    else if (*top != first)
      return entries;
  }
  if (!top) return entries;
  std::vector<ArchiveEntry> stripped;
  for (ArchiveEntry& entry : entries) {
    if (entry.path.size() <= top->size() + 1) continue;
    // A link to the top folder itself would lead out of what is left.
    bool const link = entry.kind == EntryKind::symlink;
    entry.path.erase(0, top->size() + 1);
    if (link && !stays_inside(entry.path, entry.content)) continue;
    stripped.push_back(std::move(entry));
  }
  return stripped;
}

std::string compress(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  int const status = ::compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                                 reinterpret_cast<Bytef const*>(bytes.data()), bytes.size(),
                                 Z_DEFAULT_COMPRESSION);
  require(status == Z_OK, "zlib has no memory");
  packed.resize(size);
  return packed;
}

namespace {

/// `window`: zlib's word for the form of the bytes.
Result<std::string> inflated(std::string_view bytes, std::size_t bytes_max, int window) {
  z_stream stream{};
  require(inflateInit2(&stream, window) == Z_OK, "zlib has no memory");
  std::unique_ptr<z_stream, int (*)(z_stream*)> const closer(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string content;
  char buffer[65536];
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    status = inflate(&stream, Z_NO_FLUSH);
    content.append(buffer, sizeof buffer - stream.avail_out);
    if (content.size() > bytes_max) {
      return fail(ErrorKind::data, fmt::format("more than {} bytes decompressed", bytes_max),
                  "too_large");
    }
  }
  if (status == Z_STREAM_END) return content;
  return fail(ErrorKind::data, "compressed bytes are damaged or cut short", "truncated");
}

}  // namespace

Result<std::string> decompress(std::string_view bytes, std::size_t bytes_max) {
  return inflated(bytes, bytes_max, MAX_WBITS);
}

Result<std::string> gunzip(std::string_view bytes, std::size_t bytes_max) {
  return inflated(bytes, bytes_max, MAX_WBITS + 16);
}

}  // namespace landfall
