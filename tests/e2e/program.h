// The program itself, as people run it: child processes of a test in a folder of their own. Waiting
// is waiting for something to happen; only a bound on it is a time.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "world/world.h"

namespace landfall {

class ProgramTest : public ::testing::Test {
 protected:
  struct Child {
    ProcessId id = 0;
    std::string mark{};                ///< in its environment
    std::vector<std::string> lines{};  ///< of stdout and stderr
    std::optional<Exit> exit{};

    std::string text() const { return join(lines, "\n"); }
    bool says(std::string_view part) const { return text().find(part) != std::string::npos; }
    int code() const { return exit ? exit->code : -1; }
  };
  using Running = std::shared_ptr<Child>;
  using OnLine = std::function<void(std::string_view)>;

  void SetUp() override {
    auto real = RealWorld::start({});
    ASSERT_TRUE(real) << real.error().text;
    real_ = *std::move(real);
    folder_ = std::filesystem::canonical(*world().files.temporary_folder("landfall-e2e")).string();
    ASSERT_TRUE(world().files.make_folder(folder_ + "/tmp"));
    directory_ = folder_;
    Environment const own = RealWorld::environment();
    environment_ = {{"PATH", own.contains("PATH") ? own.at("PATH") : "/usr/bin:/bin"},
                    {"HOME", folder_},
                    {"TMPDIR", folder_ + "/tmp"},
                    {"USER", "sre-agent"}};
  }
  void TearDown() override {
    if (HasFailure()) tell_what_was_said();
    for (Running const& child : children_)
      if (!child->exit) world().processes.signal(child->id, Signal::kill);
    EXPECT_TRUE(until([&] { return survivors().empty(); })) << join(survivors(), "\n");
    std::string const folder = folder_;
    EXPECT_TRUE(world().files.remove(folder));
    real_.reset();
  }

  World world() { return real_->world(); }

  /// Starts a command in `directory_`; lines come while `until` waits.
  Running start_command(std::vector<std::string> arguments, OnLine on_line = {}) {
    auto child = std::make_shared<Child>();
    Command command{.arguments = std::move(arguments), .directory = directory_};
    for (auto const& [name, value] : environment_) command.environment.emplace_back(name, value);
    child->mark = fmt::format("{}/{}", folder_, children_.size());
    command.environment.emplace_back(mark_name, child->mark);
    auto const started = world().processes.start(
        std::move(command),
        [this, child, on_line = std::move(on_line)](std::string_view line) {
          child->lines.emplace_back(line);
          if (on_line) on_line(line);
          look();
        },
        [this, child](Exit exit) {
          child->exit = exit;
          look();
        });
    EXPECT_TRUE(started) << started.error().text;
    child->id = started.value_or(0);
    if (!started) child->exit = Exit{.code = 127};
    children_.push_back(child);
    return child;
  }
  Running start(std::vector<std::string> words, OnLine on_line = {}) {
    words.insert(words.begin(), LANDFALL_PROGRAM);
    return start_command(std::move(words), std::move(on_line));
  }
  /// Runs landfall to its end.
  Child run(std::vector<std::string> words) {
    Running const child = start(std::move(words));
    EXPECT_TRUE(until([&] { return child->exit.has_value(); })) << child->text();
    return *child;
  }
  /// The same, for an answer in JSON.
  Json run_json(std::vector<std::string> words) {
    Child const child = run(std::move(words));
    auto json = Json::parse(child.text());
    EXPECT_TRUE(json) << child.text();
    return json.value_or(Json());
  }

  /// Works on the loop until it is so; false if that takes longer than anybody would wait. What it
  /// asks about is looked at when a child prints or ends, and now and then besides.
  bool until(std::function<bool()> done) {
    bool late = false;
    TimerId const give_up = world().loop.after(2min, [&] {
      late = true;
      world().loop.stop();
    });
    done_ = std::move(done);
    look_again();
    if (!done_()) world().loop.run();
    world().loop.cancel(give_up);
    world().loop.cancel(again_);
    done_ = nullptr;
    return !late;
  }

  /// kill -9 of that process alone: not of its group, and not of its children.
  static void kill_now(Child const& child) {
    pid_t const pid = pid_of(child);
    ASSERT_GT(pid, 1) << child.text();
    EXPECT_EQ(::kill(pid, SIGKILL), 0);
  }

  static constexpr char const* mark_name = "LANDFALL_TEST_CHILD";

  /// What has the child's mark, and was started by what has not; 0 if there is none.
  static pid_t pid_of(Child const& child) {
    std::error_code error;
    for (auto const& entry : std::filesystem::directory_iterator("/proc", error)) {
      auto const pid = parse_integer(entry.path().filename().string());
      if (!pid || !is_marked(entry.path(), child.mark)) continue;
      std::string const parent = word_after(entry.path() / "status", "PPid:");
      if (!is_marked("/proc/" + parent, child.mark)) return static_cast<pid_t>(*pid);
    }
    return 0;
  }

  static bool is_marked(std::filesystem::path const& process, std::string const& mark) {
    std::ifstream file(process / "environ");
    for (std::string variable; std::getline(file, variable, '\0');)
      if (variable == fmt::format("{}={}", mark_name, mark)) return true;
    return false;
  }

  static std::string word_after(std::filesystem::path const& path, std::string const& name) {
    std::ifstream file(path);
    for (std::string word; file >> word;)
      if (word == name && file >> word) return word;
    return "";
  }

  /// Live processes that work in this test's folder: the program, its dynos and whatever else it
  /// started. A dead one whose parent did not look yet has no working directory.
  std::vector<std::string> survivors() const {
    std::vector<std::string> found;
    std::error_code error;
    for (auto const& entry : std::filesystem::directory_iterator("/proc", error)) {
      if (!parse_integer(entry.path().filename().string())) continue;
      std::error_code unreadable;
      auto const place = std::filesystem::read_symlink(entry.path() / "cwd", unreadable).string();
      bool const ours = !unreadable && (place == folder_ || place.starts_with(folder_ + "/") ||
                                        place.starts_with(folder_ + " "));
      if (ours) found.push_back(entry.path().filename().string() + " in " + place);
    }
    return found;
  }

  /// A copy of the incident's example, in which to work from now on.
  void copy_example() {
    directory_ = folder_ + "/raxx";
    std::filesystem::copy(LANDFALL_SOURCE "/examples/raxx", directory_,
                          std::filesystem::copy_options::recursive);
    std::string const file = directory_ + "/landfall.yaml";
    // Three answers in a row are asked for; the second between them proves nothing here.
    std::string const text =
        replace_all(*world().files.read(file), "interval: 1s", "interval: 100ms");
    ASSERT_TRUE(world().files.write(file, text));
  }
  /// A sandbox of the example's world; the commands that follow talk to it.
  Running start_sandbox() {
    // The sandbox goes on to print when this function is over.
    auto const up = std::make_shared<bool>(false);
    Running sandbox =
        start({"sandbox", "--world", "world.yaml"}, [this, up](std::string_view line) {
          std::size_t const equals = line.find('=');
          if (line.starts_with("export ") && equals != std::string_view::npos)
            set(std::string(line.substr(7, equals - 7)), std::string(line.substr(equals + 1)));
          *up = *up || line.ends_with("raxx-api-staging web.1: up");
        });
    bool const waited = until([&] { return *up || sandbox->exit.has_value(); });
    EXPECT_TRUE(waited && *up) << sandbox->text();
    return sandbox;
  }

  void set(std::string const& name, std::string value) { environment_[name] = std::move(value); }
  std::string variable(std::string const& name) const {
    auto const found = environment_.find(name);
    return found == environment_.end() ? "" : found->second;
  }
  /// Commands from here on believe that it is that much later than they would else.
  void shift_clock(std::chrono::seconds later) {
    auto const shift = parse_integer(variable("LANDFALL_CLOCK_SHIFT")).value_or(0);
    set("LANDFALL_CLOCK_SHIFT", std::to_string(shift + later.count()));
  }
  void set_clock(Instant now) {
    auto const shift = std::chrono::duration_cast<std::chrono::seconds>(now - world().now());
    set("LANDFALL_CLOCK_SHIFT", std::to_string(shift.count()));
  }

  std::string folder_;
  std::string directory_;  ///< where commands run
  Environment environment_;

 private:
  /// What a failure leaves to go by: most of all what the sandbox said of its dynos.
  void tell_what_was_said() const {
    for (Running const& child : children_)
      if (!child->exit) ADD_FAILURE() << "a child that still runs said:\n" << child->text();
  }
  void look() {
    if (done_ && done_()) world().loop.stop();
  }
  void look_again() {
    again_ = world().loop.after(20ms, [this] {
      look();
      look_again();
    });
  }

  std::unique_ptr<RealWorld> real_;
  std::vector<Running> children_;
  std::function<bool()> done_;
  TimerId again_ = 0;
};

}  // namespace landfall
