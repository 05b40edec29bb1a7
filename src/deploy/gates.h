// What must hold before a deploy may touch the platform. Pure: facts in, sentences out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "deploy/journal.h"
#include "intent/intent.h"

namespace landfall {

/// The declared freeze window that holds at the instant; nullptr: none does.
Freeze const* freeze_at(Intent const& intent, Instant now);
/// "frozen from ... until ...: the reason".
std::string freeze_sentence(Freeze const& freeze);

/// The gates of a target, a sentence each, and for a first deploy its agreed end. They depend on
/// what is declared alone, never on the time: approvals bind to them.
std::vector<std::string> gate_sentences(Intent const& intent, Target const& target, bool first);
/// SHA-256 over target, commit and gates.
std::string plan_hash(std::string_view target, std::string_view commit,
                      std::vector<std::string> const& gates);

/// A row of the table `approval`.
struct ApprovalRow {
  std::string reviewer;
  std::string answer;
  std::string comment;
  std::string plan_hash;
  Instant at{};
};
Result<std::vector<ApprovalRow>> read_approvals(Store& store, std::int64_t deploy);

enum class ApprovalVerdict { waiting, granted, refused };
struct ApprovalSight {
  ApprovalVerdict verdict = ApprovalVerdict::waiting;
  std::string text;  ///< who approved, whom it waits for, or why it is refused
};
/// Judges the answers so far to a deploy that asked for approval at `asked_at`.
ApprovalSight judge_approvals(Target const& target, DeployRow const& row,
                              std::vector<ApprovalRow> const& approvals, Instant asked_at,
                              Instant now);
/// May this person's approval count. Names are compared without regard to case, as GitHub does.
bool may_approve(Target const& target, std::string_view requester, std::string_view reviewer);
/// Why no approval can ever be given to what this person asks for; nullopt: it can.
std::optional<std::string> approval_fault(Target const& target, std::string_view requester);
bool is_reviewer(Target const& target, std::string_view person);

/// A GitHub environment as the API shows it.
struct EnvironmentSeen {
  std::vector<std::string> reviewers;
  std::string branch_policy = "all";  ///< all, protected, custom
  std::vector<std::string> branches;  ///< names of the custom policies
  std::int64_t wait_timer = 0;        ///< minutes
};
/// In what the environment is less protected than declared; nullopt: it is as declared.
std::optional<std::string> environment_fault(EnvironmentIntent const& declared,
                                             EnvironmentSeen const& seen);

}  // namespace landfall
