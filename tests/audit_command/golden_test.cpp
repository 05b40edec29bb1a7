// The whole answer for small repositories: tests/golden/audit/NAME and NAME.out. UPDATE_GOLDEN=1
// rewrites them; the difference is reviewed. `NAME/git` stands for a .git folder, `NAME/tracked`
// for what `git ls-files` says.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "audit_world.h"
#include "world/golden_fixture.h"

namespace landfall {
namespace {

namespace fs = std::filesystem;

fs::path const goldens = fs::path(LANDFALL_SOURCE) / "tests/golden/audit";

std::string file_text(fs::path const& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Puts what stands for git into the simulated world.
void lay_out_git(AuditWorld& world, fs::path const& folder) {
  if (!fs::exists(folder / "git")) return;
  for (fs::directory_entry const& entry : fs::recursive_directory_iterator(folder / "git"))
    if (entry.is_regular_file())
      world.write((folder / ".git" / fs::relative(entry.path(), folder / "git")).string(),
                  file_text(entry.path()));
  std::string const tracked = file_text(folder / "tracked");
  world.sim().program("ls-files", [tracked](SimProgram program) {
    program.print(tracked);
    program.exit(0);
  });
}

void compare(fs::path const& folder, fs::path const& golden) {
  AuditWorld world;
  lay_out_git(world, folder);
  Told const told = world.tell({"audit", folder.string()});
  std::string const text = told.out + told.err + "exit code " + std::to_string(told.code) + "\n";
  test::expect_golden(golden.string(), text);
}

TEST(AuditGolden, repositories_are_told_as_reviewed) {
  std::size_t count = 0;
  for (fs::directory_entry const& entry : fs::directory_iterator(goldens)) {
    if (!entry.is_directory()) continue;
    SCOPED_TRACE(entry.path().filename().string());
    compare(entry.path(), entry.path().string() + ".out");
    ++count;
  }
  EXPECT_GE(count, 6U);
}

TEST(AuditGolden, the_incident_is_told_as_reviewed) {
  compare(fs::path(LANDFALL_SOURCE) / "examples/raxx/repo", goldens / "raxx.out");
}

}  // namespace
}  // namespace landfall
