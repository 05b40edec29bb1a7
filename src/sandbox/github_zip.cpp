#include "sandbox/github_zip.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace landfall::sandbox {
namespace {

std::uint32_t crc32(std::string_view bytes) {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0U);
    table[i] = value;
  }
  std::uint32_t crc = 0xFFFFFFFFU;
  for (char const c : bytes)
    crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
  return ~crc;
}

void add(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
}

/// What local and central headers share. 1980-01-01, as nothing says when.
void add_common(std::string& out, ZipEntry const& entry) {
  add(out, 20, 2);       // version needed
  add(out, 1 << 11, 2);  // names are UTF-8
  add(out, 0, 2);        // stored
  add(out, 0, 2);
  add(out, 0x21, 2);
  add(out, crc32(entry.content), 4);
  add(out, entry.content.size(), 4);
  add(out, entry.content.size(), 4);
  add(out, entry.path.size(), 2);
  add(out, 0, 2);
}

}  // namespace

std::string zip(std::vector<ZipEntry> const& entries) {
  std::string out;
  std::string directory;
  for (ZipEntry const& entry : entries) {
    std::size_t const offset = out.size();
    add(out, 0x04034B50, 4);
    add_common(out, entry);
    out += entry.path + entry.content;
    add(directory, 0x02014B50, 4);
    add(directory, 20, 2);
    add_common(directory, entry);
    add(directory, 0, 2);  // comment
    add(directory, 0, 2);  // disk
    add(directory, 0, 2);
    add(directory, 0, 4);
    add(directory, offset, 4);
    directory += entry.path;
  }
  std::size_t const begin = out.size();
  out += directory;
  add(out, 0x06054B50, 4);
  add(out, 0, 4);
  add(out, entries.size(), 2);
  add(out, entries.size(), 2);
  add(out, directory.size(), 4);
  add(out, begin, 4);
  add(out, 0, 2);
  return out;
}

}  // namespace landfall::sandbox
