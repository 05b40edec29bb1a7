// Scripts of package.json, and how npm, yarn, pnpm and bun are told to run them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "workflow/scripts.h"
#include "workflow/shell.h"

namespace landfall {

/// What a call of a package manager runs.
struct PackageCall {
  std::string script;       ///< its name
  std::string directory;    ///< `--prefix`, `-C`, `--cwd`, from where the call stands; "" none
  std::string workspace;    ///< the package of `-w`, `--filter`, `workspace`; "" none
  bool everywhere = false;  ///< in all packages, or in some that only a run tells
  std::vector<std::string> arguments;
};

/// nullopt where the command is another one of the package manager: `npm publish`.
/// https://docs.npmjs.com/cli/commands/npm-run-script, https://yarnpkg.com/cli/run,
/// https://pnpm.io/cli/run, https://pnpm.io/filtering, https://bun.sh/docs/cli/run
std::optional<PackageCall> package_call(std::vector<std::string> const& words);

/// A script of a package.json with its `pre` and `post`, in order.
struct PackageScript {
  std::string text;
  std::string file;
  std::size_t line = 0;    ///< of the text in the file, from 0
  std::size_t column = 0;  ///< the same, from 0
  std::string directory;   ///< where it runs
};

/// The package.json files of a repository, each read once.
class PackageFiles {
 public:
  explicit PackageFiles(ReadFile const& read) : read_(read) {}

  /// Nothing where the package or its script is not found. `directory` is where the call stands.
  std::vector<PackageScript> scripts(PackageCall const& call, std::string const& directory);

 private:
  struct File {
    std::string path;
    std::string_view text;
    Json json;
  };

  File const* file(std::string const& directory);
  std::optional<std::string> directory_of(PackageCall const& call, std::string const& from);
  std::optional<std::string> workspace_named(std::string_view name, std::string const& root);
  std::vector<std::string> workspace_patterns(std::string const& root);

  ReadFile const& read_;
  std::map<std::string, std::optional<File>> files_;
};

}  // namespace landfall
