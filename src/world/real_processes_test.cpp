#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "world/descriptor.h"
#include "world/real_test.h"
#include "world/warden.h"

namespace landfall {
namespace {

class RealProcessesTest : public RealTest {
 protected:
  Result<ProcessId> start(Command command) {
    return world().processes.start(
        std::move(command),
        [this](std::string_view line) {
          lines.emplace_back(line);
          look();
        },
        [this](Exit exit) {
          ended = exit;
          look();
        });
  }
  Result<ProcessId> shell(std::string const& script) {
    return start({.arguments = {"sh", "-c", script}, .environment = {{"PATH", "/usr/bin:/bin"}}});
  }
  void run_to_exit() {
    run_until([this] { return ended.has_value(); });
  }
  /// Runs the script to its end.
  Exit outcome(std::string const& script) {
    lines.clear();
    ended.reset();
    EXPECT_TRUE(shell(script));
    run_to_exit();
    return *ended;
  }

  std::vector<std::string> lines;
  std::optional<Exit> ended;
};

using Lines = std::vector<std::string>;

bool lives(std::string const& pid) {
  return ::kill(static_cast<pid_t>(parse_integer(pid).value_or(0)), 0) == 0 || errno != ESRCH;
}

TEST_F(RealProcessesTest, output_comes_as_lines_before_the_exit) {
  EXPECT_EQ(outcome("echo one; echo two >&2; printf 'th'; printf 'ree\\n\\nrest'").code, 0);
  EXPECT_EQ(lines, (Lines{"one", "two", "three", "", "rest"}));
  EXPECT_EQ(outcome("true").code, 0);
  EXPECT_TRUE(lines.empty());
}

TEST_F(RealProcessesTest, much_output_and_endless_lines_are_passed_on) {
  EXPECT_EQ(outcome("seq 20000").code, 0);
  ASSERT_EQ(lines.size(), 20000U);
  EXPECT_EQ(lines.back(), "20000");
  EXPECT_EQ(outcome("head -c 200000 /dev/zero; echo; echo end").code, 0);
  std::size_t total = 0;
  for (std::string const& line : lines) {
    EXPECT_LE(line.size(), std::size_t{64} << 10);
    total += line.size();
  }
  EXPECT_EQ(total, 200003U);
  EXPECT_EQ(lines.back(), "end");
}

TEST_F(RealProcessesTest, exit_codes_are_as_shells_say_them) {
  struct Row {
    char const* script;
    int code;
    int signal;
  };
  for (Row const& row : {Row{"exit 0", 0, 0}, Row{"exit 3", 3, 0}, Row{"kill -9 $$", 137, 9},
                         Row{"kill -15 $$", 143, 15}, Row{"exit 255", 255, 0}}) {
    SCOPED_TRACE(row.script);
    Exit const exit = outcome(row.script);
    EXPECT_EQ(exit.code, row.code);
    EXPECT_EQ(exit.signal, row.signal);
  }
}

TEST_F(RealProcessesTest, a_child_has_its_command_s_world_and_no_more) {
  ::setenv("LANDFALL_TEST_LEAK", "leaked", 1);
  Result<ProcessId> const started =
      start({.arguments = {"sh", "-c",
                           "pwd; env | sort | grep -v PWD | grep -v _=; cat; ls /proc/self/fd"},
             .directory = "/usr",
             .environment = {{"PATH", "/usr/bin:/bin"}, {"NAME", "a b"}}});
  ASSERT_TRUE(started);
  run_to_exit();
  // 3 is what ls itself opens.
  EXPECT_EQ(lines, (Lines{"/usr", "NAME=a b", "PATH=/usr/bin:/bin", "0", "1", "2", "3"}));
}

TEST_F(RealProcessesTest, a_child_is_confined) {
  outcome(
      "grep -E '^(NoNewPrivs|SigBlk|SigIgn):' /proc/self/status; ulimit -c; ps -o sid= -p $$ | "
      "tr -d ' '; echo $$");
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[0], "SigBlk:\t0000000000000000");
  EXPECT_EQ(lines[1], "SigIgn:\t0000000000000000");
  EXPECT_EQ(lines[2], "NoNewPrivs:\t1");
  EXPECT_EQ(lines[3], "0");
  EXPECT_EQ(lines[4], lines[5]);
}

TEST_F(RealProcessesTest, terminate_can_be_handled_and_kill_cannot) {
  struct Row {
    Signal signal;
    char const* want;
  };
  for (Row const& row : {Row{Signal::terminate, "7/0"}, Row{Signal::kill, "137/9"}}) {
    lines.clear();
    ended.reset();
    Result<ProcessId> const started =
        shell("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 60 & wait; done");
    ASSERT_TRUE(started);
    run_until([&] { return !lines.empty(); });
    world().processes.signal(*started, row.signal);
    run_to_exit();
    EXPECT_EQ(std::to_string(ended->code) + "/" + std::to_string(ended->signal), row.want);
    EXPECT_EQ(lines.back(), row.signal == Signal::terminate ? "bye" : "ready");
    world().processes.signal(*started, Signal::kill);
  }
  world().processes.signal(0, Signal::kill);
  world().processes.signal(-1, Signal::kill);
}

TEST_F(RealProcessesTest, a_child_that_ignores_terminate_ends_by_kill) {
  Result<ProcessId> const started = shell("trap '' TERM; echo ready; sleep 1000");
  ASSERT_TRUE(started);
  run_until([&] { return !lines.empty(); });
  world().processes.signal(*started, Signal::terminate);
  EXPECT_FALSE(ended);
  world().processes.signal(*started, Signal::kill);
  run_to_exit();
  EXPECT_EQ(ended->code, 137);
}

TEST_F(RealProcessesTest, nothing_of_a_group_survives_its_leader) {
  // The second sleeper has let go of the output and of its parent.
  EXPECT_EQ(outcome("sleep 1000 & echo $!; (sleep 1001 >/dev/null 2>&1 & echo $!); exit 5").code,
            5);
  ASSERT_EQ(lines.size(), 2U);
  for (std::string const& pid : lines) EXPECT_FALSE(lives(pid)) << pid;
}

TEST_F(RealProcessesTest, a_command_that_cannot_start_says_why) {
  std::string const folder = *world().files.temporary_folder("landfall-test");
  std::string const plain = folder + "/plain";
  ASSERT_TRUE(world().files.write(plain, "text", 0644));
  struct Row {
    Command command;
    ErrorKind kind;
    char const* text;
  };
  Row const table[]{
      {{.arguments = {"no-such-program"}}, ErrorKind::missing, "no-such-program"},
      {{.arguments = {"/no/such/program"}}, ErrorKind::missing, "/no/such/program"},
      {{.arguments = {"sh"}, .environment = {{"PATH", "/nowhere"}}}, ErrorKind::missing, "sh"},
      {{.arguments = {"/etc"}}, ErrorKind::refused, "/etc"},
      {{.arguments = {plain}}, ErrorKind::refused, "plain"},
      {{.arguments = {"sh"}, .directory = "/no/such/folder"},
       ErrorKind::missing,
       "/no/such/folder"},
      {{}, ErrorKind::usage, "program"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    Result<ProcessId> const started = start(row.command);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, row.kind) << started.error().text;
    EXPECT_NE(started.error().text.find(row.text), std::string::npos) << started.error().text;
  }
  ASSERT_TRUE(world().files.remove(folder));
}

TEST_F(RealProcessesTest, many_children_at_once_all_end) {
  int ends = 0;
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(
        world().processes.start({.arguments = {"/bin/sh", "-c", "exit 1"}}, {}, [&](Exit e) {
          EXPECT_EQ(e.code, 1);
          ++ends;
          look();
        }));
  }
  run_until([&] { return ends == 40; });
}

TEST_F(RealProcessesTest, children_end_with_their_world) {
  ASSERT_TRUE(shell("sleep 1000 & echo $!; echo $$; wait"));
  run_until([&] { return lines.size() == 2; });
  real_.reset();
  for (std::string const& pid : lines) EXPECT_FALSE(lives(pid)) << pid;
  EXPECT_FALSE(ended);
}

TEST(RealProcesses, all_of_them_die_with_a_program_that_is_killed) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  pid_t const program = ::fork();
  if (program == 0) {
    auto const real = RealWorld::start({});
    World const world = (*real)->world();
    auto const pass_on = [&](std::string_view line) {
      std::string const whole = std::string(line) + "\n";
      [[maybe_unused]] ssize_t const written = ::write(ends[1], whole.data(), whole.size());
    };
    Command const command{.arguments = {"/bin/sh", "-c", "sleep 1000 & echo $$ $!; wait"}};
    if (!world.processes.start(command, pass_on, {})) ::_exit(1);
    world.loop.run();
  }
  char text[64] = {};
  ASSERT_GT(::read(ends[0], text, sizeof text - 1), 0);
  std::vector<std::string> const pids = split(trim(text), ' ');
  ASSERT_EQ(pids.size(), 2U);
  std::vector<Descriptor> dying;
  for (std::string const& pid : pids) {
    dying.emplace_back(static_cast<int>(::syscall(SYS_pidfd_open, *parse_integer(pid), 0)));
    ASSERT_TRUE(dying.back());
  }
  ::kill(program, SIGKILL);
  for (Descriptor const& child : dying) {
    pollfd wait{.fd = child.get(), .events = POLLIN};
    EXPECT_EQ(::poll(&wait, 1, -1), 1);
  }
  ::waitpid(program, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace landfall
