// Nothing of a child is left when it ends, or when this program does, whoever is killed on the way.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <fstream>

#include "base/text.h"
#include "world/confine.h"
#include "world/descriptor.h"
#include "world/process_tree.h"
#include "world/real_test.h"

namespace landfall {
namespace {

using Lines = std::vector<std::string>;

/// Prints the pids of two processes that have let go of it, by a session of their own and one of
/// them by a parent that is gone, and "own" with its own, in any order. Both have let go of the
/// output as well.
std::string const with_escapees =
    "setsid sh -c 'echo $$; exec sleep 1000 >/dev/null 2>&1' & "
    "setsid sh -c 'sleep 1001 >/dev/null 2>&1 & echo $!; exit'; "
    "echo own $$; ";

pid_t pid_in(std::string_view line) {
  if (line.starts_with("own ")) line.remove_prefix(4);
  return static_cast<pid_t>(parse_integer(line).value_or(0));
}

pid_t own_pid(std::vector<std::string> const& lines) {
  for (std::string const& line : lines)
    if (line.starts_with("own ")) return pid_in(line);
  return 0;
}

bool lives(pid_t pid) {
  return pid > 0 && (::kill(pid, 0) == 0 || errno != ESRCH);
}

/// The parent of a process, 0 if there is none.
pid_t parent_of(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("PPid:")) return pid_in(trim(std::string_view(line).substr(5)));
  return 0;
}

/// Waits until the process is gone.
void await_end(pid_t pid) {
  Descriptor const process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd wait{.fd = process.get(), .events = POLLIN, .revents = 0};
  int const ready = process ? ::poll(&wait, 1, -1) : 1;
  EXPECT_EQ(ready, 1);
}

class SupervisorTest : public RealTest {
 protected:
  /// Runs a script of which each line of output is a pid.
  ProcessId start(std::string const& script, std::optional<Confinement> confinement = {}) {
    Command command{.arguments = {"sh", "-c", script}, .environment = {{"PATH", "/usr/bin:/bin"}}};
    command.confinement = std::move(confinement);
    auto const started = world().processes.start(
        std::move(command),
        [this](std::string_view line) {
          lines.emplace_back(line);
          look();
        },
        [this](Exit exit) {
          ended = exit;
          look();
        });
    EXPECT_TRUE(started);
    return started.value_or(0);
  }
  void await_lines(std::size_t count) {
    run_until([this, count] { return lines.size() >= count || ended; });
    ASSERT_GE(lines.size(), count);
  }
  void await_exit() {
    run_until([this] { return ended.has_value(); });
  }
  Lines outcome(std::string const& script, std::optional<Confinement> confinement = {}) {
    lines.clear();
    ended.reset();
    start(script, std::move(confinement));
    await_exit();
    return lines;
  }

  Lines lines;
  std::optional<Exit> ended;
};

TEST_F(SupervisorTest, escapees_end_with_the_child) {
  start(with_escapees + "sleep 1000");
  await_lines(3);
  for (std::string const& pid : lines) EXPECT_TRUE(lives(pid_in(pid))) << pid;
  ::kill(own_pid(lines), SIGKILL);
  await_exit();
  EXPECT_EQ(ended->code, 137);
  for (std::string const& pid : lines) EXPECT_FALSE(lives(pid_in(pid))) << pid;
}

TEST_F(SupervisorTest, signals_reach_the_escapees_too) {
  ProcessId const child = start(
      "setsid sh -c 'trap \"echo stopped; exit\" TERM; echo ready; while :; do sleep 60 & wait; "
      "done' & trap : TERM; while :; do sleep 60 & wait; done");
  await_lines(1);
  world().processes.signal(child, Signal::terminate);
  await_lines(2);
  EXPECT_EQ(lines[1], "stopped");
  world().processes.signal(child, Signal::kill);
  await_exit();
  EXPECT_EQ(ended->signal, SIGKILL);
}

TEST_F(SupervisorTest, a_supervisor_that_is_killed_takes_all_with_it) {
  start(with_escapees + "sleep 1000");
  await_lines(3);
  pid_t const supervisor = parent_of(own_pid(lines));
  EXPECT_NE(supervisor, ::getpid());
  ::kill(supervisor, SIGKILL);
  await_exit();
  EXPECT_EQ(ended->code, 137);
  for (std::string const& pid : lines) await_end(pid_in(pid));
}

TEST_F(SupervisorTest, a_warden_that_is_killed_is_replaced) {
  start(with_escapees + "read nothing; sleep 1000");
  await_lines(3);
  Lines const first = lines;
  pid_t const warden = parent_of(parent_of(own_pid(first)));
  EXPECT_EQ(parent_of(warden), ::getpid());
  ::kill(warden, SIGKILL);
  std::optional<Exit> second;
  ASSERT_TRUE(world().processes.start({.arguments = {"/bin/sh", "-c", "exit 4"}}, {}, [&](Exit e) {
    second = e;
    look();
  }));
  run_until([&] { return second.has_value(); });
  EXPECT_EQ(second->code, 4);
  for (std::string const& pid : first) EXPECT_TRUE(lives(pid_in(pid))) << pid;
  real_.reset();
  for (std::string const& pid : first) EXPECT_FALSE(lives(pid_in(pid))) << pid;
}

TEST_F(SupervisorTest, what_a_child_leaves_running_is_not_waited_for) {
  std::string const script = "sleep 1000 & setsid sleep 1001 & exit 6";
  outcome(script);
  EXPECT_EQ(ended->code, 6);
}

TEST_F(SupervisorTest, a_storm_of_forks_ends) {
  start(
      "f() { while :; do (setsid sh -c 'sleep 0.01; sleep 0.05 & sleep 0.03 &'); done; }; "
      "f & f & f & echo $$; wait");
  await_lines(1);
  ::kill(pid_in(lines[0]), SIGKILL);
  await_exit();
  std::array<pid_t, 64> children{};
  // The warden is the one child that is left.
  EXPECT_EQ(children_of(::getpid(), children), 1U);
}

TEST(Supervisor, all_that_a_killed_program_had_started_ends) {
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
    Command const command{.arguments = {"/bin/sh", "-c", with_escapees + "sleep 1000"},
                          .environment = {{"PATH", "/usr/bin:/bin"}}};
    if (!world.processes.start(command, pass_on, {})) ::_exit(1);
    world.loop.run();
  }
  ::close(ends[1]);
  std::string text;
  while (lines_of(text).size() < 3 || !text.ends_with('\n')) {
    char chunk[64];
    ssize_t const count = ::read(ends[0], chunk, sizeof chunk);
    ASSERT_GT(count, 0);
    text.append(chunk, static_cast<std::size_t>(count));
  }
  for (std::string const& pid : lines_of(text)) EXPECT_TRUE(lives(pid_in(pid))) << pid;
  ::kill(program, SIGKILL);
  for (std::string const& pid : lines_of(text)) await_end(pid_in(pid));
  ::waitpid(program, nullptr, 0);
  ::close(ends[0]);
}

TEST_F(SupervisorTest, bounds_hold_in_the_child) {
  EXPECT_EQ(outcome("ulimit -n; ulimit -d; grep Seccomp: /proc/self/status",
                    Confinement{.memory = 512 << 20, .files = 100}),
            (Lines{"100", "524288", "Seccomp:\t2"}));
  EXPECT_EQ(outcome("grep Seccomp: /proc/self/status"), (Lines{"Seccomp:\t0"}));
}

TEST_F(SupervisorTest, a_child_writes_only_where_it_may) {
  if (!kernel_bounds_writes()) GTEST_SKIP() << "no Landlock here";
  std::string const folder = *world().files.temporary_folder("landfall-test");
  ASSERT_TRUE(world().files.make_folder(folder + "/own"));
  ASSERT_TRUE(world().files.make_folder(folder + "/other"));
  ASSERT_TRUE(world().files.write(folder + "/other/file", "text"));
  Confinement const bounds{.writable = {folder + "/own", "/dev", "/no/such/folder"}};
  struct Row {
    char const* name;
    std::string script;
    bool may;
  };
  std::string const other = folder + "/other/";
  Row const table[]{
      {"write in its own", "echo a > one && mkdir two && mv one two/ && rm -r two", true},
      {"read elsewhere", "cat " + other + "file > copy", true},
      {"write elsewhere", "echo a > " + other + "new", false},
      {"append elsewhere", "echo a >> " + other + "file", false},
      {"remove elsewhere", "rm -f " + other + "file", false},
      {"make a folder elsewhere", "mkdir " + other + "folder", false},
      {"move elsewhere", "echo a > here; mv here " + other, false},
      {"link elsewhere", "ln -s /etc " + other + "link", false},
      {"write to nothing", "echo a > /dev/null", true},
      {"write to its output again", "echo a > /dev/stdout", true},
      {"make a namespace", "unshare -U true", false},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    outcome("cd " + folder + "/own && " + row.script, bounds);
    EXPECT_EQ(ended->code == 0, row.may) << join(lines, "; ");
  }
  EXPECT_EQ(*world().files.read(folder + "/other/file"), "text");
  ASSERT_TRUE(world().files.remove(folder));
}

TEST(ProcessTree, knows_the_children_of_all_threads) {
  std::array<pid_t, 8> children{};
  std::size_t const before = children_of(::getpid(), children);
  pid_t const child = ::fork();
  if (child == 0) {
    while (true) ::pause();
  }
  ASSERT_EQ(children_of(::getpid(), children), before + 1);
  EXPECT_EQ(children_of(::getpid(), std::span(children).first(0)), 0U);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(children_of(::getpid(), children), before);
  EXPECT_EQ(children_of(0, children), 0U);
}

}  // namespace
}  // namespace landfall
