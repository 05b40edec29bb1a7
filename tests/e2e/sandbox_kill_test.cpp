// What dynos have started ends with the sandbox, however that ends.
#include "e2e/program.h"

#include <cerrno>

namespace landfall {
namespace {

char const* const world_file = R"(
users: {ada: {}}
tokens: {key: {service: heroku, user: ada}}
heroku:
  apps:
    escaping:
      created_at: 2026-04-01T08:00:00Z
      owner: ada
      releases:
        - at: 2026-04-02T09:00:00Z
          description: Deploy
          code: {folder: code}
)";

/// Leaves two processes behind that have let go of it: of its session, and one of its parent too.
char const* const escaping =
    "setsid sh -c 'echo escaped $$; exec sleep 100000 >/dev/null 2>&1' &\n"
    "setsid sh -c 'sleep 100000 >/dev/null 2>&1 & echo escaped $!'\n"
    "echo escaped $$\n"
    "sleep 100000\n";

class SandboxKillTest : public ProgramTest {
 protected:
  Running start_escaping() {
    for (auto const& [name, text] :
         {std::pair{"world.yaml", world_file}, std::pair{"code/Procfile", "web: sh escape.sh\n"},
          std::pair{"code/escape.sh", escaping}}) {
      EXPECT_TRUE(world().files.write(folder_ + "/" + name, text));
    }
    Running sandbox = start({"sandbox", "--world", "world.yaml"}, [this](std::string_view line) {
      std::size_t const at = line.find("app[web.1]: escaped ");
      if (at != std::string_view::npos) {
        escaped_.push_back(static_cast<pid_t>(parse_integer(line.substr(at + 20)).value_or(0)));
      }
    });
    EXPECT_TRUE(until([&] { return escaped_.size() == 3 || sandbox->exit; })) << sandbox->text();
    EXPECT_EQ(alive(), 3U) << sandbox->text();
    return sandbox;
  }
  std::size_t alive() const {
    std::size_t count = 0;
    for (pid_t const pid : escaped_) {
      if (pid > 0 && (::kill(pid, 0) == 0 || errno != ESRCH)) ++count;
    }
    return count;
  }

  std::vector<pid_t> escaped_;
};

TEST_F(SandboxKillTest, nothing_is_left_when_the_sandbox_is_killed) {
  Running const sandbox = start_escaping();
  kill_now(*sandbox);
  EXPECT_TRUE(until([&] { return sandbox->exit.has_value() && alive() == 0; }));
}

TEST_F(SandboxKillTest, nothing_is_left_when_the_sandbox_is_interrupted) {
  Running const sandbox = start_escaping();
  world().processes.signal(sandbox->id, Signal::terminate);
  EXPECT_TRUE(until([&] { return sandbox->exit.has_value(); })) << sandbox->text();
  EXPECT_EQ(sandbox->code(), 0) << sandbox->text();
  EXPECT_EQ(alive(), 0U);
}

}  // namespace
}  // namespace landfall
