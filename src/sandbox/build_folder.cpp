#include "sandbox/build_folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "base/archive.h"
#include "base/text.h"

namespace landfall::sandbox {
namespace {

std::size_t const depth_max = 100;
std::size_t const ignore_lines_max = 1000;
ArchiveLimits const source_limits{.bytes = std::size_t{1} << 30, .entries = 200'000};
std::size_t const file_bytes_max = std::size_t{1} << 30;

Result<> write_entry(Files& files, std::string const& folder, ArchiveEntry const& entry) {
  std::string const path = folder + "/" + entry.path;
  switch (entry.kind) {
    case EntryKind::file:
      // Its owner may always look into it: the buildpack runs with the same rights.
      return files.write_scratch(path, entry.content, entry.mode | 0600U);
    case EntryKind::directory:
      return files.make_folder(path);
    case EntryKind::symlink:
      if (files.kind(path)) TRY(files.remove(path));
      return files.link(path, entry.content);
  }
  unreachable_here("an archive entry's kind");
}

/// `*` is any text without a slash, `**` any text, `?` one character. In steps, not by trying: a
/// pattern of many stars must not take for ever.
bool matches(std::string_view pattern, std::string_view path) {
  std::vector<bool> reached(path.size() + 1);
  reached[0] = true;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    bool const star = pattern[i] == '*';
    bool const deep = star && pattern.substr(i).starts_with("**");
    std::vector<bool> next = star ? reached : std::vector<bool>(path.size() + 1);
    for (std::size_t j = 0; j < path.size(); ++j) {
      bool const one = pattern[i] == '?' ? path[j] != '/' : pattern[i] == path[j];
      if (star && next[j] && (deep || path[j] != '/')) next[j + 1] = true;
      if (!star && reached[j] && one) next[j + 1] = true;
    }
    reached = std::move(next);
    if (deep) ++i;
  }
  return reached.back();
}

/// A folder's content by path, deeper folders with it.
class Walk {
 public:
  Walk(Files& files, std::string root) : files_(files), root_(std::move(root)) {}
  /// `visit` says whether to go into a folder.
  using Visit = std::function<Result<bool>(std::string const& path, FileKind kind)>;
  Result<> each(std::string const& below, Visit const& visit, std::size_t depth = 0) {
    if (depth > depth_max)
      return fail(ErrorKind::data, printable(below) + ": folders nested too deeply");
    for (std::string const& name : TRY(files_.list(root_ + "/" + below))) {
      std::string const path = below.empty() ? name : below + "/" + name;
      FileKind const kind = TRY(files_.kind(root_ + "/" + path));
      bool const goes_in = TRY(visit(path, kind));
      if (goes_in && kind == FileKind::folder) TRY(each(path, visit, depth + 1));
    }
    return {};
  }

 private:
  Files& files_;
  std::string root_;
};

/// None: what stands there cannot be in a slug.
Result<std::optional<ArchiveEntry>> read_entry(Files& files, std::string const& root,
                                               std::string const& path, FileKind kind) {
  std::string const at = root + "/" + path;
  switch (kind) {
    case FileKind::folder:
      return ArchiveEntry{path, EntryKind::directory, 0755, ""};
    case FileKind::file: {
      std::string content = TRY(files.read(at, file_bytes_max));
      unsigned const mode = TRY(files.mode(at));
      return ArchiveEntry{path, EntryKind::file, mode & 0777U, std::move(content)};
    }
    case FileKind::link: {
      std::string destination = TRY(files.destination(at));
      if (!stays_inside(path, destination)) return std::nullopt;
      return ArchiveEntry{path, EntryKind::symlink, 0777, std::move(destination)};
    }
    case FileKind::other:
      return std::nullopt;
  }
  unreachable_here("a kind of file");
}

}  // namespace

Result<> unpack_folder(Files& files, std::string_view archive, std::string const& folder) {
  TRY(files.make_folder(folder));
  return unpack_each(archive, source_limits,
                     [&](ArchiveEntry entry) { return write_entry(files, folder, entry); });
}

Result<std::string> unwrapped(Files& files, std::string folder) {
  auto const names = TRY(files.list(folder));
  if (names.size() != 1) return folder;
  std::string inner = folder + "/" + names[0];
  FileKind const kind = TRY(files.kind(inner));
  return kind == FileKind::folder ? inner : folder;
}

bool is_ignored(std::string_view line, std::string_view path) {
  line = trim(line);
  if (line.ends_with('/')) line.remove_suffix(1);
  if (line.empty() || line.front() == '#' || line.front() == '!') return false;
  if (line.front() == '/') return matches(line.substr(1), path);
  if (line.find('/') != std::string_view::npos) return matches(line, path);
  std::size_t const slash = path.rfind('/');
  return matches(line, slash == std::string_view::npos ? path : path.substr(slash + 1));
}

Result<> apply_slugignore(Files& files, std::string const& root) {
  auto const text = files.read(root + "/.slugignore", 1 << 20);
  if (!text) return {};
  std::vector<std::string> lines = lines_of(*text);
  if (lines.size() > ignore_lines_max) lines.resize(ignore_lines_max);
  auto const keep = [&](std::string const& path, FileKind) -> Result<bool> {
    bool const out = std::any_of(lines.begin(), lines.end(),
                                 [&](std::string const& line) { return is_ignored(line, path); });
    if (out) TRY(files.remove(root + "/" + path));
    return !out;
  };
  return Walk(files, root).each("", keep);
}

Result<PackedFolder> pack_folder(Files& files, std::string const& root, std::size_t bytes_max) {
  PackedFolder packed;
  Packer packer = TRY(Packer::open());
  bool full = false;
  auto const add = [&](std::string const& path, FileKind kind) -> Result<bool> {
    if (path == ".git" || full) return false;
    auto const entry = TRY(read_entry(files, root, path, kind));
    if (entry) TRY(packer.add(*entry));
    if (!entry) packed.left_out.push_back(path);
    full = packer.size() > 2 * bytes_max;
    return true;
  };
  TRY(Walk(files, root).each("", add));
  packed.archive = TRY(packer.finish());
  packed.bytes = packed.archive.size();
  packed.sha256 = sha256(packed.archive);
  return packed;
}

std::string size_text(std::size_t bytes) {
  double const kilobytes = static_cast<double>(bytes) / 1024;
  return kilobytes < 1024 ? fmt::format("{:.1f}K", kilobytes)
                          : fmt::format("{:.1f}M", kilobytes / 1024);
}

}  // namespace landfall::sandbox
