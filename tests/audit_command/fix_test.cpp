// `landfall fix` for the files of a checkout: what is shown, what is written, and what is left as
// it was to the byte.
#include "audit_world.h"

namespace landfall {
namespace {

/// A workflow whose one deploy lacks a flag, with comments, quotes and line ends of its own.
std::string deploy(std::string_view line_end) {
  return replace_all(
      "# The shop.\n"
      "on:\n"
      "  push:\n"
      "    branches: [ 'main' ]   # only here\n"
      "jobs:\n"
      "  deploy:\n"
      "    runs-on: ubuntu-22.04\n"
      "    steps:\n"
      "    - uses: akhileshns/heroku-deploy@v3.14.15\n"
      "      with:\n"
      "        heroku_api_key: ${{ secrets.HEROKU_API_KEY }}\n"
      "        heroku_email: \"ops@example.com\"\n"
      "        heroku_app_name: shop-prod   # the real one\n",
      "\n", line_end);
}

/// A file without the lines that a diff adds; nothing but additions is expected in it.
std::string without_added(std::string const& text, std::string const& diff) {
  std::vector<std::string> added;
  for (std::string const& line : lines_of(diff)) {
    if (line.starts_with("+") && !line.starts_with("+++")) added.push_back(line.substr(1));
    EXPECT_FALSE(line.starts_with("-") && !line.starts_with("---")) << line;
  }
  EXPECT_FALSE(added.empty());
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t const end = std::min(text.find('\n', at), text.size() - 1) + 1;
    std::string const line = text.substr(at, end - at);
    if (!added.empty() && trim(line) == trim(added.front()))
      added.erase(added.begin());
    else
      kept += line;
    at = end;
  }
  EXPECT_TRUE(added.empty());
  return kept;
}

class FixCommandTest : public testing::Test {
 protected:
  void lay(std::string const& text) { ASSERT_TRUE(world.world().files.write(file, text)); }

  AuditWorld world;
  std::string const file = "/shop/.github/workflows/deploy.yml";
};

TEST_F(FixCommandTest, shows_a_diff_and_changes_nothing_until_told) {
  lay(deploy("\n"));
  Told const told = world.tell({"fix", "masked-failure", "--dir", "/shop"});
  EXPECT_EQ(told.code, 1) << told.err;
  EXPECT_NE(told.out.find("--- a/.github/workflows/deploy.yml"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("dontautocreate: true"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("Nothing was changed. Add --write to do it."), std::string::npos);
  EXPECT_EQ(world.read(file), deploy("\n"));
}

TEST_F(FixCommandTest, writes_what_was_shown_and_not_a_byte_more) {
  for (char const* line_end : {"\n", "\r\n"}) {
    std::string const before = deploy(line_end);
    lay(before);
    Told const told = world.tell({"fix", "masked-failure", "--dir", "/shop", "--write"});
    EXPECT_EQ(told.code, 0) << told.err;
    std::string const after = world.read(file);
    EXPECT_NE(after, before);
    EXPECT_NE(after.find("dontautocreate: true"), std::string::npos);
    EXPECT_EQ(without_added(after, told.out), before);
    Told const again = world.tell({"audit", "/shop", "--check", "masked-failure"});
    EXPECT_EQ(again.code, 0) << again.out;
    EXPECT_EQ(world.tell({"fix", "masked-failure", "--dir", "/shop"}).out,
              "No finding of masked-failure here: nothing to mend.\n");
  }
}

TEST_F(FixCommandTest, a_target_narrows_it) {
  lay(deploy("\n"));
  Told const other = world.tell({"fix", "masked-failure:depot", "--dir", "/shop"});
  EXPECT_EQ(other.code, 0);
  EXPECT_EQ(other.out, "No finding of masked-failure:depot here: nothing to mend.\n");
  EXPECT_EQ(world.tell({"fix", "masked-failure:shop-prod", "--dir", "/shop"}).code, 1);
}

TEST_F(FixCommandTest, without_a_name_lists_what_can_be_mended) {
  lay(deploy("\n"));
  Told const told = world.tell({"fix", "--dir", "/shop"});
  EXPECT_EQ(told.code, 1);
  EXPECT_NE(told.out.find("masked-failure:shop-prod  .github/workflows/deploy.yml:9:"),
            std::string::npos)
      << told.out;
}

TEST_F(FixCommandTest, mends_the_incidents_workflows_until_nothing_is_left_to_mend) {
  std::string const source = LANDFALL_SOURCE "/examples/raxx/repo/.github/workflows/";
  for (char const* name : {"deploy.yml", "deploy-heroku.yml"})
    world.write(std::string("/raxx/.github/workflows/") + name, world.read(source + name));
  std::string const first = world.tell({"fix", "--dir", "/raxx"}).out;
  EXPECT_NE(first.find("masked-failure:raxx-api-prod"), std::string::npos) << first;
  int rounds = 0;
  while (rounds < 20) {
    std::string const list = world.tell({"fix", "--dir", "/raxx"}).out;
    if (list.starts_with("No finding here")) break;
    ++rounds;
    std::string const check = list.substr(0, list.find_first_of(": "));
    Told const mended = world.tell({"fix", check, "--dir", "/raxx", "--write"});
    ASSERT_EQ(mended.code, 0) << mended.out << mended.err;
    Told const after = world.tell({"audit", "/raxx", "--check", check});
    EXPECT_EQ(after.code, 0) << after.out;
  }
  EXPECT_GT(rounds, 1);
  EXPECT_LT(rounds, 20);
}

TEST_F(FixCommandTest, all_mends_what_the_list_names_in_one_go) {
  std::string const source = LANDFALL_SOURCE "/examples/raxx/repo/.github/workflows/";
  for (char const* name : {"deploy.yml", "deploy-heroku.yml"})
    world.write(std::string("/raxx/.github/workflows/") + name, world.read(source + name));
  std::string const before = world.read("/raxx/.github/workflows/deploy.yml");
  Told const shown = world.tell({"fix", "all", "--dir", "/raxx"});
  EXPECT_EQ(shown.code, 1) << shown.err;
  for (char const* check :
       {"masked-failure", "health-check-cannot-fail", "green-without-deploying"})
    EXPECT_NE(shown.out.find(std::string(check) + "  .github/workflows/"), std::string::npos);
  EXPECT_EQ(world.read("/raxx/.github/workflows/deploy.yml"), before);
  Told const made = world.tell({"fix", "all", "--dir", "/raxx", "--write"});
  EXPECT_EQ(made.code, 0) << made.out << made.err;
  Told const left = world.tell({"fix", "all", "--dir", "/raxx"});
  EXPECT_EQ(left.code, 0);
  EXPECT_EQ(left.out, "No finding here that a change of a file alone mends.\n");
  for (char const* check :
       {"masked-failure", "health-check-cannot-fail", "green-without-deploying"})
    EXPECT_EQ(world.tell({"audit", "/raxx", "--check", check}).code, 0) << check;
}

TEST_F(FixCommandTest, writing_needs_to_be_told_what) {
  lay(deploy("\n"));
  Told const told = world.tell({"fix", "--dir", "/shop", "--write"});
  EXPECT_EQ(told.code, 2);
  EXPECT_NE(told.err.find("or `all`"), std::string::npos) << told.err;
  EXPECT_EQ(world.tell({"fix", "all", "--apply", "--dir", "/shop"}).code, 2);
  EXPECT_EQ(world.read(file), deploy("\n"));
}

TEST_F(FixCommandTest, permissions_stay) {
  ASSERT_TRUE(world.world().files.write(file, deploy("\n"), 0600));
  EXPECT_EQ(world.tell({"fix", "masked-failure", "--dir", "/shop", "--write"}).code, 0);
  EXPECT_EQ(world.world().files.mode(file).value_or(0), 0600U);
}

TEST_F(FixCommandTest, what_no_edit_mends_is_told_with_what_does) {
  lay("on: push\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    branchs: x\n    steps:\n"
      "      - run: make\n");
  Told const told = world.tell({"fix", "workflow-invalid", "--dir", "/shop"});
  EXPECT_EQ(told.code, 2) << told.out;
  EXPECT_NE(told.err.find("`landfall explain workflow-invalid`"), std::string::npos) << told.err;
}

}  // namespace
}  // namespace landfall
