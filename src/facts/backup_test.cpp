#include "facts/backup.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "facts/copy.h"

namespace landfall {
namespace {

class BackupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(char const* name) const { return folder_ + "/" + name; }

  static Result<> silence(Store& store, int number) {
    TRY(store.add("silence", {{"target", "shop/" + std::to_string(number)},
                              {"check_id", ""},
                              {"owner", "ops"},
                              {"reason", "moving"},
                              {"from_at", number},
                              {"until_at", number + 1}}));
    return {};
  }
  static std::int64_t silences(Store& store) {
    return store.database().query("SELECT count(*) AS n FROM silence")->rows[0].integer("n");
  }

 private:
  std::string folder_ = testing::TempDir() + "landfall-backup-" +
                        testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(BackupTest, holds_what_was_there_while_others_go_on) {
  Store store = *Store::open(path("store.db"));
  Store other = *Store::open(path("store.db"));
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(silence(store, i));
  ASSERT_TRUE(backup_store(store, path("backup.db")));
  ASSERT_TRUE(silence(other, 500));
  Store backup = *checked_backup(path("backup.db"));
  EXPECT_EQ(silences(backup), 500);
  Store restored = *Store::open(path("restored.db"));
  ASSERT_TRUE(copy_store(backup, restored, [](CopiedTable const&) {}));
  EXPECT_EQ(silences(restored), 500);
}

TEST_F(BackupTest, replaces_nothing) {
  Store store = *Store::open(path("store.db"));
  ASSERT_TRUE(backup_store(store, path("backup.db")));
  auto const again = backup_store(store, path("backup.db"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "exists");
  auto const nowhere = backup_store(store, path("no/such/folder"));
  ASSERT_FALSE(nowhere);
  EXPECT_TRUE(nowhere.error().text.starts_with(path("no/such/folder"))) << nowhere.error().text;
  std::ofstream(path("letter")) << "Dear Ada";
  EXPECT_FALSE(backup_store(store, path("letter")));
  EXPECT_EQ(std::filesystem::file_size(path("letter")), 8U);
}

TEST_F(BackupTest, that_is_torn_is_refused) {
  Store store = *Store::open(path("store.db"));
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(silence(store, i));
  ASSERT_TRUE(backup_store(store, path("backup.db")));
  std::filesystem::resize_file(path("backup.db"),
                               std::filesystem::file_size(path("backup.db")) / 2 / 4096 * 4096);
  EXPECT_FALSE(checked_backup(path("backup.db")));
  EXPECT_FALSE(checked_backup(path("nothing.db")));
}

}  // namespace
}  // namespace landfall
