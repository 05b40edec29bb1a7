#include "world/sim_files.h"

#include <fmt/core.h>

#include <filesystem>
#include <set>

namespace landfall {

namespace {

int const links_max = 40;

std::string plain(std::string const& path) {
  std::error_code ignored;
  std::filesystem::path whole = std::filesystem::absolute(path, ignored).lexically_normal();
  if (!whole.has_filename() && whole.has_relative_path()) whole = whole.parent_path();
  return whole.string();
}

std::string parent_of(std::string const& path) {
  return std::filesystem::path(path).parent_path().string();
}

}  // namespace

// The path with the first link of memory in it replaced by what it leads to.
std::optional<std::string> SimFiles::follow_one(std::string const& path) const {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    std::string const prefix = path.substr(0, end);
    auto const node = nodes_.find(prefix);
    if (node != nodes_.end() && node->second.kind == Kind::link) {
      std::filesystem::path const target =
          std::filesystem::path(parent_of(prefix)) / node->second.content;
      return plain(target.string() + (end == std::string::npos ? "" : path.substr(end)));
    }
    if (end == std::string::npos) return std::nullopt;
  }
}

// Follows the links that memory knows; those on the disk are followed by the disk.
std::string SimFiles::resolve(std::string const& path) const {
  std::string whole = plain(path);
  for (int links = 0; links < links_max; ++links) {
    std::optional<std::string> next = follow_one(whole);
    if (!next) break;
    whole = *std::move(next);
  }
  return whole;
}

std::string SimFiles::resolve_parent(std::string const& path) const {
  std::string const whole = plain(path);
  std::string const parent = resolve(parent_of(whole));
  std::string const name = std::filesystem::path(whole).filename().string();
  return name.empty() ? parent : parent.ends_with('/') ? parent + name : parent + "/" + name;
}

bool SimFiles::disk_shows(std::string const& path) const {
  for (std::string at = path;; at = parent_of(at)) {
    auto const node = nodes_.find(at);
    if (node != nodes_.end() && node->second.hides_disk) return false;
    if (at == parent_of(at)) return true;
  }
}

SimFiles::Seen SimFiles::look(std::string const& path) const {
  auto const node = nodes_.find(path);
  if (node != nodes_.end() && node->second.kind == Kind::file) return Seen::file;
  if (node != nodes_.end() && node->second.kind == Kind::folder) return Seen::folder;
  if (!disk_shows(path) || !disk_->exists(path)) return Seen::nothing;
  return disk_->list(path) ? Seen::folder : Seen::file;
}

Result<std::string> SimFiles::read(std::string const& path, std::size_t bytes_max) {
  std::string const at = resolve(path);
  auto const node = nodes_.find(at);
  if (node == nodes_.end() || node->second.kind == Kind::gone) {
    if (disk_shows(at)) return disk_->read(at, bytes_max);
    return fail(ErrorKind::missing, path + ": no such file", "missing");
  }
  if (node->second.kind == Kind::folder) return fail(ErrorKind::data, path + ": is a folder");
  if (node->second.kind == Kind::link) return fail(ErrorKind::data, path + ": too many links");
  if (node->second.content.size() > bytes_max) {
    return fail(ErrorKind::data, fmt::format("{}: longer than {} bytes", path, bytes_max),
                "too_large");
  }
  return node->second.content;
}

Result<> SimFiles::write(std::string const& path, std::string_view content, unsigned mode) {
  std::string const at = resolve(path);
  if (look(at) == Seen::folder) return fail(ErrorKind::data, path + ": is a folder");
  TRY(make_folder(parent_of(at)));
  nodes_[at] = {Kind::file, std::string(content), mode};
  return {};
}

Result<> SimFiles::link(std::string const& path, std::string const& destination) {
  std::string const at = resolve_parent(path);
  auto const node = nodes_.find(at);
  bool const linked = node != nodes_.end() && node->second.kind == Kind::link;
  if (linked || look(at) != Seen::nothing)
    return fail(ErrorKind::data, path + ": is there already", "exists");
  TRY(make_folder(parent_of(at)));
  nodes_[at] = {Kind::link, destination};
  return {};
}

Result<> SimFiles::write_scratch(std::string const& path, std::string_view content, unsigned mode) {
  auto const node = nodes_.find(resolve_parent(path));
  if (node != nodes_.end() && node->second.kind == Kind::link)
    return fail(ErrorKind::data, path + ": is a link");
  return write(path, content, mode);
}

Result<FileKind> SimFiles::kind(std::string const& path) {
  std::string const at = resolve_parent(path);
  auto const node = nodes_.find(at);
  if (node != nodes_.end() && node->second.kind == Kind::link) return FileKind::link;
  if (node != nodes_.end() && node->second.kind == Kind::file) return FileKind::file;
  if (node != nodes_.end() && node->second.kind == Kind::folder) return FileKind::folder;
  if (disk_shows(at)) return disk_->kind(at);
  return fail(ErrorKind::missing, path + ": no such file", "missing");
}

Result<std::string> SimFiles::destination(std::string const& path) {
  std::string const at = resolve_parent(path);
  auto const node = nodes_.find(at);
  if (node != nodes_.end() && node->second.kind == Kind::link) return node->second.content;
  if (node == nodes_.end() && disk_shows(at)) return disk_->destination(at);
  return fail(ErrorKind::data, path + ": is no link");
}

bool SimFiles::exists(std::string const& path) {
  return look(resolve(path)) != Seen::nothing;
}

Result<unsigned> SimFiles::mode(std::string const& path) {
  std::string const at = resolve(path);
  auto const node = nodes_.find(at);
  if (node != nodes_.end() && node->second.kind == Kind::file) return node->second.mode;
  switch (look(at)) {
    case Seen::nothing:
      return fail(ErrorKind::missing, path + ": no such file", "missing");
    case Seen::folder:
      return 0755U;
    case Seen::file:
      return disk_->mode(at);
  }
  return 0644U;
}

Result<std::vector<std::string>> SimFiles::list(std::string const& folder) {
  std::string const at = resolve(folder);
  Seen const seen = look(at);
  if (seen == Seen::nothing)
    return fail(ErrorKind::missing, folder + ": no such folder", "missing");
  if (seen == Seen::file) return fail(ErrorKind::data, folder + ": is not a folder");
  std::set<std::string> names;
  if (disk_shows(at)) {
    Result<std::vector<std::string>> const below = disk_->list(at);
    if (below) names.insert(below->begin(), below->end());
  }
  std::string const prefix = at.ends_with('/') ? at : at + "/";
  for (auto node = nodes_.lower_bound(prefix);
       node != nodes_.end() && node->first.starts_with(prefix); ++node) {
    std::string const name = node->first.substr(prefix.size());
    if (name.empty() || name.find('/') != std::string::npos) continue;
    if (node->second.kind == Kind::gone)
      names.erase(name);
    else
      names.insert(name);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Result<> SimFiles::make_folder(std::string const& path) {
  std::string const at = resolve(path);
  Seen const seen = look(at);
  if (seen == Seen::folder) return {};
  if (seen == Seen::file) return fail(ErrorKind::data, path + ": is not a folder");
  if (at != parent_of(at)) TRY(make_folder(parent_of(at)));
  nodes_[at] = {Kind::folder};
  return {};
}

void SimFiles::forget_below(std::string const& path) {
  std::string const prefix = path + "/";
  auto const first = nodes_.lower_bound(prefix);
  auto last = first;
  while (last != nodes_.end() && last->first.starts_with(prefix)) ++last;
  nodes_.erase(first, last);
}

Result<> SimFiles::remove(std::string const& path) {
  std::string const at = resolve_parent(path);
  if (at == "/") return fail(ErrorKind::refused, "/: is not removed");
  forget_below(at);
  nodes_.erase(at);
  if (disk_shows(at) && disk_->exists(at)) nodes_[at] = {Kind::gone};
  return {};
}

Result<std::string> SimFiles::temporary_folder(std::string_view name) {
  std::string path = fmt::format("/tmp/{}.simulated-{}", name, ++temporary_count_);
  TRY(remove(path));
  nodes_[path] = {Kind::folder};
  return path;
}

}  // namespace landfall
