// Collect, evaluate, keep: what `check`, `demo` and the end of a deploy have in common.
#pragma once

#include <vector>

#include "base/result.h"
#include "check/check.h"
#include "check/verdict.h"
#include "cli/context.h"
#include "collect/client.h"

namespace landfall {

struct Evaluation {
  Instant at;
  std::vector<Verdict> verdicts;
  std::vector<Finding> findings;

  /// 0: all proven good; 1: something is violated or failing; 3: nothing is, but something is
  /// unknown.
  int exit_code() const;
};

enum class AskAbout { everything, repositories };

/// Asks every source, with progress on a terminal. Writes evidence and facts.
Result<> collect(Context& context, Store& store, Intent const& intent, Platforms const& platforms,
                 AskAbout about = AskAbout::everything);

/// Judges what is known now, keeps the findings and follows incidents.
Result<Evaluation> evaluate_now(Store& store, Intent const& intent, Instant now);

/// Judges what was so at another instant. Keeps nothing.
Result<Evaluation> evaluate_as_of(Store& store, Intent const& intent, Instant at);

}  // namespace landfall
