// What both conformance tests share: the recorded answers, and the list of differences.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "base/json.h"

namespace landfall {

inline std::string read_file(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline Json read_json(std::string const& path) {
  Result<Json> json = Json::parse(read_file(path));
  EXPECT_TRUE(json) << path << ": " << json.error().text;
  return json ? *json : Json::object();
}

inline Json recorded(std::string const& name) {
  return read_json(std::string(LANDFALL_ANSWERS) + "/" + name);
}

/// What is on the list of differences, each entry `{reason, NAME: [...]}` with the reasons.
inline std::map<std::string, std::string> differences(std::string const& name) {
  std::map<std::string, std::string> reasons;
  Json const list = recorded("differences.json");
  for (Json const& entry : list.as_array()) {
    Json const* const cases = entry.find(name);
    if (cases == nullptr) continue;
    std::string const reason = entry.text("reason").value_or("");
    EXPECT_GT(reason.size(), 20U) << "a difference without its reason: " << entry.dump();
    for (Json const& one : cases->as_array())
      EXPECT_TRUE(reasons.emplace(one.as_string(), reason).second) << one.as_string();
  }
  return reasons;
}

/// Every case that differs is on the list, and every case on the list differs.
inline void expect_listed(std::map<std::string, std::string> const& found,
                          std::map<std::string, std::string> const& listed) {
  for (auto const& [name, how] : found) EXPECT_TRUE(listed.contains(name)) << name << ": " << how;
  for (auto const& [name, reason] : listed)
    EXPECT_TRUE(found.contains(name)) << name << " differs no more, but is listed: " << reason;
}

}  // namespace landfall
