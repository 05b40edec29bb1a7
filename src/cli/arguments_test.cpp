#include "cli/arguments.h"

#include <gtest/gtest.h>

#include "cli/commands.h"

namespace landfall {
namespace {

std::string error_of(std::vector<std::string> const& words) {
  auto const commands = all_commands();
  auto const arguments = parse_arguments(commands, words);
  return arguments ? "none" : arguments.error().text;
}

TEST(Arguments, are_read_in_any_order) {
  auto const commands = all_commands();
  auto const arguments =
      parse_arguments(commands, {"deploy", "--as=ann", "shop/production", "--plan", "main"});
  ASSERT_TRUE(arguments) << arguments.error().text;
  EXPECT_EQ(arguments->command->name, "deploy");
  EXPECT_EQ(arguments->operands, (std::vector<std::string>{"shop/production", "main"}));
  EXPECT_EQ(arguments->value_or("--as", ""), "ann");
  EXPECT_TRUE(arguments->has("--plan"));
}

TEST(Arguments, two_words_name_a_command) {
  auto const commands = all_commands();
  auto const arguments = parse_arguments(commands, {"incident", "report", "shop/production"});
  ASSERT_TRUE(arguments) << arguments.error().text;
  EXPECT_EQ(arguments->command->name, "incident report");
}

TEST(Arguments, mistakes_are_told_with_what_was_meant) {
  EXPECT_EQ(error_of({"chekc"}), "there is no command 'chekc': did you mean 'check'?");
  EXPECT_EQ(error_of({"incident"}),
            "'incident' needs one more word: incident list, incident report");
  EXPECT_EQ(error_of({"check", "--as-off", "x"}),
            "'landfall check' has no option '--as-off': did you mean '--as-of'?");
  EXPECT_EQ(error_of({"check", "--as-of"}), "--as-of needs a value: --as-of TIME");
  EXPECT_EQ(error_of({"check", "--output", "xml"}),
            "--output takes one of text, json, sarif, github, found 'xml'");
  EXPECT_EQ(error_of({"check", "extra"}), "'extra' is too much: expected 'landfall check'");
  EXPECT_EQ(error_of({"query"}), "too few words: expected 'landfall query SQL'");
  EXPECT_EQ(error_of({"deploy", "--plan=yes", "a"}), "--plan takes no value");
}

TEST(Help, every_command_teaches_by_an_example) {
  for (CommandSpec const& command : all_commands()) {
    SCOPED_TRACE(command.name);
    EXPECT_FALSE(command.summary.empty());
    EXPECT_FALSE(command.details.empty());
    EXPECT_FALSE(command.examples.empty());
    EXPECT_NE(help_text(command).find("Usage: landfall " + command.name), std::string::npos);
  }
}

TEST(Completion, knows_every_command_in_every_shell) {
  auto const commands = all_commands();
  for (char const* shell : {"bash", "zsh", "fish"}) {
    auto const script = completion_script(commands, shell);
    ASSERT_TRUE(script);
    EXPECT_NE(script->find("sandbox"), std::string::npos) << shell;
  }
  EXPECT_FALSE(completion_script(commands, "tcsh"));
}

}  // namespace
}  // namespace landfall
