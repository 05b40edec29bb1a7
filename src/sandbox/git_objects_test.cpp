#include "sandbox/git_objects.h"

#include <gtest/gtest.h>

namespace landfall::sandbox {
namespace {

std::string bytes_of(GitObjects const& objects, std::string_view sha) {
  auto const object = git_object(objects, sha);
  return object ? object->content : "";
}

TEST(GitObjects, are_named_as_git_names_them) {
  GitObjects objects;
  // What `git write-tree` prints for the same files.
  EXPECT_EQ(
      store_files(objects,
                  {{"a.b", {"a\n", 0644}}, {"a/c/run", {"x\n", 0755}}, {"a/z", {"y\n", 0644}}}),
      "cb8cfa4707409ef2c80b5335bebf36cd24cf5fef");
  Tree const files{{"a.txt", {"hello\n", 0644}}, {"a/b.sh", {"#!/bin/sh\n", 0755}}};
  EXPECT_EQ(store_files(objects, {}), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  std::string const root = store_files(objects, files);
  EXPECT_EQ(files_below(objects, root), files);
  EXPECT_EQ(entry_at(objects, root, "a/b.sh")->mode, 0100755U);
  EXPECT_FALSE(entry_at(objects, root, "a/c"));
  EXPECT_FALSE(entry_at(objects, root, "a.txt/c"));
}

TEST(GitObjects, are_read_back_as_they_were_written) {
  State state(1);
  state.users.push_back({.login = "ada", .id = 11, .name = "Ada", .email = "ada@shop.example"});
  Repository from;
  std::string const tree = store_files(from, {{"a", {"1", 0644}}, {"b/c", {"2", 0755}}});
  Commit made{.author = "ada", .message = "One\n", .at = from_epoch_seconds(1'777'636'800)};
  made.tree = tree;
  std::string const sha = store_commit(state, from, made).sha;
  std::string const tag = store_tag(from, {.name = "v1", .message = "First\n", .object = sha}).sha;
  Repository to;
  std::vector<std::string> names{sha, tag, tree};
  for (auto const& [name, content] : from.blobs) names.push_back(name);
  for (auto const& [name, entries] : from.trees) names.push_back(name);
  for (std::string const& name : names) {
    auto const object = git_object(from, name);
    ASSERT_TRUE(object);
    auto const stored = store_object(state, to, *object);
    ASSERT_TRUE(stored) << stored.error().text;
    EXPECT_EQ(*stored, name);
    EXPECT_EQ(bytes_of(to, name), object->content);
  }
  EXPECT_EQ(to.commits.at(sha).author, "ada") << "by the address";
  EXPECT_EQ(to.commits.at(sha).at, made.at);
  EXPECT_EQ(to.files_of(to.commits.at(sha)), from.files_of(from.commits.at(sha)));
  to.tags["v1"] = tag;
  EXPECT_EQ(resolve(to, "v1")->sha, sha) << "through the tag";
}

TEST(GitObjects, refuse_what_git_would_not_write) {
  State state(1);
  GitObjects objects;
  std::string const sha(40, 'a');
  std::string const id(20, 'x');
  GitObject const table[]{
      {"tree", "100644 a"},
      {"tree", std::string("100644 a\0", 9) + "short"},
      {"tree", std::string("100644 ..\0", 10) + id},
      {"tree", std::string("40000 .GIT\0", 11) + id},
      {"tree", std::string("100648 a\0", 9) + id},
      {"tree", std::string(" a\0", 3) + id},
      {"commit", ""},
      {"commit", "tree nonsense\n\nmessage"},
      {"commit", "tree " + sha + "\n\nmessage"},
      {"commit", "tree " + sha + "\nauthor A 1 +0000\ncommitter A <a> 1 +0000\n\nm"},
      {"commit", "tree " + sha + "\nauthor A <a> x +0000\ncommitter A <a> 1 +0000\n\nm"},
      {"commit", "tree " + sha + "\nparent p\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nm"},
      {"tag", "tag v1\n\nm"},
      {"branch", "x"},
  };
  for (GitObject const& object : table)
    EXPECT_FALSE(store_object(state, objects, object)) << object.kind << " " << object.content;
  EXPECT_TRUE(objects.trees.empty() && objects.commits.empty() && objects.tag_objects.empty());
}

TEST(GitObjects, trees_without_end_are_left_alone) {
  GitObjects objects;
  std::string tree = store_tree(objects, {{"x", 0100644, store_blob(objects, "x")}});
  for (int i = 0; i < 100'000; ++i) tree = store_tree(objects, {{"a", 040000, tree}});
  EXPECT_TRUE(files_below(objects, tree).empty());
  EXPECT_TRUE(changes_between(objects, "", tree).empty());
}

TEST(GitObjects, tell_what_differs_between_two_trees) {
  GitObjects objects;
  std::string const before = store_files(objects, {{"a", {"1"}}, {"b/c", {"2"}}, {"d", {"3"}}});
  std::string const after = store_files(objects, {{"a", {"1"}}, {"b/c", {"4"}}, {"e", {"5"}}});
  auto const changes = changes_between(objects, before, after);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].path, "b/c");
  EXPECT_TRUE(changes[1].path == "d" && changes[1].after.empty());
  EXPECT_TRUE(changes[2].path == "e" && changes[2].before.empty());
  EXPECT_TRUE(changes_between(objects, before, before).empty());
  EXPECT_EQ(changes_between(objects, "", after).size(), 3U);
}

}  // namespace
}  // namespace landfall::sandbox
