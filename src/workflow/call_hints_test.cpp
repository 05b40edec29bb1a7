#include "workflow/call_hints.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "workflow/unread_call.h"

namespace landfall {
namespace {

using Files = std::map<std::string, std::string, std::less<>>;

ReadFile reader(Files const& files) {
  return [&files](std::string_view path) -> std::optional<std::string_view> {
    auto const found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  };
}

Files const files{{"bin/deploy", "echo bin\n"},
                  {"make/Makefile", "all:\n\techo make\n"},
                  {"package.json", "{\"scripts\": {\"x\": \"echo x\"}}"}};

/// Does reading a script show a call that leads anywhere or is worth telling.
bool finds_calls(StepScript const& script, ReadFile const& read) {
  ShellVariables const none = [](std::string_view name) {
    return name == "KNOWN" ? std::optional<std::string>("deploy") : std::nullopt;
  };
  std::vector<ShellCommand> const commands = step_commands(script, none, read);
  return std::any_of(commands.begin(), commands.end(), [](ShellCommand const& command) {
    return command.followed || !command.file.empty() || !unread_call(command).empty();
  });
}

TEST(CallHints, a_script_that_calls_nothing_of_the_repository_need_not_be_read) {
  for (std::string_view const script : {
           "make test",
           "make -C other test -j4 2>&1 | tee log",
           "./bin/check \"$NAME\" --level 0 || true",
           "for name in $(ls services); do ./bin/check \"$name\"; done",
           "set -eu\n# What the deployment needs.\nif [ \"${A:-x}\" = \"y\" ]; then make lint; fi",
           "export X=\"$(cat x)\" && echo \"make $Y\"",
           "X='a b' Y=\"$KNOWN\" Z=$KNOWN make test",
           "docker pull ghcr.io/acme/x:$(git rev-parse --short HEAD)",
           "",
       })
    EXPECT_FALSE(may_follow_calls({script, "", {}}, reader(files))) << script;
}

TEST(CallHints, whatever_may_call_is_read) {
  for (std::string_view const script : {
           "bin/deploy",
           "./bin/deploy x",
           "sudo -u me ./bin/deploy",
           "A=1 bin/deploy",
           "A=$(date) bin/deploy",
           "A=\"$(date) b\" bin/deploy",
           "if ! bin/deploy; then x; fi",
           "x && (bin/deploy)",
           "x | bin/deploy",
           "`bin/deploy`",
           "echo $(bin/deploy)",
           "echo \"$(bin/deploy)\"",
           "f() { bin/deploy; }; f",
           "echo \\\n x; bin/deploy",
           "\"bin/deploy\"",
           "bin/\"deploy\"",
           "bin\\/deploy",
           "$KNOWN/x",
           "bin/$KNOWN",
           "> log bin/deploy",
           "cd bin && ./deploy",
           "bash bin/deploy",
           "bash -c 'bin/deploy'",
           "source bin/deploy",
           ". bin/deploy",
           "eval bin/deploy",
           "make -C make",
           "make -C make all",
           "make -Cmake",
           "make --directory=make",
           "make -f make/Makefile",
           "make x -C $KNOWN",
           "make $(echo x) -C make",
           "npm run x",
           "make deploy",
           "make $KNOWN",
           "just \"$KNOWN\"",
           "python scripts/publish.py",
           "timeout 5 make -C make",
           "xargs bin/deploy",
           "env A=1 bin/deploy",
           "echo a # b\nbin/deploy",
       })
    EXPECT_TRUE(may_follow_calls({script, "", {}}, reader(files))) << script;
}

TEST(CallHints, paths_begin_in_the_directory_of_the_step) {
  EXPECT_TRUE(may_follow_calls({"make", "make", {}}, reader(files)));
  EXPECT_TRUE(may_follow_calls({"./deploy", "bin", {}}, reader(files)));
  EXPECT_FALSE(may_follow_calls({"./check", "bin", {}}, reader(files)));
  EXPECT_FALSE(may_follow_calls({"make", "bin", {}}, reader(files)));
}

TEST(CallHints, no_to_a_script_means_that_reading_it_finds_no_call) {
  std::vector<std::string> scripts;
  std::filesystem::path const corpus =
      std::filesystem::path(LANDFALL_SOURCE) / "tests/fuzz/corpus/shell";
  for (auto const& entry : std::filesystem::directory_iterator(corpus)) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    scripts.push_back(std::move(text).str());
  }
  constexpr std::string_view parts[] = {
      "make", "-C", "make", "bin/deploy", "./bin/deploy", "x",   "$KNOWN", "\"",
      "'",    "$(", ")",    ";",          "\n",           " ",   " ",      " ",
      "=",    "A=", "sudo", "bash",       "&&",           "|",   "if",     "`",
      "{",    "}",  "\\",   "then",       "fi",           "#",   "test",   "cd",
      "${",   "A",  "env",  "<<E\n",      "\nE\n",        "for", "in",     "do",
      "done", ">",  "npm",  "run",        "deploy"};
  std::uint64_t state = 11;
  auto const chance = [&state](std::size_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33) % below;
  };
  for (int round = 0; round < 20'000; ++round) {
    std::string script;
    for (std::size_t i = 0; i < 2 + chance(9); ++i) {
      script += parts[chance(std::size(parts))];
      if (chance(2) == 0) script += ' ';
    }
    scripts.push_back(std::move(script));
  }
  ReadFile const read = reader(files);
  std::size_t unread = 0;
  for (std::string const& script : scripts) {
    StepScript const step{script, "", {}};
    if (may_follow_calls(step, read)) continue;
    ++unread;
    EXPECT_FALSE(finds_calls(step, read)) << script;
  }
  EXPECT_GT(unread, 1000U);
}

}  // namespace
}  // namespace landfall
