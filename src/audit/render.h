// An audit in the forms that programs read.
#pragma once

#include <string>
#include <string_view>

#include "audit/report.h"

namespace landfall {

/// Everything that was found out: events, paths with their reasons, findings, what was not known.
std::string audit_json(AuditReport const& report);

/// The paths alone.
std::string paths_json(AuditReport const& report);

/// SARIF 2.1.0, with the pages of the rules that spoke, fixes, ignored findings as suppressed ones,
/// and, with a baseline, the state of each. Columns count characters, as `columnKind` says.
/// https://docs.oasis-open.org/sarif/sarif/v2.1.0/
std::string audit_sarif(AuditReport const& report, std::string_view version);

/// Annotations of GitHub Actions, of findings that no baseline knows.
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
std::string audit_annotations(AuditReport const& report);

/// The deploy paths as a graph: events, jobs, steps, targets; edges with their conditions, what is
/// impossible dashed.
std::string audit_dot(AuditReport const& report);
std::string audit_mermaid(AuditReport const& report);

}  // namespace landfall
