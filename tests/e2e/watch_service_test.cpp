// `landfall watch` as a service manager runs it: told when it is ready, asked by SIGHUP to read its
// file again, ended by SIGTERM.
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "e2e/program.h"

namespace landfall {
namespace {

class WatchService : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    copy_example();
    start_sandbox();
    manager_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string const path = folder_ + "/manager";
    ASSERT_LT(path.size(), sizeof address.sun_path);
    std::copy(path.begin(), path.end(), address.sun_path);
    ASSERT_EQ(::bind(manager_, reinterpret_cast<sockaddr*>(&address), sizeof address),
              0);  // NOLINT
    set("NOTIFY_SOCKET", path);
    file_ = directory_ + "/landfall.yaml";
    text_ = *world().files.read(file_);
    watch_ = start({"watch", "--port", "0"});
    ASSERT_TRUE(until([&] { return was_told("READY=1"); })) << watch_->text();
  }
  void TearDown() override {
    ::close(manager_);
    ProgramTest::TearDown();
  }

  /// Has the manager got this message by now; it counts once.
  bool was_told(std::string const& wanted) {
    std::array<char, 256> buffer{};
    for (ssize_t size = 0; (size = ::recv(manager_, buffer.data(), buffer.size(), 0)) > 0;)
      told_.emplace_back(buffer.data(), static_cast<std::size_t>(size));
    auto const found = std::find_if(told_.begin(), told_.end(), [&](std::string const& each) {
      return each.starts_with(wanted);
    });
    if (found == told_.end()) return false;
    told_.erase(told_.begin(), found + 1);
    return true;
  }
  void write(std::string const& text) { ASSERT_TRUE(world().files.write(file_, text)); }
  void signal(int number) { ASSERT_EQ(::kill(pid_of(*watch_), number), 0); }

  int manager_ = -1;
  std::string file_;
  std::string text_;
  std::vector<std::string> told_;
  Running watch_;
};

TEST_F(WatchService, reads_its_file_again_and_keeps_the_old_one_where_the_new_is_bad) {
  write(text_ + "\nnonsense: 1\n");
  signal(SIGHUP);
  EXPECT_TRUE(until([&] { return was_told("RELOADING=1\nMONOTONIC_USEC="); })) << watch_->text();
  EXPECT_TRUE(until([&] { return was_told("READY=1"); })) << watch_->text();
  EXPECT_TRUE(until([&] { return watch_->says("the new landfall.yaml is not taken"); }));
  EXPECT_TRUE(watch_->says("unknown key 'nonsense'")) << watch_->text();
  write(text_ + "\nalerts: {resolve_after: 2m}\n");
  signal(SIGHUP);
  EXPECT_TRUE(until([&] { return was_told("RELOADING=1"); })) << watch_->text();
  EXPECT_TRUE(until([&] { return was_told("READY=1"); })) << watch_->text();
  EXPECT_TRUE(until([&] { return watch_->says("watches 2 targets of the new"); }));
  EXPECT_FALSE(watch_->exit) << watch_->text();
  signal(SIGTERM);
  EXPECT_TRUE(until([&] { return watch_->exit.has_value(); })) << watch_->text();
  EXPECT_EQ(watch_->exit->code, 0) << watch_->text();
  EXPECT_TRUE(was_told("STOPPING=1"));
}

}  // namespace
}  // namespace landfall
