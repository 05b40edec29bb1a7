// A folder of what outlives a sandbox. It is a real one: SQLite writes there, whatever world the
// sandbox is in.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "world/world.h"

namespace landfall {

class DataFolder {
 public:
  DataFolder() : real_(*RealWorld::start({})), path_(*files().temporary_folder("landfall-data")) {}
  ~DataFolder() { EXPECT_TRUE(files().remove(path_)); }
  DataFolder(DataFolder const&) = delete;
  DataFolder& operator=(DataFolder const&) = delete;

  std::string const& path() const { return path_; }
  Files& files() const { return real_->world().files; }

 private:
  std::unique_ptr<RealWorld> real_;
  std::string path_;
};

}  // namespace landfall
