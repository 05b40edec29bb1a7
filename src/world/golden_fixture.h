// A text that must be as a file says. UPDATE_GOLDEN=1 writes the file; the difference is reviewed.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "world/world.h"

namespace landfall::test {

inline void expect_golden(std::string const& path, std::string const& text) {
  if (RealWorld::environment().contains("UPDATE_GOLDEN")) std::ofstream(path) << text;
  std::ifstream file(path);
  std::ostringstream want;
  want << file.rdbuf();
  EXPECT_EQ(text, want.str()) << "UPDATE_GOLDEN=1 writes it anew: " << path;
}

}  // namespace landfall::test
