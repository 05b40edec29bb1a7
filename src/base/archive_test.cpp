#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <functional>

namespace landfall {

Result<> load_archive();

namespace {

ArchiveEntry file(std::string path, std::string content, unsigned mode = 0644) {
  return {std::move(path), EntryKind::file, mode, std::move(content)};
}
ArchiveEntry folder(std::string path) {
  return {std::move(path), EntryKind::directory, 0755, ""};
}
ArchiveEntry symlink(std::string path, std::string destination) {
  return {std::move(path), EntryKind::symlink, 0777, std::move(destination)};
}

std::string packed(std::vector<ArchiveEntry> const& entries) {
  auto bytes = pack(entries);
  EXPECT_TRUE(bytes) << bytes.error().text;
  return bytes ? *bytes : "";
}

/// One entry that pack() itself would never make.
std::string strange(std::function<void(archive_entry*)> const& shape) {
  EXPECT_TRUE(load_archive());
  std::string bytes(1 << 20, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_write_set_format_pax_restricted(writer);
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, "x");
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_size(entry, 0);
  shape(entry);
  archive_write_header(writer, entry);
  archive_entry_free(entry);
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

std::string folders_without_end() {
  std::string path = "d";
  for (int i = 0; i < 3000; ++i) path += "/d";
  return path;
}

TEST(Archive, comes_back_as_it_was_packed) {
  std::vector<ArchiveEntry> const entries{
      folder("bin"), file("bin/run", "#!/bin/sh\n", 0755), file("empty", ""),
      symlink("bin/link", "../empty"),
      file("ünï/" + std::string(150, 'n'), std::string(100000, 'x'))};
  auto const back = unpack(packed(entries));
  ASSERT_TRUE(back) << back.error().text;
  ASSERT_EQ(back->size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    SCOPED_TRACE(entries[i].path);
    EXPECT_EQ((*back)[i].path, entries[i].path);
    EXPECT_EQ((*back)[i].kind, entries[i].kind);
    EXPECT_EQ((*back)[i].content, entries[i].content);
    if (entries[i].kind == EntryKind::file) {
      EXPECT_EQ((*back)[i].mode, entries[i].mode);
    }
  }
}

TEST(Archive, same_input_gives_the_same_bytes) {
  std::vector<ArchiveEntry> const entries{file("a", "1"), file("b", "2")};
  EXPECT_EQ(packed(entries), packed(entries));
  // Bytes 4 to 7 of gzip are the time of packing.
  EXPECT_EQ(packed(entries).substr(4, 4), std::string(4, '\0'));
}

TEST(Archive, refuses_what_could_leave_the_folder) {
  struct Row {
    char const* name;
    std::string bytes;
    char const* want;
  };
  auto path = [](char const* text) {
    return strange([&](archive_entry* entry) { archive_entry_set_pathname(entry, text); });
  };
  auto type = [](unsigned kind) {
    return strange([&](archive_entry* entry) { archive_entry_set_filetype(entry, kind); });
  };
  Row const table[]{
      {"absolute", path("/etc/passwd"), "'/etc/passwd': absolute path"},
      {"dots", path("../x"), "'../x': '..' in the path"},
      {"dots inside", path("a/../../x"), "'..' in the path"},
      {"hard link",
       strange([](archive_entry* entry) { archive_entry_set_hardlink(entry, "/etc/passwd"); }),
       "hard link"},
      {"character device", type(AE_IFCHR), "neither a file"},
      {"fifo", type(AE_IFIFO), "neither a file"},
      {"link out", packed({symlink("a", "../secret")}), "leads out"},
      {"absolute link", packed({symlink("a", "/etc/passwd")}), "leads out"},
      {"path without end", packed({file(std::string(5000, 'a'), "1")}), "longer than any path"},
      {"folders without end", packed({file(folders_without_end(), "1")}), "longer than any path"},
      {"link that climbs after a name", packed({symlink("d", "."), symlink("x", "d/..")}),
       "leads out"},
      {"link deep enough to leave", packed({symlink("a/b", "../../x")}), "leads out"},
      {"through a link", packed({symlink("d", "e"), file("d/x", "1")}), "through a symbolic link"},
      {"folder becomes a link", packed({file("d/x", "1"), symlink("d", "e")}), "different kinds"},
      {"under a file", packed({file("d", "1"), file("d/x", "1")}), "its folder is a file"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    auto const got = unpack(row.bytes);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::data);
    EXPECT_NE(got.error().text.find(row.want), std::string::npos) << got.error().text;
  }
}

TEST(Archive, keeps_links_that_stay_inside) {
  auto const got = unpack(packed({folder("a"), symlink("a/up", "../b/c"), symlink("here", "./a")}));
  ASSERT_TRUE(got) << got.error().text;
  EXPECT_EQ(got->at(1).content, "../b/c");
}

TEST(Archive, refuses_more_than_its_limits) {
  std::string const bomb = packed({file("big", std::string(1'000'000, '\0')), file("more", "1")});
  EXPECT_LT(bomb.size(), 10'000U);
  auto const large = unpack(bomb, {.bytes = 999'999});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, "too_large");
  EXPECT_NE(large.error().text.find("'big'"), std::string::npos);
  auto const many = unpack(bomb, {.entries = 1});
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, "too_large");
}

TEST(Archive, refuses_at_once_what_says_that_it_is_too_large) {
  std::string const told =
      strange([](archive_entry* entry) { archive_entry_set_size(entry, la_int64_t{7} << 30); });
  auto const got = unpack(told.substr(0, 512));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, "too_large") << got.error().text;
}

TEST(Archive, gives_entries_one_by_one_until_they_are_not_wanted) {
  std::string const bytes = packed({folder("."), file("a", "1"), file("b", "2"), file("c", "3")});
  std::string seen;
  auto const got = unpack_each(bytes, {}, [&](ArchiveEntry entry) -> Result<> {
    seen += entry.path + entry.content;
    if (entry.path == "b") return fail(ErrorKind::data, "enough");
    return {};
  });
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().text, "enough");
  EXPECT_EQ(seen, "a1b2");
}

TEST(Archive, a_packer_gives_what_pack_gives) {
  auto packer = Packer::open();
  ASSERT_TRUE(packer) << packer.error().text;
  ASSERT_TRUE(packer->add(file("a", "1")));
  ASSERT_TRUE(packer->add(symlink("b", "a")));
  auto const bytes = packer->finish();
  ASSERT_TRUE(bytes);
  EXPECT_EQ(*bytes, packed({file("a", "1"), symlink("b", "a")}));
}

TEST(Archive, refuses_what_is_no_archive) {
  std::string const good = packed({file("a", std::string(5000, 'a') + "end"), file("b", "2")});
  for (std::string const& bytes :
       {std::string(), std::string("hello"), std::string("<html></html>"),
        std::string(2000, '\x7f'), good.substr(0, good.size() / 2)}) {
    auto const got = unpack(bytes);
    EXPECT_FALSE(got) << bytes.size();
  }
}

TEST(Archive, strips_one_top_directory_only_if_all_share_it) {
  auto stripped = without_top_directory({folder("top"), file("top/a", "1"), file("top/b/c", "2")});
  ASSERT_EQ(stripped.size(), 2U);
  EXPECT_EQ(stripped[0].path, "a");
  EXPECT_EQ(stripped[1].path, "b/c");
  auto const two = without_top_directory({file("x/a", "1"), file("y/a", "2")});
  EXPECT_EQ(two[0].path, "x/a");
  auto const flat = without_top_directory({file("Procfile", "1"), file("Procfile2/a", "2")});
  EXPECT_EQ(flat[0].path, "Procfile");
  EXPECT_TRUE(without_top_directory({}).empty());
}

TEST(Archive, drops_a_link_that_pointed_into_the_stripped_folder) {
  auto const stripped = without_top_directory({file("top/a", "1"), symlink("top/b", "../top/a")});
  ASSERT_EQ(stripped.size(), 1U);
  EXPECT_EQ(stripped[0].path, "a");
}

TEST(Compression, comes_back_and_knows_damage) {
  std::string const text = std::string(100'000, 'a') + "end";
  std::string const small = compress(text);
  EXPECT_LT(small.size(), 1000U);
  auto const back = decompress(small, text.size());
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, text);
  EXPECT_EQ(*decompress(compress(""), 0), "");
  EXPECT_EQ(decompress(small, text.size() - 1).error().code, "too_large");
  EXPECT_EQ(decompress(small.substr(0, small.size() / 2), 1 << 20).error().code, "truncated");
  EXPECT_FALSE(decompress("rubbish", 100));
  EXPECT_FALSE(decompress("", 100));
}

// printf hello | gzip -n | xxd -p
TEST(Compression, reads_the_form_of_gzip) {
  std::string const hello(
      "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\x07\0\x86\xa6\x10\x36\x05\0\0\0", 25);
  EXPECT_EQ(gunzip(hello, 5).value_or(""), "hello");
  EXPECT_EQ(gunzip(hello, 4).error().code, "too_large");
  EXPECT_EQ(gunzip(hello.substr(0, 20), 5).error().code, "truncated");
  EXPECT_FALSE(gunzip(compress("hello"), 100));
  EXPECT_FALSE(decompress(hello, 100));
}

}  // namespace
}  // namespace landfall
