// The audit of a repository's workflows: files in, paths and findings out. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.h"
#include "audit/ignore.h"
#include "audit/rule.h"

namespace landfall {

struct AuditInput {
  /// Workflow files, paths from the repository's root. Each text is asked for once, by `read`.
  std::vector<std::string> files;
  ReadText read;  ///< any file of the repository, the workflows too
  RepositoryNames names;
  std::optional<GitRefs> refs;
  /// Fills refs->files if a workflow filters by paths: asked at most once, for it may cost a
  /// process.
  std::function<std::optional<std::vector<std::string>>()> tracked_files;
  /// Ids of checks besides the rules: a comment `# landfall: ignore ID` may name them too.
  std::vector<std::string> other_ids;
  /// Work out the edits that mend findings too, which costs time. Their titles are always there.
  bool fixes = false;
};

struct AuditResult {
  std::vector<FileSummary> files;
  std::vector<AuditFinding> findings;  ///< by file and place; ignored ones are left out
  std::vector<AuditFinding> ignored;   ///< by a comment with its reason
  /// All well-formed comments, with what became of each: an idle one is said to people.
  std::vector<IgnoreComment> ignores;
  std::vector<std::string> unread;  ///< files that `read` had no text for
  std::size_t bytes = 0;
};

/// Reads, judges and walks each file on its own, then asks the rules across files. A file's tree
/// is dropped when its turn is over, unless others call it.
AuditResult audit(AuditInput input);

}  // namespace landfall
