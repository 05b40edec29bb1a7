#include "base/lazy_library.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

TEST(LazyLibrary, functions_of_a_library_are_found) {
  void* slots[1]{};
  char const* const names[]{"zlibVersion"};
  ASSERT_TRUE(load_library("libz.so.1", names, slots));
  ASSERT_NE(slots[0], nullptr);
  void* const first = slots[0];
  ASSERT_TRUE(load_library("libz.so.1", names, slots));
  EXPECT_EQ(slots[0], first);
}

TEST(LazyLibrary, what_is_missing_is_named) {
  void* slots[2]{};
  char const* const names[]{"zlibVersion", "zlibOfAnotherWorld"};
  auto const older = load_library("libz.so.1", names, slots);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().text, "libz.so.1: this version has no zlibOfAnotherWorld");
  EXPECT_FALSE(load_library("libz.so.1", names, slots));
  auto const absent = load_library("libnowhere.so.9", names, slots);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::config);
  EXPECT_NE(absent.error().text.find("libnowhere.so.9"), std::string::npos);
}

}  // namespace
}  // namespace landfall
