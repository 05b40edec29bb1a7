// Deploys by `git push`, with real git, real builds and real dynos.
#include <algorithm>

#include "e2e/git_fixture.h"

namespace landfall {
namespace {

class GitHerokuTest : public GitTest {
 protected:
  Child push(std::string const& what = "HEAD:refs/heads/main", std::string const& app = "shop") {
    return git("app", {"push", heroku(app), what});
  }
  std::size_t releases(std::string const& app = "shop") {
    return heroku_api("/apps/" + app + "/releases").as_array().size();
  }
  /// What the app answers, as soon as it does.
  std::string page() {
    std::string const url = *heroku_api("/apps/shop").text("web_url");
    return get(url, "").body;
  }
};

TEST_F(GitHerokuTest, a_push_is_a_deploy_told_line_by_line) {
  std::size_t const before = releases();
  std::string const head = good_git("app", {"rev-parse", "HEAD"});
  Child const pushed = push();
  EXPECT_EQ(pushed.code(), 0);
  std::string text;  // git pads what others say
  for (std::string const& line : pushed.lines)
    text.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
  std::string const url = *heroku_api("/apps/shop").text("web_url");
  for (std::string const& part :
       {std::string("remote: Compressing source files... done."),
        std::string("remote: Building source:\nremote:\n"),
        std::string("remote: -----> Building on the Heroku-24 stack\n"
                    "remote: -----> Determining which buildpack to use for this app\n"
                    "remote: -----> Procfile app detected"),
        std::string("remote:        Procfile declares types     -> web"),
        std::string("remote: -----> Launching..."),
        fmt::format("remote:        Released v{}\nremote:        {} deployed to Heroku", before + 1,
                    url),
        std::string("remote: Verifying deploy... done."),
        std::string(" * [new branch]      HEAD -> main")})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << pushed.text();
  EXPECT_EQ(releases(), before + 1);
  EXPECT_EQ(page(), head);
  Json const build = heroku_api("/apps/shop/builds").as_array()[0];
  EXPECT_EQ(*build.text("source_blob.version"), head);
  EXPECT_EQ(*build.text("source_blob.version_description"), "The first version");

  Child const again = push();
  EXPECT_EQ(again.code(), 0);
  EXPECT_TRUE(again.says("Everything up-to-date")) << again.text();
  EXPECT_EQ(releases(), before + 1);

  good_git("", {"clone", "-q", heroku("shop"), "copy"});
  EXPECT_EQ(good_git("copy", {"rev-parse", "HEAD"}), head);
  EXPECT_EQ(good_git("copy", {"symbolic-ref", "HEAD"}), "refs/heads/main");
}

TEST_F(GitHerokuTest, a_build_that_fails_rejects_the_push) {
  good_git("app", {"rm", "-q", "Procfile"});
  commit("app", "No Procfile");
  std::size_t const before = releases();
  Child const pushed = push();
  EXPECT_EQ(pushed.code(), 1);
  for (char const* part : {"remote:  !     No default language could be detected for this app.",
                           "remote:  !     Push failed", "remote: Verifying deploy...",
                           "remote: !\tPush rejected to shop.",
                           " ! [remote rejected] HEAD -> main (pre-receive hook declined)"})
    EXPECT_TRUE(pushed.says(part)) << part << "\nin\n" << pushed.text();
  EXPECT_EQ(releases(), before);
  EXPECT_EQ(good_git("app", {"ls-remote", heroku("shop")}), "");
}

TEST_F(GitHerokuTest, other_branches_are_kept_and_not_built) {
  std::size_t const before = releases();
  Child const pushed = push("HEAD:refs/heads/topic");
  EXPECT_EQ(pushed.code(), 0) << pushed.text();
  EXPECT_TRUE(pushed.says("remote: Pushed to non-main branch, skipping build.")) << pushed.text();
  EXPECT_EQ(releases(), before);
  Child const master = push("HEAD:refs/heads/master");
  EXPECT_TRUE(master.says("Verifying deploy... done.")) << master.text();
  EXPECT_EQ(releases(), before + 1);
  EXPECT_TRUE(git("app", {"remote", "show", heroku("shop")}).says("HEAD branch: master"));
}

TEST_F(GitHerokuTest, a_release_command_that_fails_does_not_fail_the_push) {
  put("app/Procfile", "web: python3 app.py\nrelease: echo migrating; exit 3\n");
  commit("app", "With a release phase");
  Child const pushed = push();
  EXPECT_EQ(pushed.code(), 0) << pushed.text();
  for (char const* part :
       {"remote:  !     Release command declared: this new release will not be available until "
        "the command succeeds.",
        "remote: Running release command...", "remote: migrating",
        "remote: Waiting for release.... failed.", " * [new branch]      HEAD -> main"})
    EXPECT_TRUE(pushed.says(part)) << part << "\nin\n" << pushed.text();
  EXPECT_TRUE(push().says("Everything up-to-date"));
}

TEST_F(GitHerokuTest, credentials_and_access_are_told_apart) {
  std::string const host = "127.0.0.1:" + port("Heroku API");
  struct Row {
    std::string url;
    char const* said;
  };
  Row const table[]{
      {"http://" + host + "/shop.git", "could not read Username"},
      {heroku("shop", "wrong"), "Do not authenticate with username and password using git."},
      {heroku("nothing"), "No such app as nothing."},
      {heroku("closed", "heroku-bob"), "The requested URL returned error: 403"},
  };
  for (Row const& row : table) {
    Child const pushed = git("app", {"push", row.url, "main"});
    EXPECT_EQ(pushed.code(), 128) << pushed.text();
    EXPECT_TRUE(pushed.says(row.said)) << row.said << "\nin\n" << pushed.text();
  }
  EXPECT_TRUE(git("app", {"push", heroku("shop", "wrong"), "main"}).says("Authentication failed"));
}

TEST_F(GitHerokuTest, a_pack_of_megabytes_comes_in_pieces) {
  std::string noise(5 << 20, '\0');
  Random random(7);
  for (char& c : noise) c = static_cast<char>(random.next());
  put("app/noise", noise);
  commit("app", "Noise");
  Child const pushed = push();
  EXPECT_EQ(pushed.code(), 0) << pushed.text();
  EXPECT_TRUE(pushed.says("Verifying deploy... done.")) << pushed.text();
  good_git("", {"clone", "-q", heroku("shop"), "copy"});
  EXPECT_EQ(*world().files.read(folder_ + "/copy/noise"), noise);
}

TEST_F(GitHerokuTest, lines_come_while_the_buildpack_works) {
  make_slow("app");
  bool waited = false;
  Child const pushed = git("app", {"push", heroku("slow"), "main"}, [&](std::string_view line) {
    if (trim(line) != "remote: first") return;
    waited = true;
    let_build_go_on();
  });
  EXPECT_TRUE(waited);
  EXPECT_EQ(pushed.code(), 0) << pushed.text();
  EXPECT_TRUE(pushed.says("remote: third")) << pushed.text();
}

TEST_F(GitHerokuTest, two_pushes_at_once_are_built_one_after_the_other) {
  make_slow("app");
  put("app/other", "x");
  good_git("app", {"checkout", "-q", "-b", "other"});
  commit("app", "Another way");
  auto const begin = [&](std::string const& branch) {
    return start_command({"git", "-C", folder_ + "/app", "push", heroku("slow"), branch + ":main"});
  };
  Running const first = begin("main");
  ASSERT_TRUE(until([&] { return first->says("remote: first") || first->exit; }));
  Running const second = begin("other");
  ASSERT_TRUE(until([&] {
    return std::ranges::count_if(sandbox_->lines, [](std::string const& line) {
             return line.ends_with("GET /slow.git/info/refs 200");
           }) == 2;
  }));
  let_build_go_on();
  ASSERT_TRUE(until([&] { return first->exit && second->exit; }));
  EXPECT_EQ(first->code(), 0) << first->text();
  EXPECT_EQ(second->code(), 1) << second->text();
  EXPECT_EQ(heroku_api("/apps/slow/builds").as_array().size(), 1U);
}

TEST_F(GitHerokuTest, a_client_that_leaves_does_not_stop_the_build) {
  make_slow("app");
  std::size_t const before = releases("slow");
  Running const pushed =
      start_command({"git", "-C", folder_ + "/app", "push", heroku("slow"), "main"});
  ASSERT_TRUE(until([&] { return pushed->says("remote: first") || pushed->exit; }));
  world().processes.signal(pushed->id, Signal::kill);
  ASSERT_TRUE(until([&] { return pushed->exit.has_value(); }));
  let_build_go_on();
  EXPECT_TRUE(until([&] { return sandbox_->says("slow build: succeeded"); })) << sandbox_->text();
  EXPECT_EQ(releases("slow"), before + 1);
}

TEST_F(GitHerokuTest, hostile_objects_are_refused_and_others_are_still_served) {
  // A tree with an entry named .git, which a checkout would write into.
  put("app/evil.py",
      "import hashlib, os, subprocess, sys, zlib\n"
      "def put(kind, body):\n"
      "    data = kind + b' %d\\0' % len(body) + body\n"
      "    name = hashlib.sha1(data).hexdigest()\n"
      "    path = '.git/objects/' + name[:2]\n"
      "    os.makedirs(path, exist_ok=True)\n"
      "    open(path + '/' + name[2:], 'wb').write(zlib.compress(data))\n"
      "    return name\n"
      "blob = put(b'blob', b'[core]\\n')\n"
      "inner = put(b'tree', b'100644 config\\0' + bytes.fromhex(blob))\n"
      "tree = put(b'tree', b'40000 .git\\0' + bytes.fromhex(inner))\n"
      "who = b'A <a@b> 1 +0000\\n'\n"
      "commit = put(b'commit', b'tree ' + tree.encode() + b'\\nauthor ' + who + b'committer ' + who"
      " + b'\\nx\\n')\n"
      "open('.git/refs/heads/evil', 'w').write(commit + '\\n')\n");
  directory_ = folder_ + "/app";
  Running const made = start_command({"python3", "evil.py"});
  ASSERT_TRUE(until([&] { return made->exit.has_value(); }));
  ASSERT_EQ(made->code(), 0) << made->text();
  Child const pushed = push("evil:main");
  EXPECT_EQ(pushed.code(), 1) << pushed.text();
  EXPECT_TRUE(pushed.says("hasDotgit")) << pushed.text();
  // A link that leads out of the app.
  ASSERT_TRUE(world().files.link(folder_ + "/app/link", "../../etc/passwd"));
  commit("app", "A link out");
  Child const linked = push();
  EXPECT_EQ(linked.code(), 1);
  EXPECT_TRUE(linked.says("its destination leads out of the archive")) << linked.text();
  good_git("app", {"rm", "-q", "link"});
  commit("app", "Good");
  EXPECT_EQ(push().code(), 0);
}

}  // namespace
}  // namespace landfall
