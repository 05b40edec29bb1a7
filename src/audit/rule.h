// A rule of the audit: one file rules/ID.md (what it means, its fix, examples that are its tests)
// and one file src/audit/rules/ID.cpp with the function of that name. There is no list.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.h"
#include "workflow/graph.h"
#include "workflow/schema.h"

namespace landfall {

class FileReadings;

/// One workflow file with everything that was made of it.
struct AuditedFile {
  std::string path;  ///< from the repository's root, such as .github/workflows/deploy.yml
  yaml::Document const* document = nullptr;
  std::vector<SchemaProblem> const* problems = nullptr;  ///< what GitHub refuses; empty: nothing
  Workflow const* workflow = nullptr;
  std::vector<Path> const* paths = nullptr;  ///< that begin here; none if GitHub refuses the file
  Library* library = nullptr;
  /// What rules have read of it already, for the next one (site.h).
  FileReadings* readings = nullptr;
  /// Ids of checks besides the rules, which a comment may name too; nullptr: there are none.
  std::vector<std::string> const* other_ids = nullptr;
  bool fixes = false;  ///< work out the edits that mend findings too: each costs a look at the file

  Place place(yaml::Node const& node) const { return {path, node.begin, node.end}; }
};

/// Tags and branches of the checkout, without refs/heads/ and refs/tags/; remote branches without
/// their remote.
struct GitRefs {
  std::vector<std::string> branches;
  std::vector<std::string> tags;
  /// All files at HEAD, for path filters; nullopt: not known.
  std::optional<std::vector<std::string>> files;
};

/// A path without pointers into documents: what is left for rules that look at many files.
struct PathSummary {
  std::string file;  ///< of the entry
  std::string event;
  Place event_place;
  std::string job;  ///< of the entry, then `/` and the called ones
  Place place;      ///< of the deploy
  std::string provider;
  std::string tool;
  std::string target;
  bool target_known = false;
  std::string within;  ///< its cluster, namespace, project...; empty: none is said
  DeployRole role = DeployRole::deploy;
  std::string environment;
  RefKind ref_kind = RefKind::any;
  std::vector<std::string> filter;
  Reach reach = Reach::possible;
  std::string concurrency;  ///< the nearest group's name, job before workflow
  bool health_check = false;
  std::string step;  ///< as people call it: its name, or "step 3"
  /// As in Path: what the event's inputs must be, why it is impossible or what it depends on, and
  /// the jobs whose failure does not stop it.
  std::vector<std::pair<std::string, std::vector<std::string>>> inputs;
  std::vector<Reason> reasons;
  std::vector<std::string> ships_over;
  /// What refs, the clock, settings and history say of it: "refs", "no tag matches (of 2)".
  std::vector<std::pair<std::string, std::string>> known;
};

/// What a file does that matters to others.
struct FileSummary {
  std::string path;
  std::string name;       ///< `name:`, or the path
  bool refused = false;   ///< by GitHub: none of its jobs ever runs
  bool too_much = false;  ///< it has more paths than were followed

  struct EventSummary {
    std::string name;
    Place place;
    std::optional<EventFilter> branches;  ///< node is nullptr here
    std::optional<EventFilter> tags;
    std::optional<EventFilter> paths;
    Place branches_place;
    Place tags_place;
    Place paths_place;
    std::vector<std::string> types;
    std::vector<std::pair<std::string, Place>> workflows;  ///< of workflow_run
    std::vector<std::string> crons;                        ///< of schedule
  };
  std::vector<EventSummary> events;
  std::vector<std::pair<std::string, Place>> calls;  ///< local workflows, normalised paths

  /// A step that makes a tag, release, push or pull request, and with which token.
  struct Emission {
    std::string event;  ///< "push tag", "push branch", "release", "pull_request"
    bool default_token = false;
    Place place;
    std::string by;  ///< the command or action
  };
  std::vector<Emission> emissions;
  std::vector<PathSummary> paths;
  std::vector<UnreadCall> unread;  ///< what may deploy as well, and was not followed
};

/// All files of one repository, for rules across files.
struct AuditedRepository {
  std::vector<FileSummary> files;
  RepositoryNames names;
  std::optional<GitRefs> refs;  ///< nullopt: this is no checkout

  /// The summary of a workflow by its path; nullptr if there is none. Linear: keep it out of loops.
  FileSummary const* file(std::string_view path) const;
};

class Findings {
 public:
  /// Adds a finding, unless the same rule said the same of the same place already.
  void add(AuditFinding finding);
  std::vector<AuditFinding> take() { return std::move(all_); }
  std::vector<AuditFinding> const& all() const { return all_; }

 private:
  std::vector<AuditFinding> all_;
  std::set<std::string> seen_;
};

/// A rule looks at one file at a time, or at all of a repository. Every rules/*.cpp defines exactly
/// one `void audit_rules::NAME(AuditedFile const& file, Findings& findings)`, or the same of an
/// `AuditedRepository const& repository`; `_` in the name is `-` in the id.
struct Rule {
  std::string_view id;
  void (*file)(AuditedFile const&, Findings&) = nullptr;
  void (*repository)(AuditedRepository const&, Findings&) = nullptr;
};

/// All rules by id; the build makes this table from the files that are there.
std::span<Rule const> rules();

/// An example of a rule's page: the files of a small repository, and where the rule must speak.
struct RuleExample {
  bool bad = false;
  std::string words;  ///< of `## Bad: words`: what sets it apart
  struct File {
    std::string path;
    std::string text;
    struct Mark {
      std::size_t line = 0;
      std::string words;  ///< part of the message
    };
    std::vector<Mark> marks;  ///< lines that end in `# <- words`, which the text lacks
  };
  std::vector<File> files;
  std::optional<GitRefs> refs;  ///< of a block `refs`: lines `branch NAME`, `tag NAME`, `file PATH`
};

/// rules/ID.md, read.
struct RulePage {
  std::string id;
  std::string title;
  std::string severity;
  std::string seed;  ///< where the incident's report speaks of it; may be empty
  std::string why;
  std::string fix;
  std::vector<RuleExample> examples;  ///< the first bad and the first good one are shown
};

/// The page of a rule, read when it is first asked for; it stays as long as the program. `id` must
/// be one of rules(). A malformed page is a bug: the tests read them all.
RulePage const& rule_page(std::string_view id);

/// Reads the text of a page.
RulePage read_rule_page(std::string_view id, std::string_view text);

}  // namespace landfall
