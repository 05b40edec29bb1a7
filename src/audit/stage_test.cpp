#include "audit/stage.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

TEST(Stage, a_name_tells_it_by_whole_words) {
  struct Row {
    std::string_view name;
    Stage stage;
  };
  Row const table[]{
      {"shop-prod", Stage::production},   {"Production", Stage::production},
      {"api.live.eu", Stage::production}, {"shop_prd", Stage::production},
      {"prod2", Stage::production},       {"product-api", Stage::unsaid},
      {"delivery", Stage::unsaid},        {"shop-staging", Stage::other},
      {"preview", Stage::other},          {"prod-staging", Stage::unsaid},
      {"", Stage::unsaid},                {"latest", Stage::unsaid},
  };
  for (Row const& row : table) EXPECT_EQ(stage_of(row.name), row.stage) << row.name;
}

}  // namespace
}  // namespace landfall
