#include "workflow/shell_fixture.h"
#include "workflow/shell_syntax.h"

// Scripts that nobody means. Each must end, and soon: the test has no clock, a quadratic reader
// would hold it for minutes.

namespace landfall {
namespace {

std::string repeated(std::string_view part, std::size_t count) {
  std::string text;
  text.reserve(part.size() * count);
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

TEST(HostileShell, much_of_anything_ends) {
  std::string_view const parts[]{"(",
                                 "$(",
                                 "\"$(",
                                 "{ ",
                                 "((",
                                 "${",
                                 "`",
                                 "'",
                                 "\"",
                                 "\\",
                                 "<<E\n",
                                 "<<<",
                                 ">",
                                 "|",
                                 "&&",
                                 ";;",
                                 "if ",
                                 "case x in ",
                                 "for x in ",
                                 "while ",
                                 "f() ",
                                 "function f ",
                                 "! ",
                                 "[[ ",
                                 "x=",
                                 "x=(",
                                 "$x",
                                 "\x01",
                                 "\x02",
                                 "\n",
                                 "a;",
                                 "a&&",
                                 "$((",
                                 "${x:-",
                                 "\"${x:-\"",
                                 "a $(b) ",
                                 "git ",
                                 "npm run x\n",
                                 "time ",
                                 "sudo ",
                                 "if a; then x=1; fi\n",
                                 "case $y in a) x=1;; b) x=2;; esac\n",
                                 "source x\n",
                                 "eval a\n",
                                 "bash -c '",
                                 "for x in 1 2 3 4 5 6 7 8; do a $x; ",
                                 "cat <<'A'\n",
                                 "esac ",
                                 "fi\n",
                                 "}",
                                 "a | b && c || d & "};
  for (std::string_view const part : parts) {
    SCOPED_TRACE(part);
    std::string const text = repeated(part, (16 << 10) / part.size());
    std::vector<ShellCommand> const commands = commands_of(text);
    EXPECT_LE(commands.size(), 20'000U);
    (void)script_hints(text);
    (void)commands_of(text, shell_mode("pwsh"));
    (void)commands_of(text, shell_mode("cmd"));
  }
}

TEST(HostileShell, a_megabyte_of_brackets_is_hardly_a_command) {
  EXPECT_LE(commands_of(repeated("(", 1 << 20)).size(), 1U);
  EXPECT_LE(commands_of(repeated("( ", 1 << 19)).size(), 1U);
  std::string const many = repeated("a;", 1 << 19);
  EXPECT_LE(parse_shell(many).nodes.size(), 20'100U);
}

TEST(HostileShell, values_do_not_grow_without_end) {
  std::string script = "A=xxxxxxxxxxxxxxxx\n" + repeated("A=$A$A\n", 60) + "b \"$A\"\n";
  std::vector<ShellCommand> const commands = commands_of(script);
  ASSERT_FALSE(commands.empty());
  for (ShellCommand const& command : commands)
    for (std::string const& word : command.words) EXPECT_LE(word.size(), 1U << 20);
  (void)commands_of("A='" + repeated("x ", 4000) + "'\n" + repeated("b $A\n", 4000));
  (void)commands_of("A='" + repeated("a", 8000) + "'\n" + repeated("b ${A%%*a*a*b}\n", 4000));
}

TEST(HostileShell, calls_that_call_each_other_end) {
  (void)commands_of("f() { g; g; g; }\ng() { f; f; f; }\nf\n");
  (void)commands_of("f() { f | f; }\nf\n");
  (void)commands_of("f() { eval f; bash -c f; }\nf\n");
  std::string doubling = "f0() { a; }\n";
  for (int i = 1; i < 30; ++i)
    doubling += "f" + std::to_string(i) + "() { f" + std::to_string(i - 1) + "; f" +
                std::to_string(i - 1) + "; }\n";
  EXPECT_LE(commands_of(doubling + "f29\n").size(), 20'000U);
}

TEST(HostileShell, every_beginning_of_a_script_is_read) {
  std::string_view const script =
      "set -e\nX=$(curl -s \"https://x/${Y:-z}\" | jq -r '.a')\nif [[ $X == \"ok\" ]]; then\n"
      "  cat <<EOF >> $GITHUB_ENV\nA=$X\nEOF\nfi\ncase $X in a|b) f() { g \"$@\"; };; esac\n"
      "for i in 1 2; do f `h $((1+2))` || { echo 'no'; exit 1; }; done &\n";
  for (std::size_t size = 0; size <= script.size(); ++size) {
    (void)commands_of(script.substr(0, size));
    (void)commands_of(script.substr(size));
  }
}

}  // namespace
}  // namespace landfall
