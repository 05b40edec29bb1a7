#include "audit/path_refs.h"

#include <gtest/gtest.h>

namespace landfall {
namespace {

using Known = std::vector<std::pair<std::string, std::string>>;

FileSummary file_of(PathSummary path) {
  FileSummary file;
  file.events.push_back({.name = path.event, .crons = {"0 4 * * *", "30 2 * * mon"}});
  file.paths.push_back(std::move(path));
  return file;
}

TEST(JoinRefs, counts_what_a_filter_lets_through) {
  GitRefs const refs{.branches = {"main", "release/1", "release/2"}, .tags = {"api-1"}};
  struct Row {
    PathSummary path;
    Known known;
  };
  Row const table[]{
      {{.event = "push", .ref_kind = RefKind::branch, .filter = {"release/**"}},
       {{"refs", "2 branches of 3 match, such as release/2"}}},
      {{.event = "push", .ref_kind = RefKind::tag, .filter = {"v*"}},
       {{"refs", "no tag matches (of 1)"}}},
      {{.event = "push", .ref_kind = RefKind::tag}, {}},
      {{.event = "pull_request", .ref_kind = RefKind::branch, .filter = {"main"}}, {}},
      {{.event = "push", .ref_kind = RefKind::tag, .filter = {"v*"}, .reach = Reach::impossible},
       {}},
  };
  for (Row const& row : table) {
    FileSummary file = file_of(row.path);
    join_refs({&file, 1}, refs);
    EXPECT_EQ(file.paths[0].known, row.known);
  }
}

TEST(JoinSchedules, says_when_the_first_of_them_comes) {
  FileSummary file = file_of({.event = "schedule"});
  join_schedules({&file, 1}, *parse_instant("2026-05-03T12:00:00Z"));
  EXPECT_EQ(file.paths[0].known,
            (Known{{"next",
                    "2026-05-04 02:30 UTC (`0 4 * * *`, `30 2 * * mon`, on the default "
                    "branch)"}}));
  file = file_of({.event = "schedule"});
  file.events[0].crons = {"0 0 30 2 *"};
  join_schedules({&file, 1}, *parse_instant("2026-05-03T12:00:00Z"));
  EXPECT_EQ(file.paths[0].known, (Known{{"next", "never: `0 0 30 2 *`"}}));
}

}  // namespace
}  // namespace landfall
