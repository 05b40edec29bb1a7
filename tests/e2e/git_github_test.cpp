// Clone, fetch and push of GitHub's repositories with real git: what git says and what the REST API
// says is the same.
#include "e2e/git_fixture.h"

namespace landfall {
namespace {

class GitGitHubTest : public GitTest {
 protected:
  void clone(std::string const& name, std::string const& token, std::string const& as) {
    good_git("", {"clone", "-q", github(name, token), as});
  }
  std::string head(std::string const& name) { return good_git(name, {"rev-parse", "HEAD"}); }
  std::string branch(std::string const& name, std::string const& of = "acme/shop") {
    return github_api("/repos/" + of + "/git/ref/heads/" + name).text("object.sha").value_or("");
  }
};

TEST_F(GitGitHubTest, a_clone_is_what_the_api_shows) {
  clone("acme/shop", "", "copy");
  EXPECT_EQ(head("copy"), branch("main"));
  EXPECT_EQ(good_git("copy", {"log", "--format=%s by %an"}),
            "Named by git by Bob\nDeclared by Ada");
  EXPECT_EQ(*world().files.read(folder_ + "/copy/README.md"), "two\n");
  good_git("copy", {"fsck", "--strict"});
  // The world file declares a sha that git cannot have; each has the other's name for it.
  std::string const declared(40, '1');
  std::string const own = good_git("copy", {"rev-parse", "v1"});
  EXPECT_NE(own, declared);
  EXPECT_EQ(*github_api("/repos/acme/shop/commits/" + own).text("sha"), declared);
  EXPECT_EQ(good_git("copy", {"rev-parse", "HEAD~1"}), own);
  good_git("", {"clone", "-q", "--depth", "1", github("acme/shop.git"), "shallow"});
  EXPECT_EQ(head("shallow"), head("copy"));
}

TEST_F(GitGitHubTest, who_may_read_and_write_is_told_as_github_tells_it) {
  struct Row {
    char const* what;
    std::string url;
    char const* said;
  };
  Row const reads[]{
      {"a private one", github("acme/hidden"), "could not read Username"},
      {"one that is not there", github("acme/none"), "could not read Username"},
      {"one that is not there, with a token", github("acme/none", "github-bob"),
       "Repository not found."},
      {"a wrong token", github("acme/hidden", "wrong"), "Invalid username or token."},
  };
  for (Row const& row : reads) {
    SCOPED_TRACE(row.what);
    Child const child = git("", {"ls-remote", row.url});
    EXPECT_EQ(child.code(), 128);
    EXPECT_TRUE(child.says(row.said)) << child.text();
  }
  good_git("", {"ls-remote", github("acme/hidden", "github-reader")});
  clone("acme/shop", "", "copy");
  Row const writes[]{
      {"nobody", github("acme/shop"), "could not read Username"},
      {"a reader", github("acme/shop", "github-reader"),
       "Permission to acme/shop.git denied to bob."},
      {"an archive", github("acme/kept", "github-ada"),
       "This repository was archived so it is read-only."},
  };
  for (Row const& row : writes) {
    SCOPED_TRACE(row.what);
    Child const child = git("copy", {"push", row.url, "HEAD:new"});
    EXPECT_EQ(child.code(), 128);
    EXPECT_TRUE(child.says(row.said)) << child.text();
  }
}

TEST_F(GitGitHubTest, what_is_pushed_is_in_the_api_and_starts_runs) {
  clone("acme/shop", "github-bob", "copy");
  put("copy/new/file.txt", "new\n");
  commit("copy", "A new file");
  Child const pushed = git("copy", {"push", "origin", "HEAD:topic"});
  EXPECT_EQ(pushed.code(), 0) << pushed.text();
  EXPECT_TRUE(pushed.says(" * [new branch]      HEAD -> topic")) << pushed.text();
  EXPECT_TRUE(pushed.says("remote: Create a pull request for 'topic' on GitHub by visiting:"))
      << pushed.text();
  EXPECT_EQ(branch("topic"), head("copy"));
  Json const made = github_api("/repos/acme/shop/commits/topic");
  EXPECT_EQ(*made.text("commit.message"), "A new file\n");
  EXPECT_EQ(*made.text("author.login"), "ada");
  EXPECT_EQ(*made.find("files")->as_array()[0].text("filename"), "new/file.txt");
  Json const runs = github_api("/repos/acme/shop/actions/runs?branch=topic");
  EXPECT_EQ(*runs.integer("total_count"), 1);
  EXPECT_EQ(*runs.find("workflow_runs")->as_array()[0].text("head_sha"), head("copy"));

  Child const main = git("copy", {"push", "origin", "HEAD:main"});
  EXPECT_EQ(main.code(), 0) << main.text();
  EXPECT_EQ(branch("main"), head("copy"));
  good_git("copy", {"tag", "-a", "v2", "-m", "Second"});
  good_git("copy", {"push", "-q", "origin", "v2", ":topic"});
  EXPECT_EQ(branch("topic"), "");
  EXPECT_EQ(*github_api("/repos/acme/shop/git/ref/tags/v2").text("object.type"), "tag");
  // Another clone, made of what the state has kept.
  clone("acme/shop", "", "again");
  EXPECT_EQ(head("again"), head("copy"));
  EXPECT_EQ(good_git("again", {"rev-parse", "v2"}), good_git("copy", {"rev-parse", "v2"}));
}

TEST_F(GitGitHubTest, commits_of_the_api_are_fetched_and_built_upon) {
  clone("acme/shop", "github-ada", "copy");
  std::optional<Result<Response>> answer;
  Request request{.method = "PUT",
                  .url = fmt::format("http://127.0.0.1:{}/repos/acme/shop/contents/api.txt",
                                     port("GitHub API")),
                  .body = R"({"message":"By the API","content":"aGk="})"};
  request.headers.set("Authorization", "Bearer github-ada");
  request.headers.set("User-Agent", "test");
  world().http.send(std::move(request), [&](Result<Response> got) { answer = std::move(got); });
  ASSERT_TRUE(until([&] { return answer.has_value(); }));
  ASSERT_EQ((*answer)->status, 201) << (*answer)->body;
  commit("copy", "Behind");
  Child const behind = git("copy", {"push", "origin", "main"});
  EXPECT_EQ(behind.code(), 1);
  EXPECT_TRUE(behind.says("(fetch first)")) << behind.text();
  good_git("copy", {"pull", "-q", "--rebase"});
  EXPECT_EQ(*world().files.read(folder_ + "/copy/api.txt"), "hi");
  good_git("copy", {"push", "-q", "origin", "main"});
  EXPECT_EQ(branch("main"), head("copy"));
}

TEST_F(GitGitHubTest, a_protected_branch_is_refused_in_githubs_words) {
  clone("acme/guarded", "github-bob", "copy");
  commit("copy", "More");
  good_git("copy", {"push", "-q", "origin", "main:other"});
  commit("copy", "Other history");
  good_git("copy", {"commit", "-q", "--amend", "--allow-empty", "-m", "Not a descendant"});
  good_git("copy", {"checkout", "-q", "--orphan", "fresh"});
  commit("copy", "Of its own");
  Child const forced = git("copy", {"push", "-f", "origin", "fresh:main", "fresh:other"});
  EXPECT_EQ(forced.code(), 1);
  for (char const* part :
       {"remote: error: GH006: Protected branch update failed for refs/heads/main.",
        "remote: error: Cannot force-push to this protected branch",
        " ! [remote rejected] fresh -> main (protected branch hook declined)"})
    EXPECT_TRUE(forced.says(part)) << part << "\nin\n" << forced.text();
  EXPECT_EQ(branch("other", "acme/guarded"), good_git("copy", {"rev-parse", "fresh"}));
  Child const deleted = git("copy", {"push", "origin", ":main"});
  EXPECT_EQ(deleted.code(), 1);
  EXPECT_TRUE(deleted.says("refusing to delete the current branch: refs/heads/main"))
      << deleted.text();
}

TEST_F(GitGitHubTest, files_over_githubs_limit_are_refused) {
  clone("acme/shop", "github-bob", "copy");
  std::string const zeros(101 << 20, '\0');
  put("copy/big.bin", zeros);
  commit("copy", "Too big");
  Child const pushed = git("copy", {"push", "origin", "HEAD:big"});
  EXPECT_EQ(pushed.code(), 1);
  EXPECT_TRUE(
      pushed.says("remote: error: File big.bin is 101.00 MB; this exceeds GitHub's file "
                  "size limit of 100.00 MB"))
      << pushed.text();
  EXPECT_TRUE(pushed.says("remote: error: GH001: Large files detected.")) << pushed.text();
  EXPECT_EQ(branch("big"), "");
}

}  // namespace
}  // namespace landfall
