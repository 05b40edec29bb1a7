// `landfall audit` and its relatives, typed by a test in a simulated world that reads this
// machine's files and changes none of them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "world/sim_world.h"

namespace landfall {

/// What a command said.
struct Told {
  int code = 0;
  std::string out;
  std::string err;
};

class AuditWorld {
 public:
  explicit AuditWorld(Environment environment = {})
      : sim_(SimWorld::create(*parse_instant("2026-04-30T16:30:00Z"), 1, std::move(environment))) {}

  World world() { return sim_->process("landfall"); }
  SimWorld& sim() { return *sim_; }

  void write(std::string const& path, std::string_view text) {
    ASSERT_TRUE(world().files.write(path, text)) << path;
  }
  std::string read(std::string const& path) { return world().files.read(path).value_or("(none)"); }

  Told tell(std::vector<std::string> const& words, int width = 100) {
    Told told;
    Output output;
    output.width = width;
    output.out = [&](std::string_view text) { told.out += text; };
    output.err = [&](std::string_view text) { told.err += text; };
    told.code = run_command(world(), output, words, {});
    return told;
  }

 private:
  std::unique_ptr<SimWorld> sim_;
};

}  // namespace landfall
