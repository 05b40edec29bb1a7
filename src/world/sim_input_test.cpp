// Input and bytes of the simulated machine's programs.
#include <gtest/gtest.h>

#include "world/sim_world.h"

namespace landfall {
namespace {

class SimInputTest : public testing::Test {
 protected:
  ProcessId start(Command command) {
    command.arguments = {"program"};
    Result<ProcessId> const started = sim->process("parent").processes.start(
        std::move(command), [this](std::string_view bytes) { output.emplace_back(bytes); },
        [this](Exit exit) { ended = std::move(exit); });
    EXPECT_TRUE(started);
    return started.value_or(0);
  }
  Processes& processes() { return sim->process("parent").processes; }
  void settle() {
    sim->run_until([] { return false; });
  }

  std::unique_ptr<SimWorld> sim = SimWorld::create(*parse_instant("2026-05-01T00:00:00Z"), 1);
  std::vector<std::string> output;
  std::optional<Exit> ended;
};

TEST_F(SimInputTest, a_program_is_given_its_input_and_the_end_of_it) {
  sim->program("program", [](SimProgram program) {
    program.input([program](std::string_view bytes) { program.print("<" + std::string(bytes)); },
                  [program] { program.exit(4); });
  });
  ProcessId const child = start({.output = Command::Output::bytes, .takes_input = true});
  processes().write(child, "one");
  settle();
  processes().write(child, "two\n");
  settle();
  EXPECT_EQ(output, (std::vector<std::string>{"<one", "<two\n"}));
  EXPECT_FALSE(ended);
  processes().close_input(child);
  processes().write(child, "too late");
  settle();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 4);
  EXPECT_EQ(output.size(), 2U);
}

TEST_F(SimInputTest, without_input_it_reads_the_end_at_once) {
  sim->program("program", [](SimProgram program) {
    program.input([](std::string_view) { FAIL(); }, [program] { program.exit(0); });
  });
  processes().write(start({}), "nothing");
  settle();
  EXPECT_TRUE(ended);
}

TEST_F(SimInputTest, errors_are_apart_only_from_bytes) {
  sim->program("program", [](SimProgram program) {
    program.print("out\n");
    program.complain("error\n");
    program.exit(1);
  });
  start({.output = Command::Output::bytes});
  settle();
  EXPECT_EQ(output, (std::vector<std::string>{"out\n"}));
  EXPECT_EQ(ended->errors, "error\n");
  output.clear();
  start({});
  settle();
  EXPECT_EQ(output, (std::vector<std::string>{"out", "error"}));
  EXPECT_EQ(ended->errors, "");
}

TEST_F(SimInputTest, a_program_may_refuse_to_end_until_it_is_killed) {
  sim->program("program", [](SimProgram program) {
    program.on_terminate([program] { program.print("not yet\n"); });
  });
  ProcessId const child = start({});
  settle();
  processes().signal(child, Signal::terminate);
  settle();
  EXPECT_FALSE(ended);
  EXPECT_EQ(output, (std::vector<std::string>{"not yet"}));
  processes().signal(child, Signal::kill);
  settle();
  EXPECT_EQ(ended->signal, 9);
}

}  // namespace
}  // namespace landfall
