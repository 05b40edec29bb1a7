#include <sys/stat.h>
#include <unistd.h>

#include "world/real_test.h"
#include "world/sim_world.h"

namespace landfall {
namespace {

using Names = std::vector<std::string>;

/// The same promises are kept by both.
class FilesTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    real = RealWorld::start({}).value_or(nullptr);
    ASSERT_TRUE(real);
    folder = files().temporary_folder("landfall-test").value_or("");
    ASSERT_FALSE(folder.empty());
  }
  void TearDown() override { EXPECT_TRUE(files().remove(folder)); }
  Files& files() { return GetParam() ? sim->process("a").files : real->world().files; }
  std::string at(std::string const& name) const { return folder + "/" + name; }

  std::unique_ptr<SimWorld> sim = SimWorld::create(from_epoch_seconds(0), 1);
  std::unique_ptr<RealWorld> real;
  std::string folder;
};

TEST_P(FilesTest, what_is_written_is_read) {
  std::string const content("bytes\0and more\n", 15);
  ASSERT_TRUE(files().write(at("deep/er/file"), content));
  EXPECT_EQ(files().read(at("deep/er/file")).value_or(""), content);
  EXPECT_TRUE(files().exists(at("deep/er")));
  ASSERT_TRUE(files().write(at("deep/er/file"), ""));
  EXPECT_EQ(files().read(at("deep/../deep/er//file")).value_or("x"), "");
  EXPECT_EQ(files().list(at("deep/er")).value_or(Names{}), std::vector<std::string>{"file"});
}

TEST_P(FilesTest, scratch_files_are_as_good_as_others_but_never_behind_a_link) {
  ASSERT_TRUE(files().write_scratch(at("deep/er/script"), "long text", 0755));
  ASSERT_TRUE(files().write_scratch(at("deep/er/script"), "x", 0755));
  EXPECT_EQ(files().read(at("deep/er/script")).value_or(""), "x");
  EXPECT_EQ(files().mode(at("deep/er/script")).value_or(0), 0755U);
  ASSERT_TRUE(files().link(at("link"), "deep/er/script"));
  EXPECT_FALSE(files().write_scratch(at("link"), "y"));
  EXPECT_EQ(files().read(at("deep/er/script")).value_or(""), "x");
  EXPECT_FALSE(files().write_scratch(at("deep"), "y"));
}

TEST_P(FilesTest, kinds_are_told_without_following_links) {
  ASSERT_TRUE(files().write(at("folder/file"), "x"));
  ASSERT_TRUE(files().link(at("link"), "folder"));
  ASSERT_TRUE(files().link(at("dangling"), "../nowhere"));
  EXPECT_EQ(files().kind(at("folder")).value_or(FileKind::other), FileKind::folder);
  EXPECT_EQ(files().kind(at("folder/file")).value_or(FileKind::other), FileKind::file);
  EXPECT_EQ(files().kind(at("link")).value_or(FileKind::other), FileKind::link);
  EXPECT_EQ(files().kind(at("link/file")).value_or(FileKind::other), FileKind::file);
  EXPECT_EQ(files().kind(at("dangling")).value_or(FileKind::other), FileKind::link);
  EXPECT_EQ(files().kind("/dev/null").value_or(FileKind::file), FileKind::other);
  ASSERT_FALSE(files().kind(at("nothing")));
  EXPECT_EQ(files().kind(at("nothing")).error().kind, ErrorKind::missing);
  EXPECT_EQ(files().destination(at("link")).value_or(""), "folder");
  EXPECT_EQ(files().destination(at("dangling")).value_or(""), "../nowhere");
  EXPECT_FALSE(files().destination(at("folder/file")));
  EXPECT_FALSE(files().destination(at("nothing")));
}

TEST_P(FilesTest, permissions_are_told_and_kept) {
  ASSERT_TRUE(files().write(at("script"), "x", 0755));
  ASSERT_TRUE(files().write(at("text"), "x"));
  EXPECT_EQ(files().mode(at("script")).value_or(0), 0755U);
  EXPECT_EQ(files().mode(at("text")).value_or(0), 0644U);
  ASSERT_FALSE(files().mode(at("nothing")));
  EXPECT_EQ(files().mode(at("nothing")).error().kind, ErrorKind::missing);
}

TEST_P(FilesTest, folders_are_listed_in_order) {
  for (char const* name : {"b", "a", "c/d"}) ASSERT_TRUE(files().write(at(name), "x"));
  ASSERT_TRUE(files().make_folder(at("empty/deep")));
  ASSERT_TRUE(files().make_folder(at("empty/deep")));
  EXPECT_EQ(files().list(folder).value_or(Names{}),
            (std::vector<std::string>{"a", "b", "c", "empty"}));
  EXPECT_TRUE(files().list(at("empty/deep")).value_or(Names{"x"}).empty());
}

TEST_P(FilesTest, removing_takes_all_below_and_forgives_what_is_missing) {
  ASSERT_TRUE(files().write(at("tree/a/b"), "x"));
  ASSERT_TRUE(files().write(at("tree2"), "x"));
  ASSERT_TRUE(files().remove(at("tree")));
  ASSERT_TRUE(files().remove(at("tree")));
  EXPECT_FALSE(files().exists(at("tree/a/b")));
  EXPECT_TRUE(files().exists(at("tree2")));
  ASSERT_TRUE(files().write(at("tree/new"), "x"));
  EXPECT_EQ(files().list(at("tree")).value_or(Names{}), std::vector<std::string>{"new"});
}

TEST_P(FilesTest, links_are_followed) {
  ASSERT_TRUE(files().write(at("v1/file"), "one"));
  ASSERT_TRUE(files().link(at("current"), "v1"));
  EXPECT_EQ(files().read(at("current/file")).value_or(""), "one");
  EXPECT_FALSE(files().link(at("current"), "v2"));
  ASSERT_TRUE(files().write(at("current/more"), "two"));
  EXPECT_EQ(files().read(at("v1/more")).value_or(""), "two");
  ASSERT_TRUE(files().link(at("dangling"), "nowhere"));
  EXPECT_FALSE(files().exists(at("dangling")));
  ASSERT_TRUE(files().link(at("circle"), "circle"));
  EXPECT_FALSE(files().read(at("circle")));
  ASSERT_TRUE(files().remove(at("current")));
  EXPECT_TRUE(files().exists(at("v1/file")));
}

TEST_P(FilesTest, failures_name_the_path_and_the_kind) {
  ASSERT_TRUE(files().write(at("file"), "12345"));
  struct Row {
    char const* name;
    Result<> result;
    ErrorKind kind;
    char const* code;
  };
  auto const plain = [](auto result) -> Result<> {
    if (result) return {};
    return std::unexpected(result.error());
  };
  Row const table[]{
      {"missing", plain(files().read(at("missing"))), ErrorKind::missing, "missing"},
      {"missing/deep", plain(files().read(at("missing/deep"))), ErrorKind::missing, "missing"},
      {"nowhere", plain(files().list(at("nowhere"))), ErrorKind::missing, "missing"},
      {"file", plain(files().read(at("file"), 4)), ErrorKind::data, "too_large"},
      {"file", plain(files().list(at("file"))), ErrorKind::data, ""},
      {"file", plain(files().write(at("file/below"), "x")), ErrorKind::data, ""},
      {"file", plain(files().make_folder(at("file"))), ErrorKind::data, ""},
      {"landfall-test", plain(files().read(folder)), ErrorKind::data, ""},
      {"landfall-test", plain(files().write(folder, "x")), ErrorKind::data, ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    ASSERT_FALSE(row.result);
    EXPECT_EQ(row.result.error().kind, row.kind) << row.result.error().text;
    EXPECT_EQ(row.result.error().code, row.code) << row.result.error().text;
    EXPECT_NE(row.result.error().text.find(row.name), std::string::npos) << row.result.error().text;
  }
  EXPECT_EQ(files().read(at("file"), 5).value_or(""), "12345");
}

INSTANTIATE_TEST_SUITE_P(Both, FilesTest, testing::Bool(),
                         [](auto const& one) { return one.param ? "simulated" : "real"; });

using RealFilesTest = RealTest;

TEST_F(RealFilesTest, a_failed_write_leaves_the_old_file_and_nothing_else) {
  Files& files = world().files;
  std::string const folder = *files.temporary_folder("landfall-test");
  ASSERT_TRUE(files.write(folder + "/file", "old", 0600));
  struct stat status{};
  ASSERT_EQ(::stat((folder + "/file").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  // A folder in the way of the rename.
  ASSERT_TRUE(files.make_folder(folder + "/taken"));
  EXPECT_FALSE(files.write(folder + "/taken", "new"));
  EXPECT_EQ(files.list(folder).value_or(Names{}), (std::vector<std::string>{"file", "taken"}));
  ASSERT_TRUE(files.remove(folder));
}

TEST_F(RealFilesTest, a_full_disk_and_a_read_only_folder_say_so) {
  Files& files = world().files;
  // A file system that takes nothing, whoever asks.
  Result<> const refused = files.write("/proc/landfall", "x");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("/proc/landfall"), std::string::npos);
  std::string const folder = *files.temporary_folder("landfall-test");
  ASSERT_EQ(::chmod(folder.c_str(), 0500), 0);
  Result<> const written = files.write(folder + "/file", "x");
  if (::geteuid() != 0) {
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::refused);
    EXPECT_EQ(written.error().code, "forbidden");
  }
  ASSERT_EQ(::chmod(folder.c_str(), 0700), 0);
  ASSERT_TRUE(files.remove(folder));
}

TEST_F(RealFilesTest, the_simulated_world_reads_the_disk_and_never_changes_it) {
  Files& disk = world().files;
  std::string const folder = *disk.temporary_folder("landfall-test");
  ASSERT_TRUE(disk.write(folder + "/a", "disk"));
  ASSERT_TRUE(disk.write(folder + "/deep/b", "disk"));
  auto const sim = SimWorld::create(from_epoch_seconds(0), 1);
  Files& files = sim->process("a").files;
  EXPECT_EQ(files.read(folder + "/a").value_or(""), "disk");
  ASSERT_TRUE(files.write(folder + "/a", "memory"));
  ASSERT_TRUE(files.write(folder + "/c", "memory"));
  EXPECT_EQ(sim->process("b").files.read(folder + "/a").value_or(""), "memory");
  EXPECT_EQ(files.list(folder).value_or(Names{}), (std::vector<std::string>{"a", "c", "deep"}));
  ASSERT_TRUE(files.remove(folder + "/deep"));
  EXPECT_FALSE(files.exists(folder + "/deep/b"));
  EXPECT_EQ(files.list(folder).value_or(Names{}), (std::vector<std::string>{"a", "c"}));
  ASSERT_TRUE(files.make_folder(folder + "/deep"));
  EXPECT_TRUE(files.list(folder + "/deep").value_or(Names{"x"}).empty());
  EXPECT_EQ(disk.read(folder + "/a").value_or(""), "disk");
  EXPECT_EQ(disk.list(folder).value_or(Names{}), (std::vector<std::string>{"a", "deep"}));
  ASSERT_TRUE(disk.remove(folder));
}

}  // namespace
}  // namespace landfall
