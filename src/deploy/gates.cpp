#include "deploy/gates.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return lower(a) == lower(b);
}

bool holds_name(std::vector<std::string> const& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string const& each) { return same_name(each, name); });
}

std::string freeze_gate(Intent const& intent) {
  if (intent.freezes.empty()) return "Freeze: no freeze window is declared";
  std::vector<std::string> windows;
  for (Freeze const& freeze : intent.freezes)
    windows.push_back(fmt::format("{} to {} ({})", to_minutes(freeze.from),
                                  to_minutes(freeze.until), freeze.reason));
  return "Freeze: none of these windows may hold, at approval and at start: " + join(windows, "; ");
}

std::string environment_gate(Target const& target) {
  EnvironmentIntent const& gate = *target.gate;
  std::string text = fmt::format("Environment: GitHub environment '{}' of {} exists", gate.name,
                                 target.repository);
  if (!gate.reviewers.empty())
    text += fmt::format(", requires the reviewers {}", join(gate.reviewers, ", "));
  if (!gate.branches.empty())
    text += fmt::format(", admits only the branches {}", join(gate.branches, ", "));
  if (gate.wait_timer > 0ms) text += fmt::format(", waits {}", human(gate.wait_timer));
  return text;
}

std::string approval_gate(Approval const& approval) {
  if (approval.reviewers.empty()) return "Approval: no reviewers are declared";
  std::string text =
      fmt::format("Approval: {} of {}", approval.minimum, join(approval.reviewers, ", "));
  text += approval.self_approval ? ", who asked may approve" : ", who asked may not approve";
  if (approval.wait > 0ms) text += fmt::format(", then {} of waiting", human(approval.wait));
  return text + fmt::format(", expires after {}", human(approval.expires));
}

std::string health_gate(Target const& target) {
  std::string text = fmt::format("Health: {} of {} in a row, {} apart, at {}{}",
                                 counted(target.health.times, "healthy answer", "healthy answers"),
                                 target.health.path, human(target.health.interval),
                                 target.origin ? *target.origin : "the app's own URL",
                                 target.edge ? " and " + *target.edge : "");
  if (target.health.commit) text += ", each naming the commit";
  return text;
}

ApprovalSight granted_or_waiting(Target const& target, std::vector<ApprovalRow> const& counted_rows,
                                 Instant now) {
  std::vector<std::string> names;
  Instant last{};
  for (ApprovalRow const& row : counted_rows) {
    names.push_back(row.reviewer);
    last = std::max(last, row.at);
  }
  Approval const& approval = target.deploy.approval;
  std::string const by = "approved by " + join(names, ", ");
  if (now < last + approval.wait)
    return {ApprovalVerdict::waiting,
            fmt::format("{}; the wait timer ends at {}", by, iso8601(last + approval.wait))};
  return {ApprovalVerdict::granted, by};
}

}  // namespace

Freeze const* freeze_at(Intent const& intent, Instant now) {
  for (Freeze const& freeze : intent.freezes)
    if (freeze.from <= now && now < freeze.until) return &freeze;
  return nullptr;
}

std::string freeze_sentence(Freeze const& freeze) {
  return fmt::format("frozen from {} until {}: {}", to_minutes(freeze.from),
                     to_minutes(freeze.until), freeze.reason);
}

std::vector<std::string> gate_sentences(Intent const& intent, Target const& target, bool first) {
  std::vector<std::string> gates{freeze_gate(intent)};
  if (target.gate) gates.push_back(environment_gate(target));
  DeployIntent const& deploy = target.deploy;
  gates.push_back(deploy.smoke ? fmt::format("Smoke: `{}` succeeds within {}",
                                             deploy.smoke->command, human(deploy.smoke->timeout))
                               : "Smoke: no smoke command is declared");
  gates.push_back(approval_gate(deploy.approval));
  gates.push_back(health_gate(target));
  gates.push_back(first ? "First deploy: there is no release to go back to, so if it fails "
                          "maintenance mode is turned on"
                        : "Rollback: if it fails, the release in force before is released again");
  return gates;
}

std::string plan_hash(std::string_view target, std::string_view commit,
                      std::vector<std::string> const& gates) {
  return sha256(fmt::format("{}\n{}\n{}", target, commit, join(gates, "\n")));
}

Result<std::vector<ApprovalRow>> read_approvals(Store& store, std::int64_t deploy) {
  sql::Rows const rows = TRY(store.database().query(
      "SELECT * FROM approval WHERE deploy_id = ? ORDER BY at, reviewer", {deploy}));
  std::vector<ApprovalRow> found;
  for (sql::Row const& row : rows)
    found.push_back({row.text("reviewer"), row.text("answer"), row.text("comment"),
                     row.text("plan_hash"), from_epoch_seconds(row.integer("at"))});
  return found;
}

bool is_reviewer(Target const& target, std::string_view person) {
  return holds_name(target.deploy.approval.reviewers, person);
}

std::optional<std::string> approval_fault(Target const& target, std::string_view requester) {
  Approval const& approval = target.deploy.approval;
  if (approval.reviewers.empty()) return std::nullopt;
  std::vector<std::string> eligible;
  for (std::string const& each : approval.reviewers)
    if (may_approve(target, requester, each) && !holds_name(eligible, each))
      eligible.push_back(each);
  if (static_cast<std::int64_t>(eligible.size()) >= approval.minimum) return std::nullopt;
  return fmt::format(
      "nobody could ever approve it: {} needs {} of {}, and {}: declare another reviewer, or have "
      "another person ask for it",
      target.name, counted(approval.minimum, "approval", "approvals"),
      join(approval.reviewers, ", "),
      is_reviewer(target, requester) && !approval.self_approval
          ? fmt::format("{} may not approve their own deploy (self_approval is not declared)",
                        requester)
          : std::string("so many reviewers are not declared"));
}

bool may_approve(Target const& target, std::string_view requester, std::string_view reviewer) {
  if (!is_reviewer(target, reviewer)) return false;
  return target.deploy.approval.self_approval || !same_name(requester, reviewer);
}

ApprovalSight judge_approvals(Target const& target, DeployRow const& row,
                              std::vector<ApprovalRow> const& approvals, Instant asked_at,
                              Instant now) {
  Approval const& approval = target.deploy.approval;
  std::vector<ApprovalRow> counting;
  for (ApprovalRow const& each : approvals) {
    // Rows were checked when they were written; what is declared may have changed since.
    if (each.plan_hash != row.plan_hash) continue;
    if (each.answer == "rejected" && same_name(each.reviewer, row.requester))
      return {ApprovalVerdict::refused,
              fmt::format("withdrawn by {}{}", each.reviewer,
                          each.comment.empty() ? "" : ": " + each.comment)};
    if (!is_reviewer(target, each.reviewer)) continue;
    if (each.answer == "rejected")
      return {ApprovalVerdict::refused,
              fmt::format("rejected by {}{}", each.reviewer,
                          each.comment.empty() ? "" : ": " + each.comment)};
    if (may_approve(target, row.requester, each.reviewer)) counting.push_back(each);
  }
  auto const have = static_cast<std::int64_t>(counting.size());
  if (have >= approval.minimum) return granted_or_waiting(target, counting, now);
  if (now >= asked_at + approval.expires)
    return {ApprovalVerdict::refused,
            fmt::format("the request for approval expired at {}: {} of {} approvals had come",
                        iso8601(asked_at + approval.expires), have, approval.minimum)};
  return {ApprovalVerdict::waiting,
          fmt::format("waiting for {} of {}: landfall approve {}",
                      counted(approval.minimum - have, "approval", "approvals"),
                      join(approval.reviewers, ", "), row.id)};
}

std::optional<std::string> environment_fault(EnvironmentIntent const& declared,
                                             EnvironmentSeen const& seen) {
  for (std::string const& reviewer : declared.reviewers)
    if (!holds_name(seen.reviewers, reviewer))
      return fmt::format("does not require the reviewer {}", reviewer);
  if (!declared.branches.empty() && seen.branch_policy == "all")
    return fmt::format("admits all branches, not only {}", join(declared.branches, ", "));
  if (!declared.branches.empty() && seen.branch_policy == "custom") {
    for (std::string const& branch : seen.branches)
      if (std::find(declared.branches.begin(), declared.branches.end(), branch) ==
          declared.branches.end())
        return fmt::format("also admits the branch {}", branch);
  }
  Duration const waits = std::chrono::minutes(seen.wait_timer);
  if (waits < declared.wait_timer)
    return fmt::format("waits {} and not {}", human(waits), human(declared.wait_timer));
  return std::nullopt;
}

}  // namespace landfall
