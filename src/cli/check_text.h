// The answer of `landfall check` in its forms.
#pragma once

#include <span>
#include <string>

#include "cli/output.h"
#include "cli/pipeline.h"

namespace landfall {

std::string check_text(Output const& output, Intent const& intent, Evaluation const& evaluation);
std::string check_json(Intent const& intent, Evaluation const& evaluation);
/// SARIF 2.1.0: each finding at the place of its target's declaration, or of the workflow's line.
std::string check_sarif(Intent const& intent, Evaluation const& evaluation);
/// GitHub Actions annotations: `::error file=…,line=…,title=…::…`.
std::string check_annotations(Intent const& intent, Evaluation const& evaluation);

/// What mends any finding of the check: TARGET and APP stand for the finding's.
std::string general_fix(Check const& check);

/// Findings of one check, at least one: what, since when and by which evidence for each; then why
/// it matters and what mends it.
std::string findings_text(Output const& output, Intent const& intent,
                          std::span<Finding const> findings, Instant now);

}  // namespace landfall
