// What people do to a deploy: ask for it, answer it, let a rolled-back commit go again.
#include <fmt/core.h>

#include "base/text.h"
#include "deploy/gates.h"
#include "deploy/journal.h"

namespace landfall {
namespace {

std::string short_commit(std::optional<std::string> const& commit) {
  return commit ? commit->substr(0, 7) : std::string("?");
}

Result<Target const*> declared_target(Intent const& intent, std::string const& name) {
  if (Target const* target = intent.target(name)) return target;
  std::vector<std::string> names;
  for (Target const& target : intent.targets) names.push_back(target.name);
  std::string const near = nearest(name, names);
  return fail(ErrorKind::usage,
              fmt::format("there is no target '{}'{}", name,
                          near.empty() ? ": the declared ones are " + join(names, ", ")
                                       : fmt::format(": did you mean '{}'?", near)));
}

Result<> check_request(Target const& target, DeployRequest const& request) {
  if (trim(request.ref).empty())
    return fail(ErrorKind::usage, "a deploy needs a branch, tag or commit");
  if (trim(request.requester).empty())
    return fail(ErrorKind::usage, "a deploy needs the name of the person who asks for it");
  if (target.provider != "heroku" || target.deploy.driver != "heroku")
    return fail(ErrorKind::config,
                fmt::format("{}: deploys by driver '{}' are not known: only heroku is", target.name,
                            target.deploy.driver));
  return {};
}

/// The unfinished deploy to go on with, 0 if there is none; an error if another one stands in the
/// way.
Result<std::int64_t> unfinished(Store& store, DeployRequest const& request) {
  for (DeployRow const& row : TRY(unfinished_deploys(store, request.target))) {
    if (row.ref == request.ref) return row.id;
    if (row.state >= DeployState::source)
      return fail(ErrorKind::refused,
                  fmt::format("deploy {} of {} to {} is unfinished (in its step {}): go on with it "
                              "first: landfall deploy {} {}",
                              row.id, row.ref, row.target, to_word(row.state), row.target, row.ref),
                  "unfinished");
  }
  return 0;
}

Result<std::int64_t> write_request(Store& store, Target const& target, DeployRequest const& request,
                                   std::string token, Instant now) {
  std::int64_t const going_on = TRY(unfinished(store, request));
  if (going_on != 0) return going_on;
  std::optional<DeployRow> const bad = TRY(quarantine_of(store, target.name, request.ref));
  if (bad)
    return fail(ErrorKind::refused,
                fmt::format("commit {} is quarantined on {}: deploy {} was rolled back: {}",
                            short_commit(bad->commit), target.name, bad->id, bad->reason),
                "quarantined");
  DeployRow row;
  row.target = target.name;
  row.app = target.app;
  row.repository = target.repository;
  row.ref = request.ref;
  row.requester = request.requester;
  row.token = std::move(token);
  row.created_at = now;
  return write_deploy(store, row);
}

Result<> check_review(Target const& target, DeployRow const& row, std::string const& reviewer,
                      ReviewAnswer answer) {
  if (row.state != DeployState::approval)
    return fail(ErrorKind::refused, fmt::format("deploy {} does not wait for approval: it is {}",
                                                row.id, to_word(row.state)));
  // Who asked may always take the request back, reviewer or not.
  if (answer == ReviewAnswer::rejected && lower(reviewer) == lower(row.requester)) return {};
  if (!is_reviewer(target, reviewer))
    return fail(ErrorKind::refused,
                fmt::format("{} is not a reviewer of {}: {} are declared", reviewer, target.name,
                            join(target.deploy.approval.reviewers, ", ")));
  if (!may_approve(target, row.requester, reviewer))
    return fail(ErrorKind::refused,
                fmt::format("{} asked for deploy {} and may not review it (self_approval is not "
                            "declared)",
                            reviewer, row.id));
  return {};
}

Result<> check_plan(Intent const& intent, Target const& target, DeployRow const& row) {
  std::string const hash = plan_hash(target.name, row.commit.value_or(""),
                                     gate_sentences(intent, target, row.first.value_or(false)));
  if (row.plan_hash == hash) return {};
  return fail(
      ErrorKind::refused,
      fmt::format("the plan of deploy {} has changed since it asked for approval: its gates "
                  "are declared otherwise now; start it again",
                  row.id),
      "plan_changed");
}

Result<> write_review(Store& store, DeployRow const& row, ApprovalRow const& answer) {
  for (ApprovalRow const& each : TRY(read_approvals(store, row.id)))
    if (lower(each.reviewer) == lower(answer.reviewer) && each.answer == answer.answer)
      return fail(ErrorKind::refused, fmt::format("{} has already {} deploy {}", answer.reviewer,
                                                  answer.answer, row.id));
  return store.put("approval", {{"deploy_id", row.id},
                                {"reviewer", answer.reviewer},
                                {"answer", answer.answer},
                                {"comment", answer.comment},
                                {"plan_hash", answer.plan_hash},
                                {"at", epoch_seconds(answer.at)}});
}

/// The reviewer's name as it is declared: "Alice" and "alice" are one person and one approval.
std::string declared_name(Target const& target, std::string const& reviewer) {
  for (std::string const& name : target.deploy.approval.reviewers)
    if (lower(name) == lower(reviewer)) return name;
  return reviewer;
}

}  // namespace

Result<std::int64_t> request_deploy(Store& store, Intent const& intent,
                                    DeployRequest const& request, Random& random, Instant now) {
  Target const* target = TRY(declared_target(intent, request.target));
  TRY(check_request(*target, request));
  std::int64_t number = 0;
  Result<> written = store.database().transaction([&]() -> Result<> {
    number = TRY(write_request(store, *target, request, random.uuid(), now));
    return {};
  });
  if (!written) return std::unexpected(std::move(written).error());
  return number;
}

Result<> review_deploy(Store& store, Intent const& intent, std::int64_t deploy,
                       std::string const& reviewer, ReviewAnswer answer, std::string const& comment,
                       Instant now) {
  return store.database().transaction([&]() -> Result<> {
    DeployRow const row = TRY(read_deploy(store, deploy));
    Target const* target = TRY(declared_target(intent, row.target));
    TRY(check_review(*target, row, reviewer, answer));
    bool const approves = answer == ReviewAnswer::approved;
    if (approves) TRY(check_plan(intent, *target, row));
    Freeze const* freeze = freeze_at(intent, now);
    if (approves && freeze != nullptr)
      return fail(ErrorKind::refused,
                  fmt::format("{} is {}", target->name, freeze_sentence(*freeze)), "frozen");
    return write_review(store, row,
                        {declared_name(*target, reviewer), approves ? "approved" : "rejected",
                         comment, row.plan_hash.value_or(""), now});
  });
}

Result<> lift_quarantine(Store& store, std::int64_t deploy, std::string const& person,
                         std::string const& reason, Instant now) {
  if (trim(person).empty() || trim(reason).empty())
    return fail(ErrorKind::usage, "lifting a quarantine needs a person and a reason");
  return store.database().transaction([&]() -> Result<> {
    DeployRow const row = TRY(read_deploy(store, deploy));
    bool const tried = row.state == DeployState::held &&
                       TRY(first_entry_at(store, deploy, "rollback", "started")).has_value();
    if (row.state != DeployState::rolled_back && !tried)
      return fail(ErrorKind::refused, fmt::format("deploy {} was not rolled back: it is {}", deploy,
                                                  to_word(row.state)));
    return append_entry(store,
                        {deploy, "quarantine", "done",
                         fmt::format("{} lets commit {} be deployed again: {}", person,
                                     short_commit(row.commit), reason)},
                        now);
  });
}

}  // namespace landfall
