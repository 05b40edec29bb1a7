#include "sandbox/git_objects.h"

#include <gtest/gtest.h>

namespace landfall::sandbox {
namespace {

// What `git write-tree` prints for the same files.
TEST(GitObjects, a_tree_has_the_name_that_git_gives_it) {
  Tree const tree{{"a.b", {"a\n", 0644}}, {"a/c/run", {"x\n", 0755}}, {"a/z", {"y\n", 0644}}};
  EXPECT_EQ(tree_sha(tree), "cb8cfa4707409ef2c80b5335bebf36cd24cf5fef");
  EXPECT_EQ(tree_sha({}), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}

}  // namespace
}  // namespace landfall::sandbox
