// Whether the deployment branch policy of a path's environment admits any ref of the path. The
// policy is asked about GITHUB_REF of the run: docs.github.com "Deployments and environments",
// Deployment branches and tags, and "Events that trigger workflows" for the ref of each event.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "collect/path_refs.h"
#include "collect/ref_patterns.h"

namespace landfall {
namespace {

/// What an environment lets deploy.
struct Policy {
  std::string kind;  ///< all, protected or custom
  std::vector<std::string> branches;
  std::vector<std::string> tags;
};

/// What is known of a repository's branches.
struct Branches {
  std::string default_branch;
  std::map<std::string, bool, std::less<>> known;  ///< name to: is it protected
  bool any_protected = false;
};

/// For which refs a path runs.
struct Refs {
  bool told = false;  ///< false: nobody can say
  bool branches = false;
  bool tags = false;
  std::vector<std::string> filter{};
  std::string pull_request{};  ///< or for this one, which is neither
  std::string words{};
};

constexpr std::string_view default_branch_events[] = {"branch_protection_rule",
                                                      "check_run",
                                                      "check_suite",
                                                      "delete",
                                                      "discussion",
                                                      "fork",
                                                      "discussion_comment",
                                                      "gollum",
                                                      "issue_comment",
                                                      "issues",
                                                      "label",
                                                      "milestone",
                                                      "pull_request_target",
                                                      "public",
                                                      "repository_dispatch",
                                                      "schedule",
                                                      "status",
                                                      "watch",
                                                      "workflow_run"};

std::string words_for(std::string_view kind, std::vector<std::string> const& filter) {
  std::string_view const one = kind == "any" ? "branch or tag" : kind;
  std::string_view const many = kind == "any"   ? "branches and tags"
                                : kind == "tag" ? "tags"
                                                : "branches";
  if (filter.empty()) return fmt::format("any {}", one);
  return fmt::format("{} {}", many, join(filter, " "));
}

Refs refs_of(std::string_view event, std::string_view kind, std::string_view filter,
             std::string const& default_branch) {
  bool const on_default =
      std::find(std::begin(default_branch_events), std::end(default_branch_events), event) !=
      std::end(default_branch_events);
  if (on_default)
    return {.told = !default_branch.empty(),
            .branches = true,
            .filter = {default_branch},
            .words = "the default branch " + default_branch};
  if (event.starts_with("pull_request"))
    return {.told = true, .pull_request = "refs/pull/1/merge", .words = "refs/pull/N/merge"};
  // The filter of other events is none of the run's own ref.
  bool const own_ref = event == "push" || event == "workflow_dispatch" || event == "release";
  if (!own_ref) return {};
  std::vector<std::string> patterns;
  for (std::string const& pattern : split(filter, ' '))
    if (!pattern.empty()) patterns.push_back(pattern);
  // A filter that nothing passes is another fault than a policy that shuts out what passes it.
  return {.told = policy_meets_filter("**/*", patterns),
          .branches = kind != "tag",
          .tags = kind != "branch",
          .filter = patterns,
          .words = words_for(kind, patterns)};
}

bool is_literal(std::string_view pattern) {
  return pattern.find_first_of("*?+[]!\\") == std::string_view::npos;
}

bool admitted_by_custom(Policy const& policy, Refs const& refs) {
  auto const meets = [&](std::vector<std::string> const& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](std::string const& pattern) {
      return policy_meets_filter(pattern, refs.filter);
    });
  };
  if (refs.pull_request.empty())
    return (refs.branches && meets(policy.branches)) || (refs.tags && meets(policy.tags));
  return std::any_of(policy.branches.begin(), policy.branches.end(), [&](std::string const& each) {
    return each.find('{') != std::string::npos || policy_matches(each, refs.pull_request);
  });
}

/// While no branch at all is protected GitHub lets every branch deploy. A rule may stand for a
/// branch that is not made yet, so only branches that are there can be said to be shut out.
bool admitted_by_protection(Branches const& branches, Refs const& refs) {
  if (!branches.any_protected) return true;
  if (!refs.branches) return false;
  if (refs.filter.empty()) return true;
  return std::any_of(refs.filter.begin(), refs.filter.end(), [&](std::string const& pattern) {
    auto const known = branches.known.find(pattern);
    return !is_literal(pattern) || known == branches.known.end() || known->second;
  });
}

bool admitted(Policy const& policy, Branches const& branches, Refs const& refs) {
  if (!refs.told || policy.kind == "all") return true;
  return policy.kind == "custom" ? admitted_by_custom(policy, refs)
                                 : admitted_by_protection(branches, refs);
}

class Policies {
 public:
  explicit Policies(sql::Database& database) : database_(database) {}

  Result<> load() {
    for (sql::Row const& row : TRY(database_.query(
             "SELECT repository, default_branch FROM repository WHERE valid_to IS NULL")))
      branches_[row.text("repository")].default_branch = row.text("default_branch");
    for (sql::Row const& row : TRY(database_.query(
             "SELECT repository, branch, protected FROM branch WHERE valid_to IS NULL")))
      branches_[row.text("repository")].known[row.text("branch")] = row.integer("protected") != 0;
    for (sql::Row const& row : TRY(database_.query(
             "SELECT repository, branch FROM protected_branch WHERE valid_to IS NULL"))) {
      Branches& branches = branches_[row.text("repository")];
      branches.known[row.text("branch")] = true;
      branches.any_protected = true;
    }
    for (sql::Row const& row : TRY(database_.query(
             "SELECT repository, environment, branch_policy FROM environment WHERE valid_to IS "
             "NULL")))
      policies_[key_of(row)].kind = row.text("branch_policy");
    for (sql::Row const& row : TRY(database_.query(
             "SELECT repository, environment, kind, pattern FROM environment_policy WHERE valid_to "
             "IS NULL"))) {
      Policy& policy = policies_[key_of(row)];
      (row.text("kind") == "tag" ? policy.tags : policy.branches).push_back(row.text("pattern"));
    }
    return {};
  }

  /// The path's row; none if its environment is not there.
  std::optional<Fact> fact_of(sql::Row const& path) {
    auto const policy = policies_.find(key_of(path));
    if (policy == policies_.end() || policy->second.kind.empty()) return std::nullopt;
    Branches const& branches = branches_[path.text("repository")];
    Refs const refs = refs_of(path.text("event"), path.text("ref_kind"), path.text("filter"),
                              branches.default_branch);
    Fact fact;
    for (std::string_view const column :
         {"repository", "path", "job", "event", "ref_kind", "filter", "environment"})
      fact.emplace_back(column, path[column]);
    fact.emplace_back("runs_for", refs.words);
    fact.emplace_back("admitted", admitted(policy->second, branches, refs));
    return fact;
  }

 private:
  using Key = std::pair<std::string, std::string>;
  static Key key_of(sql::Row const& row) {
    return {row.text("repository"), lower(row.text("environment"))};
  }

  sql::Database& database_;
  std::map<std::string, Branches> branches_;  ///< by repository
  std::map<Key, Policy> policies_;            ///< by repository and environment, in small letters
};

}  // namespace

Result<> derive_path_policies(Store& store, Instant now) {
  Policies policies(store.database());
  TRY(policies.load());
  sql::Rows const paths =
      TRY(store.database().query("SELECT DISTINCT repository, path, job, event, ref_kind, filter, "
                                 "environment FROM deploy_path "
                                 "WHERE valid_to IS NULL AND environment <> ''"));
  std::vector<Fact> facts;
  for (sql::Row const& path : paths)
    if (std::optional<Fact> fact = policies.fact_of(path)) facts.push_back(*std::move(fact));
  return store.replace("path_policy", {}, facts, 0, now);
}

}  // namespace landfall
