// One build on its way: from a source's bytes to a slug, or to the reason why there is none.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/build_folder.h"
#include "sandbox/buildpack.h"
#include "world/world.h"

namespace landfall::sandbox {

/// All that a build needs to know, taken from the state when it starts.
struct BuildPlan {
  std::string folder;  ///< its own; removed in the end
  std::string cache;   ///< the app's; kept
  std::string stack;
  Config config;
  BuildpackChoice buildpacks;
  bool is_wrapped = false;  ///< the source's one outer folder is not part of it
  std::string source_version;
  std::string request_id;
  std::optional<std::string> checksum;  ///< that the source was announced with
  Duration time_max{};
  std::size_t slug_bytes_max = 0;
};

struct Built {
  PackedFolder slug;
  std::string buildpack;  ///< as its bin/detect names the app: "Python"
  std::map<std::string, std::string, std::less<>> process_types;
};

class BuildJob : public std::enable_shared_from_this<BuildJob> {
 public:
  using Print = std::function<void(std::string_view)>;
  /// Nothing: it failed, and has printed why.
  using Done = std::move_only_function<void(std::optional<Built>)>;

  BuildJob(World const& world, BuildPlan plan, Print print, Done done);
  /// The time that it may take begins; the source is still to come.
  void start();
  void take(Result<std::string> source);
  /// Ends it as failed, with these lines.
  void cancel(std::string_view why);
  /// Ends it without telling anybody.
  void abandon();

 private:
  /// A buildpack that has been unpacked.
  struct Pack {
    ChosenBuildpack chosen;
    std::string root{};
    std::string name{};  ///< what bin/detect prints
  };
  using Ran = std::move_only_function<void(Exit)>;

  void unpack_source(std::string source);
  void fetch_buildpack(std::size_t index);
  void unpack_buildpacks();
  void detect();
  void detected(Exit const& exit);
  void refuse_detection(Pack const& pack);
  void compile();
  void compiled(Exit const& exit);
  void ask_release();
  void pack();
  void packed(Result<PackedFolder> slug);

  void run(std::vector<std::string> arguments, Command::Output output, Ran ran);
  Command command(std::vector<std::string> arguments, Command::Output output) const;
  std::vector<std::string> with_exports(std::vector<std::string> arguments) const;
  /// The work on a worker, then `then` with its result, unless the job has ended meanwhile.
  template <class T>
  void beside(std::move_only_function<T()> work, std::move_only_function<void(T)> then);
  /// True if what has just come back still matters.
  bool goes_on();
  void reject(std::string_view why);
  void fail(std::string_view lines);
  void finish(std::optional<Built> built);
  void clean();
  void print(std::string_view text);

  World world_;
  BuildPlan plan_;
  Print print_;
  Done done_;
  std::vector<Pack> packs_;
  std::size_t at_ = 0;  ///< the buildpack whose turn it is
  std::string root_;    ///< of the app's files
  std::string printed_;
  std::map<std::string, std::string, std::less<>> process_types_;  ///< of bin/release
  std::optional<std::string> procfile_;
  ProcessId process_ = 0;
  TimerId timeout_ = 0;
  bool waits_ = false;  ///< for something that cannot be taken back
  bool ended_ = false;
};

}  // namespace landfall::sandbox
