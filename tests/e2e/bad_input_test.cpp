// What people get wrong, and what machines do to files: a clear word, the right exit code, nothing
// lost, and never a green answer.
#include <unistd.h>

#include "cli/commands.h"
#include "e2e/program.h"

namespace landfall {
namespace {

class BadInput : public ProgramTest {
 protected:
  void expect(std::vector<std::string> words, int code, std::vector<std::string> const& texts) {
    Child const child = run(words);
    SCOPED_TRACE("landfall " + join(words, " "));
    EXPECT_EQ(child.code(), code) << child.text();
    for (std::string const& text : texts)
      EXPECT_TRUE(child.says(text)) << text << "\nnot in:\n" << child.text();
    EXPECT_FALSE(child.says("proven at")) << child.text();
  }
  void write(std::string const& name, std::string const& text) {
    ASSERT_TRUE(world().files.write(directory_ + "/" + name, text));
  }
  /// A folder whose database holds what a check without tokens found out.
  std::string database_folder() {
    copy_example();
    expect({"check"}, 3, {"HEROKU_API_KEY", "GITHUB_TOKEN"});
    return directory_ + "/landfall.db";
  }
  /// Runs landfall as somebody to whom file permissions apply, which they do not to root.
  Child run_unprivileged(std::vector<std::string> words) {
    words.insert(words.begin(), LANDFALL_PROGRAM);
    if (::geteuid() == 0)
      words.insert(words.begin(),
                   {"setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"});
    Running const child = start_command(std::move(words));
    EXPECT_TRUE(until([&] { return child->exit.has_value(); })) << child->text();
    return *child;
  }
  std::string observations() {
    Child const child = run({"query", "--output", "csv",
                             "SELECT subject, source, state FROM observation ORDER BY 1, 2"});
    EXPECT_EQ(child.code(), 0) << child.text();
    return child.text();
  }
};

TEST_F(BadInput, on_the_command_line_is_answered_with_the_nearest_word) {
  expect({"chekc"}, 2, {"chekc", "check"});
  expect({"check", "--outptu", "json"}, 2, {"--outptu", "--output"});
  expect({"check", "--output", "xml"}, 2, {"xml", "sarif"});
  expect({"check", "--as-of"}, 2, {"--as-of"});
  expect({"check", "extra"}, 2, {"extra"});
  expect({"deploy"}, 2, {"TARGET"});
  expect({"approve", "seven", "--as", "ada"}, 2, {"seven"});
  expect({"sandbox", "--heroku-port", "99999"}, 2, {"--heroku-port", "99999"});
  copy_example();
  expect({"check", "--as-of", "yesterday"}, 2, {"--as-of", "yesterday"});
  expect({"deploy", "raptor/prodution", "--as", "ada"}, 2,
         {"raptor/prodution", "raptor/production"});
}

TEST_F(BadInput, every_command_explains_itself) {
  Child const all = run({"--help"});
  EXPECT_EQ(all.code(), 0);
  for (CommandSpec const& command : all_commands()) {
    EXPECT_TRUE(all.says(command.name)) << command.name;
    std::vector<std::string> words = split(command.name, ' ');
    words.emplace_back("--help");
    Child const help = run(words);
    EXPECT_EQ(help.code(), 0) << command.name;
    EXPECT_TRUE(help.says(command.name)) << help.text();
    EXPECT_TRUE(help.says("Example")) << help.text();
    for (Option const& option : command.options)
      EXPECT_TRUE(help.says(option.name)) << command.name << " " << option.name;
  }
}

TEST_F(BadInput, no_configuration_is_said_with_what_to_do) {
  for (char const* command : {"check", "query", "config check"}) {
    std::vector<std::string> words = split(command, ' ');
    if (words[0] == "query") words.emplace_back("SELECT 1");
    expect(words, 2, {"no landfall.yaml", "landfall init"});
  }
  expect({"check", "--config", "nowhere.yaml"}, 2, {"nowhere.yaml"});
}

TEST_F(BadInput, no_tokens_are_unknown_and_not_green) {
  copy_example();
  Child const check = run({"check"});
  EXPECT_EQ(check.code(), 3) << check.text();
  EXPECT_FALSE(check.says(" ok ")) << check.text();
  EXPECT_TRUE(check.says("HEROKU_API_KEY")) << check.text();
  EXPECT_TRUE(check.says("GITHUB_TOKEN")) << check.text();
  EXPECT_EQ(run({"check", "--offline"}).code(), 3);
  expect({"deploy", "raptor/production", "--as", "ada"}, 2, {"HEROKU_API_KEY"});
  expect({"fix", "environment-missing"}, 2, {"HEROKU_API_KEY"});
  set("HEROKU_API_KEY", "two words");
  expect({"check"}, 2, {"HEROKU_API_KEY"});
}

TEST_F(BadInput, in_landfall_yaml_is_told_with_its_place) {
  struct Row {
    char const* name;
    char const* text;
    char const* place;
    char const* word;
  };
  Row const rows[] = {
      {"a broken line", "organisation: [Raxx\nrepository: a/b\n", "landfall.yaml:2:", ""},
      {"a tab", "services:\n\traptor: {}\n", "landfall.yaml:2:1", ""},
      {"an unknown key", "organisation: Raxx\nrepositroy: a/b\n", "landfall.yaml:2:1",
       "repository"},
      {"a wrong type", "organisation: Raxx\nrepository: a/b\nservices: none\n",
       "landfall.yaml:3:", ""},
      {"nothing", "", "landfall.yaml:1:", ""},
      {"no text at all", "\xff\xfe\x01", "landfall.yaml:1:", ""},
  };
  for (Row const& row : rows) {
    SCOPED_TRACE(row.name);
    write("landfall.yaml", row.text);
    expect({"check"}, 2, {row.place, row.word});
    expect({"config", "check"}, 2, {row.place, row.word});
  }
}

TEST_F(BadInput, in_a_world_file_is_told_with_its_place) {
  write("world.yaml", "clock: 2026-04-30T16:30:00Z\nheroku:\n  aps: {}\n");
  expect({"sandbox", "--world", "world.yaml"}, 2, {"world.yaml:3:3", "apps"});
  expect({"sandbox", "--world", "nowhere.yaml"}, 2, {"nowhere.yaml"});
  EXPECT_TRUE(world().files.list(folder_ + "/tmp")->empty()) << "files are left behind";
}

TEST_F(BadInput, in_a_query_changes_nothing) {
  database_folder();
  std::string const before = observations();
  expect({"query", "DELETE FROM observation"}, 2, {"SELECT"});
  expect({"query", "SELECT * FROM relaese"}, 2, {"relaese", "landfall tables"});
  expect({"query", "SELECT 1; DROP TABLE observation"}, 2, {});
  expect({"query", "ATTACH 'other.db' AS other"}, 2, {});
  EXPECT_EQ(observations(), before);
}

TEST_F(BadInput, a_database_that_is_none_is_left_as_it_is) {
  std::string const file = database_folder();
  std::string const whole = *world().files.read(file);
  std::string const text = "dear diary\n" + std::string(8192, 'x');
  ASSERT_TRUE(world().files.write(file, text));
  expect({"check"}, 3, {"landfall.db", "not a healthy SQLite database"});
  expect({"query", "SELECT 1"}, 3, {"landfall.db", "not a healthy SQLite database"});
  EXPECT_EQ(*world().files.read(file), text);
  // The head is whole, the rest is not.
  std::string torn = whole;
  for (std::size_t i = 4096; i < torn.size(); ++i) torn[i] = static_cast<char>(i * 7);
  ASSERT_TRUE(world().files.write(file, torn));
  Child const check = run({"check"});
  EXPECT_EQ(check.code(), 3) << check.text();
  EXPECT_TRUE(check.says("landfall.db") && check.says("healthy")) << check.text();
  ASSERT_TRUE(world().files.write(file, whole));
  EXPECT_NE(observations().find("source_off"), std::string::npos);
}

TEST_F(BadInput, a_database_that_may_not_be_written_is_named) {
  namespace fs = std::filesystem;
  std::string const file = database_folder();
  std::string const before = observations();
  std::string const bytes = *world().files.read(file);
  auto const writable = [&](fs::perm_options how) {
    fs::perms const write = fs::perms::owner_write | fs::perms::group_write;
    for (std::string const& path : {file, directory_}) fs::permissions(path, write, how);
  };
  writable(fs::perm_options::remove);
  for (std::vector<std::string> const& words :
       {std::vector<std::string>{"check"}, {"check", "--offline"}}) {
    Child const child = run_unprivileged(words);
    EXPECT_EQ(child.code(), 3) << child.text();
    EXPECT_TRUE(child.says("landfall.db") && child.says("read-only")) << child.text();
  }
  // Reading needs no right to write.
  Child const query = run_unprivileged({"query", "SELECT count(*) AS n FROM current_observation"});
  EXPECT_EQ(query.code(), 0) << query.text();
  writable(fs::perm_options::add);
  EXPECT_EQ(*world().files.read(file), bytes);
  EXPECT_EQ(observations(), before);
}

TEST_F(BadInput, a_folder_that_may_not_be_written_is_named) {
  copy_example();
  namespace fs = std::filesystem;
  fs::permissions(directory_, fs::perms::owner_write, fs::perm_options::remove);
  Child const check = run_unprivileged({"check"});
  fs::permissions(directory_, fs::perms::owner_write, fs::perm_options::add);
  EXPECT_EQ(check.code(), 2) << check.text();
  EXPECT_TRUE(check.says("landfall.db")) << check.text();
  EXPECT_FALSE(world().files.exists(directory_ + "/landfall.db"));
}

TEST_F(BadInput, a_database_of_a_newer_landfall_is_left_as_it_is) {
  std::string const file = database_folder();
  std::string bytes = *world().files.read(file);
  // The schema's number stands at byte 60 of the file.
  bytes[60] = 0x7f;
  ASSERT_TRUE(world().files.write(file, bytes));
  expect({"check"}, 2, {"landfall.db", "newer"});
  EXPECT_EQ(*world().files.read(file), bytes);
}

}  // namespace
}  // namespace landfall
