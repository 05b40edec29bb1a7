#include "sandbox/build_folder.h"

#include <gtest/gtest.h>

#include "base/archive.h"
#include "sandbox/buildpack.h"
#include "world/sim_world.h"

namespace landfall::sandbox {
namespace {

class BuildFolderTest : public testing::Test {
 protected:
  Files& files() { return sim_->process("a").files; }
  std::unique_ptr<SimWorld> sim_ = SimWorld::create(from_epoch_seconds(0), 1);
  std::string const folder_ = "/tmp/no-such-folder-of-landfall/build";
};

TEST_F(BuildFolderTest, a_hostile_archive_writes_nothing_outside) {
  struct Row {
    char const* name;
    std::vector<ArchiveEntry> entries;
  };
  Row const table[]{
      {"link out", {{"x", EntryKind::symlink, 0777, "../../etc/passwd"}}},
      {"through a link",
       {{"d", EntryKind::symlink, 0777, "e"}, {"d/x", EntryKind::file, 0644, "1"}}},
      {"file for a folder",
       {{"d", EntryKind::file, 0644, "1"}, {"d/x", EntryKind::file, 0644, "1"}}},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    EXPECT_FALSE(unpack_folder(files(), *pack(row.entries), folder_));
    EXPECT_EQ(files().list("/tmp/no-such-folder-of-landfall").value_or(std::vector<std::string>{}),
              std::vector<std::string>{"build"});
    ASSERT_TRUE(files().remove(folder_));
  }
}

TEST_F(BuildFolderTest, a_link_is_replaced_by_the_one_that_follows) {
  std::string const bytes =
      *pack({{"l", EntryKind::symlink, 0777, "a"}, {"l", EntryKind::symlink, 0777, "b"}});
  ASSERT_TRUE(unpack_folder(files(), bytes, folder_));
  EXPECT_EQ(files().destination(folder_ + "/l").value_or(""), "b");
}

TEST_F(BuildFolderTest, what_is_packed_is_in_order_and_without_git) {
  for (char const* name : {"b", "a/c", "a.b", ".git/config", "sub/.git/config"})
    ASSERT_TRUE(files().write(folder_ + "/" + name, name));
  ASSERT_TRUE(files().link(folder_ + "/in", "a/c"));
  ASSERT_TRUE(files().link(folder_ + "/out", "../secret"));
  auto const packed = pack_folder(files(), folder_, 1 << 20);
  ASSERT_TRUE(packed) << packed.error().text;
  std::string paths;
  for (ArchiveEntry const& entry : *unpack(packed->archive)) paths += entry.path + " ";
  EXPECT_EQ(paths, "a a/c a.b b in sub sub/.git sub/.git/config ");
  EXPECT_EQ(packed->left_out, std::vector<std::string>{"out"});
  EXPECT_EQ(packed->bytes, packed->archive.size());
}

TEST_F(BuildFolderTest, folders_without_end_are_refused) {
  std::string path = folder_;
  for (int i = 0; i < 120; ++i) path += "/d";
  ASSERT_TRUE(files().make_folder(path));
  EXPECT_FALSE(pack_folder(files(), folder_, 1 << 20));
}

TEST(Slugignore, means_what_gitignore_would_mean) {
  struct Row {
    char const* line;
    char const* path;
    bool ignored;
  };
  Row const table[]{
      {"*.psd", "a.psd", true},
      {"*.psd", "deep/a.psd", true},
      {"*.psd", "a.psd.txt", false},
      {"/a.md", "a.md", true},
      {"/a.md", "b/a.md", false},
      {"doc", "doc", true},
      {"doc/", "x/doc", true},
      {"doc", "docs", false},
      {"doc/*.md", "doc/a.md", true},
      {"doc/*.md", "doc/b/a.md", false},
      {"doc/**/a.md", "doc/b/c/a.md", true},
      {"?.md", "a.md", true},
      {"a?b", "a/b", false},
      {"# all", "# all", false},
      {"", "", false},
      {"!a", "!a", false},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(std::string(row.line) + " " + row.path);
    EXPECT_EQ(is_ignored(row.line, row.path), row.ignored);
  }
  // In steps, not by trying all ways.
  EXPECT_FALSE(is_ignored("**a**a**a**a**a**a**a**a**a**b", std::string(2000, 'a')));
}

TEST(Slug, sizes_are_told_as_heroku_tells_them) {
  EXPECT_EQ(size_text(0), "0.0K");
  EXPECT_EQ(size_text(4300), "4.2K");
  EXPECT_EQ(size_text(13'736'346), "13.1M");
  EXPECT_EQ(size_text(526'909'440), "502.5M");
}

TEST(Buildpacks, have_one_name_in_all_their_forms) {
  EXPECT_EQ(buildpack_name("urn:buildpack:heroku/python"), "heroku/python");
  EXPECT_EQ(
      buildpack_name("https://buildpack-registry.s3.amazonaws.com/buildpacks/heroku/python.tgz"),
      "heroku/python");
  EXPECT_EQ(buildpack_name("heroku/python"), "heroku/python");
  EXPECT_EQ(buildpack_name("https://shop.example/x.tgz"), "https://shop.example/x.tgz");
}

TEST(Buildpacks, what_bin_release_prints_is_read_with_distrust) {
  auto const types = default_process_types("--- {}\n");
  ASSERT_TRUE(types);
  EXPECT_TRUE(types->empty());
  auto const two = default_process_types(
      "addons: []\ndefault_process_types:\n  web: a b\n  worker: c\n  bad: [1]\n");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->size(), 2U);
  EXPECT_EQ(two->at("web"), "a b");
  EXPECT_FALSE(default_process_types("]"));
  EXPECT_TRUE(default_process_types(""));
  EXPECT_TRUE(default_process_types("just text"));
}

}  // namespace
}  // namespace landfall::sandbox
