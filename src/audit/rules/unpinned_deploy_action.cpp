#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "audit/site.h"
#include "base/text.h"

namespace landfall::audit_rules {
namespace {

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_commit(std::string_view ref) {
  return is_hex(ref) && (ref.size() == 40 || ref.size() == 64);
}

/// "v1", "v1.2.3", "1.2", "v2-beta": what people call a version.
bool is_version(std::string_view ref) {
  if (ref.starts_with('v') || ref.starts_with('V')) ref.remove_prefix(1);
  return !ref.empty() && ref[0] >= '0' && ref[0] <= '9';
}

constexpr std::array<std::string_view, 7> branches{"main",  "master", "develop", "dev",
                                                   "trunk", "HEAD",   "next"};

/// GitHub's own actions come from who runs the runner; those of this repository's owner from home.
bool is_trusted(AuditedFile const& file, std::string_view uses) {
  std::string const owner = lower(uses.substr(0, uses.find('/')));
  std::string const& repository = file.library->names().repository;
  return owner == "actions" || owner == "github" ||
         (!repository.empty() && owner == lower(repository.substr(0, repository.find('/'))));
}

}  // namespace

void unpinned_deploy_action(AuditedFile const& file, Findings& findings) {
  for (DeploySite const& site : deploy_sites(file)) {
    SiteStep const at = site_step(file, site.path());
    std::string_view const uses = at.step->uses_text();
    std::size_t const mark = uses.rfind('@');
    if (mark == std::string_view::npos || uses.starts_with("./") || uses.starts_with("docker://"))
      continue;
    std::string_view const ref = uses.substr(mark + 1);
    if (ref.empty() || is_commit(ref) || is_trusted(file, uses)) continue;
    bool const is_branch = std::find(branches.begin(), branches.end(), ref) != branches.end();
    DeployRole const role = site.deploy().role;
    if (!is_branch && role != DeployRole::deploy && role != DeployRole::site) continue;
    std::string const action = printable(uses.substr(0, mark));
    AuditFinding finding{
        .rule = "unpinned-deploy-action", .place = site.path().place, .target = site.target};
    if (is_branch) {
      finding.message = fmt::format(
          "deploys {} with whatever is on branch {} of {} that day: each push there changes what "
          "this runs, with this deploy's secrets",
          site.targets, ref, action);
    } else {
      finding.severity = "SEV-4";
      finding.confidence = Confidence::possible;
      finding.message = fmt::format(
          "deploys {} with {} at {} {}, which its owner can move: a commit's SHA cannot be",
          site.targets, action, is_version(ref) ? "the tag" : "the branch or tag", printable(ref));
    }
    findings.add(std::move(finding));
  }
}

}  // namespace landfall::audit_rules
