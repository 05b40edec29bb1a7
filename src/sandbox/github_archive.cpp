// A repository's files as one archive.
#include <fmt/core.h>

#include "base/archive.h"
#include "sandbox/git_objects.h"
#include "sandbox/github.h"
#include "sandbox/github_handlers.h"
#include "sandbox/github_zip.h"

namespace landfall::sandbox {
namespace {

std::string top_of(Repository const& repository, Commit const& commit) {
  return fmt::format("{}-{}-{}", repository.owner, repository.name, commit.sha.substr(0, 7));
}

Response redirect_to(Call& call, std::string_view kind) {
  Commit const* const commit = resolve(*call.repository, call.words.empty() ? "" : call.words[0]);
  if (commit == nullptr) return github_not_found();
  return {
      .status = 302,
      .headers = {{"Location", download_url(call.state, fmt::format("/codeload/{}/{}/{}",
                                                                    call.repository->full_name(),
                                                                    kind, commit->sha))}}};
}

Response no_files() {
  return github_error(404, "The world file gives no folder for this commit");
}

}  // namespace

Response redirect_to_tarball(Call& call) {
  return redirect_to(call, "legacy.tar.gz");
}

Response redirect_to_zipball(Call& call) {
  return redirect_to(call, "legacy.zip");
}

Response download_tarball(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr) return github_not_found();
  auto const files = call.repository->files_of(*commit);
  if (!files) return no_files();
  std::string const top = top_of(*call.repository, *commit);
  std::vector<ArchiveEntry> entries{{top, EntryKind::directory, 0755, ""}};
  for (auto const& [path, file] : *files)
    entries.push_back({top + "/" + path, EntryKind::file, file.mode, file.content});
  auto const archive = pack(entries);
  if (!archive) return github_error(500, archive.error().text);
  return {.status = 200,
          .headers = {{"Content-Type", "application/x-gzip"},
                      {"Content-Disposition", fmt::format("attachment; filename={}.tar.gz", top)}},
          .body = *archive};
}

Response download_zipball(Call& call) {
  Commit const* const commit = resolve(*call.repository, call.words[0]);
  if (commit == nullptr) return github_not_found();
  auto const files = call.repository->files_of(*commit);
  if (!files) return no_files();
  std::string const top = top_of(*call.repository, *commit);
  std::vector<ZipEntry> entries;
  for (auto const& [path, file] : *files) entries.push_back({top + "/" + path, file.content});
  return {.status = 200,
          .headers = {{"Content-Type", "application/zip"},
                      {"Content-Disposition", fmt::format("attachment; filename={}.zip", top)}},
          .body = zip(entries)};
}

}  // namespace landfall::sandbox
