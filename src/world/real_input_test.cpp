// What goes into children and comes out of them as bytes.
#include "world/real_test.h"

namespace landfall {
namespace {

class RealInputTest : public RealTest {
 protected:
  ProcessId shell(std::string const& script, Command command = {}) {
    command.arguments = {"sh", "-c", script};
    command.environment.emplace_back("PATH", "/usr/bin:/bin");
    Result<ProcessId> const started = world().processes.start(
        std::move(command),
        [this](std::string_view bytes) {
          output += bytes;
          look();
        },
        [this](Exit exit) {
          ended = std::move(exit);
          look();
        });
    EXPECT_TRUE(started) << started.error().text;
    return started.value_or(0);
  }
  Exit run_to_exit() {
    run_until([this] { return ended.has_value(); });
    return *ended;
  }
  void run_until_printed(std::string const& text) {
    run_until([&] { return output.find(text) != std::string::npos; });
  }

  std::string output;
  std::optional<Exit> ended;
};

TEST_F(RealInputTest, a_child_reads_what_is_written_to_it_and_then_the_end) {
  ProcessId const child =
      shell("cat; echo over", {.output = Command::Output::bytes, .takes_input = true});
  world().processes.write(child, "one\n");
  run_until_printed("one\n");
  world().processes.write(child, "two");
  world().processes.close_input(child);
  world().processes.write(child, "too late");
  EXPECT_EQ(run_to_exit().code, 0);
  EXPECT_EQ(output, "one\ntwoover\n");
}

TEST_F(RealInputTest, megabytes_pass_through_a_child_unchanged) {
  std::string bytes(8 << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(i * 2654435761U >> 11);
  ProcessId const child = shell("cat", {.output = Command::Output::bytes, .takes_input = true});
  world().processes.write(child, bytes);
  EXPECT_GT(world().processes.unsent(child), 0U);
  world().processes.close_input(child);
  EXPECT_EQ(run_to_exit().code, 0);
  EXPECT_TRUE(output == bytes);
  EXPECT_EQ(world().processes.unsent(child), 0U);
}

TEST_F(RealInputTest, a_child_that_does_not_read_loses_its_input) {
  ProcessId const child = shell("exec <&-; echo closed; sleep 0.05",
                                {.output = Command::Output::bytes, .takes_input = true});
  run_until_printed("closed");
  world().processes.write(child, std::string(1 << 20, 'x'));
  EXPECT_EQ(world().processes.unsent(child), 0U);
  EXPECT_EQ(run_to_exit().code, 0);
  world().processes.write(child, "nobody");
  world().processes.close_input(child);
  ended.reset();
  ProcessId const sleeper = shell("sleep 0.05", {.takes_input = true});
  world().processes.write(sleeper, std::string(1 << 20, 'x'));
  EXPECT_GT(world().processes.unsent(sleeper), std::size_t{900} << 10);
  EXPECT_EQ(run_to_exit().code, 0);
}

TEST_F(RealInputTest, bytes_are_passed_before_their_line_ends) {
  ProcessId const child = shell("printf 'a prompt> '; read line; printf \"[$line]\"",
                                {.output = Command::Output::bytes, .takes_input = true});
  run_until_printed("a prompt> ");
  world().processes.write(child, "answer\n");
  EXPECT_EQ(run_to_exit().code, 0);
  EXPECT_EQ(output, "a prompt> [answer]");
}

TEST_F(RealInputTest, the_end_of_stderr_is_kept_apart_from_bytes) {
  shell("echo out; seq 5000 >&2; exit 3", {.output = Command::Output::bytes});
  Exit const exit = run_to_exit();
  EXPECT_EQ(exit.code, 3);
  EXPECT_EQ(output, "out\n");
  EXPECT_EQ(exit.errors.size(), std::size_t{4} << 10);
  EXPECT_TRUE(exit.errors.ends_with("4999\n5000\n"));
}

TEST_F(RealInputTest, output_that_is_held_makes_the_child_wait) {
  ProcessId const child = shell("head -c 3000000 /dev/zero", {.output = Command::Output::bytes});
  run_until([this] { return !output.empty(); });
  world().processes.hold_output(child, true);
  std::size_t const before = output.size();
  bool over = false;
  world().loop.after(50ms, [&] {
    over = true;
    look();
  });
  run_until([&] { return over; });
  EXPECT_EQ(output.size(), before);
  EXPECT_FALSE(ended);
  world().processes.hold_output(child, false);
  EXPECT_EQ(run_to_exit().code, 0);
  EXPECT_EQ(output.size(), 3'000'000U);
}

TEST_F(RealInputTest, what_was_held_is_passed_on_at_the_end) {
  ProcessId const child = shell("sleep 0.02; seq 2000", {.output = Command::Output::bytes});
  world().processes.hold_output(child, true);
  EXPECT_EQ(run_to_exit().code, 0);
  EXPECT_TRUE(output.ends_with("\n2000\n"));
}

TEST_F(RealInputTest, a_terminal_is_one_to_the_child) {
  Command command{.environment = {{"COLUMNS", "101"}, {"LINES", "33"}}, .terminal = true};
  ProcessId const child = shell(
      "test -t 0 && test -t 1 && test -t 2 && echo yes; stty size; tty | cut -c-9; "
      "read line; echo \"<$line>\"; cat; exit 7",
      std::move(command));
  run_until_printed("/dev/pts/");
  EXPECT_NE(output.find("yes\r\n33 101\r\n"), std::string::npos) << output;
  world().processes.write(child, "typed\n");
  run_until_printed("<typed>");
  world().processes.close_input(child);
  EXPECT_EQ(run_to_exit().code, 7);
}

TEST_F(RealInputTest, ctrl_c_on_a_terminal_interrupts_its_foreground) {
  ProcessId const child =
      shell("trap 'echo interrupted; exit 5' INT; echo ready; while :; do sleep 0.01; done",
            {.terminal = true});
  run_until_printed("ready");
  world().processes.write(child, "\x03");
  EXPECT_EQ(run_to_exit().code, 5);
  EXPECT_NE(output.find("interrupted"), std::string::npos);
}

TEST_F(RealInputTest, a_child_on_a_terminal_can_be_killed) {
  ProcessId const child = shell("echo ready; sleep 1000", {.terminal = true});
  run_until_printed("ready");
  world().processes.signal(child, Signal::kill);
  EXPECT_EQ(run_to_exit().signal, 9);
}

}  // namespace
}  // namespace landfall
