// The incident's world in simulated time: its programs as functions, and landfall's commands typed
// by a test.
#pragma once

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "world/sim_world.h"

namespace landfall {

/// What examples/raxx/repo/app.py does.
inline void raptor(SimProgram program) {
  auto const variable = [&](std::string_view name) {
    for (auto const& [key, value] : program.command.environment)
      if (key == name) return value;
    return std::string();
  };
  std::string const commit = variable("HEROKU_SLUG_COMMIT");
  auto const port = parse_integer(variable("PORT"));
  if (!port) return program.exit(1);
  program.listen(static_cast<int>(*port), [commit](Request request, Respond respond) {
    if (request.url != "/health") return respond({.status = 404, .body = "not found"});
    std::string body =
        fmt::format(R"({{"status": "ok", "service": "raptor", "commit": "{}"}})", commit);
    respond({.status = 200,
             .headers = {{"Content-Type", "application/json"}},
             .body = std::move(body)});
  });
}

/// The machine at the minute in which the incident was noticed.
inline std::unique_ptr<SimWorld> incident_world(std::uint64_t seed, Environment environment = {}) {
  auto sim = SimWorld::create(*parse_instant("2026-04-30T16:30:00Z"), seed, std::move(environment));
  sim->program("app.py", raptor);
  sim->program("smoke.sh", [](SimProgram program) {
    program.print("2 checks passed");
    program.exit(0);
  });
  return sim;
}

/// What a command said.
struct Told {
  int code = 0;
  std::string out;
  std::string err;
};

/// Types a command as a process of that name.
inline Told tell(SimWorld& sim, std::vector<std::string> const& words,
                 std::string const& process = "landfall") {
  Told told;
  Output output;
  output.width = 100'000;
  output.out = [&](std::string_view text) { told.out += text; };
  output.err = [&](std::string_view text) { told.err += text; };
  told.code = run_command(sim.process(process), output, words, {});
  return told;
}

/// A path for a database that is not there yet.
inline std::string fresh_database(std::string const& name) {
  // Tests of one name for their database may run at once.
  std::string const test = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  std::string path = ::testing::TempDir() + "landfall_sim_" + name + "_" + test + ".db";
  for (char const* tail : {"", "-wal", "-shm"}) std::remove((path + tail).c_str());
  return path;
}

}  // namespace landfall
