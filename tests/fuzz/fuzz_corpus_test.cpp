// Every file of the fuzzers' corpora goes through what the fuzzer calls: with the sanitizers of the
// build, what was once found stays mended.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "targets.h"

namespace landfall {
namespace {

struct Target {
  char const* name;
  void (*run)(std::string_view);
};

TEST(FuzzCorpus, every_file_is_read_without_harm) {
  Target const targets[]{{"yaml", fuzz_yaml},
                         {"workflow", fuzz_workflow},
                         {"expression", fuzz_expression},
                         {"shell", fuzz_shell}};
  for (Target const& target : targets) {
    std::size_t count = 0;
    auto const folder = std::filesystem::path(LANDFALL_FUZZ_CORPUS) / target.name;
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
      SCOPED_TRACE(entry.path());
      std::ifstream file(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << file.rdbuf();
      target.run(text.str());
      ++count;
    }
    EXPECT_GE(count, 20U) << target.name;
  }
}

}  // namespace
}  // namespace landfall
