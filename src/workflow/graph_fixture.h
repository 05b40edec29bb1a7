// What the tests of the graph share: a small repository, and its paths as lines.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "workflow/graph.h"

namespace landfall {

using Texts = std::map<std::string, std::string, std::less<>>;

/// A repository in memory; its first file is the entry unless another is asked for.
class SmallRepository {
 public:
  explicit SmallRepository(Texts files, RepositoryNames names = {})
      : files_(std::move(files)),
        library_(
            [this](std::string_view path) -> std::optional<std::string> {
              auto const found = files_.find(path);
              return found == files_.end() ? std::nullopt : std::optional(found->second);
            },
            std::move(names)) {}

  std::vector<Path> const& paths(std::string const& file) {
    auto document = yaml::read(files_.at(file));
    EXPECT_TRUE(document) << (document ? "" : document.error().text);
    document_ = std::make_unique<yaml::Document>(std::move(*document));
    workflow_ = std::make_unique<Workflow>(read_workflow(document_->root()));
    found_ = deploy_paths({file, document_->text(), *workflow_}, library_);
    return found_.paths;
  }

 private:
  Texts files_;
  Library library_;
  std::unique_ptr<yaml::Document> document_;
  std::unique_ptr<Workflow> workflow_;
  FilePaths found_;
};

/// A path in one line: event, refs, inputs, jobs, target, environment, state.
inline std::string line_of(Path const& path) {
  std::string text(path.event->name);
  text += path.ref_kind == RefKind::tag ? " tag" : path.ref_kind == RefKind::branch ? " branch" : "";
  if (!path.filter.empty()) text += " [" + join(path.filter, " ") + "]";
  for (auto const& [name, values] : path.inputs) text += " {" + name + "=" + join(values, "|") + "}";
  text += ": ";
  for (Hop const& hop : path.hops) text += std::string(hop.job->id) + " > ";
  text += (path.target_known ? "" : "? ") + path.target;
  if (!path.environment().empty()) text += " in " + path.environment();
  if (path.environment_empty) text += " (nameless environment)";
  if (path.reach == Reach::impossible) text += ", impossible";
  if (path.reach == Reach::undecided) text += ", undecided";
  for (Reason const& reason : path.reasons)
    text += "; " + std::to_string(reason.place.begin.line) + ": " + reason.text;
  if (!path.ships_over.empty()) text += "; ships over " + join(path.ships_over, " ");
  return text;
}

inline std::vector<std::string> lines_of_paths(Texts files, std::string const& entry,
                                               RepositoryNames names = {}) {
  SmallRepository repository(std::move(files), std::move(names));
  std::vector<std::string> lines;
  for (Path const& path : repository.paths(entry)) lines.push_back(line_of(path));
  return lines;
}

}  // namespace landfall
