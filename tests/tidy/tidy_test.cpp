// House rules that a compiler does not know, over every file of src/: who may include whom, who may
// reach outside, how long a file may be, and which words are not ours.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/text.h"

namespace landfall {
namespace {

namespace fs = std::filesystem;

std::string read_file(fs::path const& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct SourceFile {
  std::string name;  ///< from src/: "check/check.cpp"
  std::string room;  ///< "check"; empty for main.cpp
  std::vector<std::string> lines;
  bool is_test = false;
};

std::vector<SourceFile> source_files() {
  fs::path const root = fs::path(LANDFALL_SOURCE) / "src";
  std::vector<SourceFile> files;
  for (fs::directory_entry const& entry : fs::recursive_directory_iterator(root)) {
    std::string const extension = entry.path().extension();
    if (extension != ".cpp" && extension != ".h") continue;
    SourceFile file;
    file.name = fs::relative(entry.path(), root).string();
    auto const slash = file.name.find('/');
    file.room = slash == std::string::npos ? "" : file.name.substr(0, slash);
    file.lines = lines_of(read_file(entry.path()));
    // Fixtures and fakes serve tests only.
    file.is_test = file.name.ends_with("_test.cpp") ||
                   file.name.find("fixture") != std::string::npos ||
                   file.name.find("fake_") != std::string::npos;
    files.push_back(std::move(file));
  }
  return files;
}

/// What each room may use, as CMakeLists.txt says it.
std::map<std::string, std::set<std::string>> rooms() {
  std::map<std::string, std::set<std::string>> uses;
  std::string room;
  bool inside = false;
  bool listing = false;
  for (std::string const& line :
       lines_of(read_file(fs::path(LANDFALL_SOURCE) / "CMakeLists.txt"))) {
    inside = inside || line.starts_with("room(");
    if (!inside) continue;
    for (std::string word : split(replace_all(replace_all(line, "(", " "), ")", " )"), ' ')) {
      if (word.empty() || word == "room") continue;
      if (word == "USES" || word == "LIBRARIES") {
        listing = word == "USES";
      } else if (word == ")") {
        inside = listing = false;
        room.clear();
      } else if (room.empty()) {
        room = word;
        uses[room] = {word};
      } else if (listing) {
        uses[room].insert(word);
      }
    }
  }
  return uses;
}

TEST(Tidy, a_room_includes_only_rooms_above_it) {
  auto const uses = rooms();
  ASSERT_GT(uses.size(), 10U);
  for (SourceFile const& file : source_files()) {
    if (file.room.empty()) continue;
    ASSERT_TRUE(uses.contains(file.room)) << file.room << " is no room of CMakeLists.txt";
    for (std::string const& line : file.lines) {
      if (!line.starts_with("#include \"")) continue;
      std::string const included = split(line.substr(10), '/')[0];
      EXPECT_TRUE(uses.at(file.room).contains(included)) << file.name << ": " << line;
    }
  }
}

struct Ban {
  std::string_view word;
  std::string_view instead;
  std::vector<std::string_view> allowed;  ///< prefixes of files that may
  bool in_tests = false;                  ///< holds for tests too
};

TEST(Tidy, nobody_reaches_around_the_world_or_for_what_is_banned) {
  Ban const bans[]{
      {"system_clock::now", "World::now", {"world/real_loop.cpp"}},
      {"steady_clock::now", "World::now", {"world/"}},
      {"random_device", "World::random", {"world/real_world.cpp"}},
      {"std::rand(", "World::random", {}},
      {"getenv(", "World::variable", {}, true},
      {"::socket(", "World::http or World::server", {"world/"}, true},
      {"posix_spawn", "World::processes", {"world/"}},
      {"fork(", "World::processes", {"world/"}},
      {"std::ifstream", "World::files", {}},
      {"std::ofstream", "World::files", {}},
      {"#include <filesystem>", "World::files", {"world/"}},
      {"#include <regex>", "a few lines of our own", {}},
      {"#include <iostream>", "fmt and Output", {}},
      {"#include <nlohmann/", "base/json.h", {"base/json.cpp"}},
      {"#include <rapidjson/", "base/json.h", {"base/json_write.cpp"}},
      {"#include <sqlite3.h>", "base/sql.h", {"base/sqlite.cpp"}},
      {"#include <curl/", "world/http.h or mail.h", {"world/curl_transfers.h"}},
      {"#include <libpq-fe.h>", "base/sql.h", {"base/postgres"}},
      {"#include <boost/",
       "world/http.h",
       {"world/wire_", "sandbox/heroku_fields.h", "sandbox/github_fields.h",
        "sandbox/actions_fields.h"}},
      {"#include <archive", "base/archive.h", {"base/archive.cpp"}},
      {"#include <sodium.h>", "sandbox/github_seal.h", {"sandbox/github_seal.cpp"}},
      {"#include <yaml.h>", "base/yaml.h", {"base/yaml.cpp"}},
      {"co_await", "a callback: g++ 12.2 miscompiles coroutines", {}},
      {"sleep_for", "Loop::after", {}},
      {"TODO", "an issue", {}},
      {"FIXME", "an issue", {}},
  };
  for (SourceFile const& file : source_files()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (Ban const& ban : bans) {
        if (file.is_test && !ban.in_tests) continue;
        if (file.lines[i].find(ban.word) == std::string::npos) continue;
        bool allowed = false;
        for (std::string_view const prefix : ban.allowed)
          allowed = allowed || file.name.starts_with(prefix);
        EXPECT_TRUE(allowed) << fmt::format("{}:{}: {} instead of {}", file.name, i + 1,
                                            ban.instead, ban.word);
      }
    }
  }
}

TEST(Tidy, a_file_has_one_subject_and_so_an_end) {
  for (SourceFile const& file : source_files())
    EXPECT_LE(file.lines.size(), 500U) << file.name << " has more than one subject";
}

TEST(Tidy, tests_neither_sleep_nor_name_a_port_to_listen_on) {
  for (SourceFile const& file : source_files()) {
    if (!file.is_test) continue;
    for (std::string const& line : file.lines) {
      EXPECT_EQ(line.find("sleep_for"), std::string::npos) << file.name << ": " << line;
      EXPECT_EQ(line.find("usleep("), std::string::npos) << file.name << ": " << line;
    }
  }
}

TEST(Tidy, headers_say_what_they_declare) {
  for (SourceFile const& file : source_files()) {
    if (!file.name.ends_with(".h") || file.is_test) continue;
    ASSERT_FALSE(file.lines.empty()) << file.name;
    EXPECT_TRUE(file.lines[0].starts_with("// ")) << file.name << " begins without a sentence";
  }
}

}  // namespace
}  // namespace landfall
