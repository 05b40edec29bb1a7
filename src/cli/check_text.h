// The answer of `landfall check` in its forms.
#pragma once

#include <string>

#include "cli/output.h"
#include "cli/pipeline.h"

namespace landfall {

std::string check_text(Output const& output, Intent const& intent, Evaluation const& evaluation);
std::string check_json(Evaluation const& evaluation);
/// SARIF 2.1.0: each finding at the place of its target's declaration, or of the workflow's line.
std::string check_sarif(Intent const& intent, Evaluation const& evaluation);
/// GitHub Actions annotations: `::error file=…,line=…,title=…::…`.
std::string check_annotations(Intent const& intent, Evaluation const& evaluation);

/// One finding with its why, evidence and fix.
std::string finding_text(Output const& output, Finding const& finding, Instant now);

}  // namespace landfall
