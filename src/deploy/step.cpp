#include "deploy/step.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "deploy/step_after.h"

namespace landfall {
namespace {

Move enter(DeployState state, std::string text) {
  return {.act = Act::enter, .state = state, .text = std::move(text)};
}
Move end(DeployState state, std::string text) {
  return {.act = Act::end, .state = state, .text = std::move(text)};
}
Move act(Act what, Duration after = 0ms) {
  return {.act = what, .after = after};
}

std::string short_of(DeployRow const& row) {
  return row.commit.value_or("").substr(0, 7);
}

/// The end that a step comes to when it cannot succeed.
Move stopped(Situation const& at) {
  std::string const& why = at.seen.fatal;
  switch (at.row.state) {
    case DeployState::preflight:
    case DeployState::freeze:
    case DeployState::smoke:
    case DeployState::approval:
      return end(DeployState::refused, why);
    case DeployState::source:
    case DeployState::build:
    case DeployState::release:
      if (at.seen.unsure) return end(DeployState::held, why + "; what became of it is not known");
      return end(DeployState::failed, why + "; nothing was released");
    case DeployState::dynos:
    case DeployState::health:
      return {.act = Act::enter, .state = DeployState::rollback, .text = why, .failed = true};
    case DeployState::rollback:
      return rollback_stopped(at, why);
    case DeployState::verified:
    case DeployState::rolled_back:
    case DeployState::refused:
    case DeployState::failed:
    case DeployState::held:
      break;
  }
  return end(at.row.state, at.row.reason);
}

std::optional<Move> if_frozen(Situation const& at) {
  Freeze const* freeze = freeze_at(at.intent, at.now);
  if (freeze == nullptr) return std::nullopt;
  return end(DeployState::refused,
             fmt::format("{} is {}", at.target.name, freeze_sentence(*freeze)));
}

/// The commit is live already: then it only has to be proven, and nothing to be built.
std::optional<Move> if_live(Situation const& at) {
  Seen const& seen = at.seen;
  ReleaseSeen const* current = current_release(seen.look->releases);
  if (current == nullptr || seen.look->live_commit != at.row.commit || seen.look->maintenance)
    return std::nullopt;
  if (!seen.dynos) return act(Act::ask_dynos);
  if (!dynos_ready(at.target, *seen.dynos, current->version)) return std::nullopt;
  if (seen.healthy >= at.target.health.times)
    return end(
        DeployState::verified,
        fmt::format("commit {} was live already as v{}: {}; {}; nothing was built",
                    short_of(at.row), current->version,
                    dynos_sentence(at.target, *seen.dynos, current->version), seen.probe_text));
  if (seen.probed && seen.healthy == 0) return std::nullopt;
  return act(Act::probe, seen.probed ? at.target.health.interval : 0ms);
}

Move preflight(Situation const& at) {
  if (!at.seen.look) return act(Act::look);
  std::optional<std::string> refusal =
      refusal_of(at.target, *at.seen.look, at.seen.maintenance_is_ours);
  if (refusal) return end(DeployState::refused, std::move(*refusal));
  if (std::optional<Move> live = if_live(at)) return std::move(*live);
  std::optional<std::string> fault = approval_fault(at.target, at.row.requester);
  if (fault) return end(DeployState::refused, std::move(*fault));
  std::string text = fmt::format("{} is commit {}; ", at.row.ref, short_of(at.row));
  text += at.row.before_release ? fmt::format("v{} is in force", *at.row.before_release)
                                : std::string("there is no release in force");
  if (at.row.first.value_or(false)) text += "; no earlier release carries code: a first deploy";
  return enter(DeployState::freeze, std::move(text));
}

Move freeze(Situation const& at) {
  if (std::optional<Move> frozen = if_frozen(at)) return std::move(*frozen);
  return enter(DeployState::smoke, "no freeze window holds");
}

Move smoke(Situation const& at) {
  if (!at.target.deploy.smoke) return enter(DeployState::approval, "no smoke command is declared");
  if (!at.seen.has_source) return act(Act::fetch);
  if (!at.seen.smoke_passed) return act(Act::smoke);
  return enter(DeployState::approval, at.seen.smoke_text);
}

Move approval(Situation const& at) {
  if (at.target.deploy.approval.reviewers.empty()) {
    if (std::optional<Move> frozen = if_frozen(at)) return std::move(*frozen);
    return enter(DeployState::source, "no reviewers are declared");
  }
  if (!at.seen.approval) return act(Act::read_approvals);
  ApprovalSight const& sight = *at.seen.approval;
  switch (sight.verdict) {
    case ApprovalVerdict::waiting:
      return act(Act::read_approvals, approval_interval);
    case ApprovalVerdict::refused:
      return end(DeployState::refused, sight.text);
    case ApprovalVerdict::granted:
      break;
  }
  if (std::optional<Move> frozen = if_frozen(at)) return std::move(*frozen);
  return enter(DeployState::source, sight.text);
}

Move source(Situation const& at) {
  if (!at.build_started) {
    if (std::optional<Move> frozen = if_frozen(at)) return std::move(*frozen);
  }
  if (!at.seen.has_source) return act(Act::fetch);
  if (!at.seen.has_source_url) return act(Act::upload);
  return enter(DeployState::build, "the source was uploaded");
}

}  // namespace

Move step(Situation const& at) {
  if (!at.seen.fatal.empty()) return stopped(at);
  switch (at.row.state) {
    case DeployState::preflight:
      return preflight(at);
    case DeployState::freeze:
      return freeze(at);
    case DeployState::smoke:
      return smoke(at);
    case DeployState::approval:
      return approval(at);
    case DeployState::source:
      return source(at);
    case DeployState::build:
      return step_build(at);
    case DeployState::release:
      return step_release(at);
    case DeployState::dynos:
      return step_dynos(at);
    case DeployState::health:
      return step_health(at);
    case DeployState::rollback:
      return step_rollback(at);
    case DeployState::verified:
    case DeployState::rolled_back:
    case DeployState::refused:
    case DeployState::failed:
    case DeployState::held:
      break;
  }
  return end(at.row.state, at.row.reason);
}

bool dynos_ready(Target const& target, std::vector<DynoSeen> const& dynos, std::int64_t version) {
  return std::all_of(target.processes.begin(), target.processes.end(), [&](auto const& process) {
    auto const& [type, minimum] = process;
    auto const up = std::count_if(dynos.begin(), dynos.end(), [&](DynoSeen const& dyno) {
      bool const runs = dyno.state == "up" || (dyno.type == "web" && dyno.state == "idle");
      return dyno.type == type && runs && dyno.version == version;
    });
    return up >= minimum;
  });
}

std::string dynos_sentence(Target const& target, std::vector<DynoSeen> const& dynos,
                           std::int64_t version) {
  std::vector<std::string> parts;
  for (auto const& [type, minimum] : target.processes) {
    auto const up = std::count_if(dynos.begin(), dynos.end(), [&](DynoSeen const& dyno) {
      bool const runs = dyno.state == "up" || (dyno.type == "web" && dyno.state == "idle");
      return dyno.type == type && runs && dyno.version == version;
    });
    parts.push_back(fmt::format("{} {} of {} up on v{}", type, up, minimum, version));
  }
  return join(parts, ", ");
}

std::vector<FormationSeen> to_scale(Target const& target,
                                    std::vector<FormationSeen> const& formation) {
  std::vector<FormationSeen> updates;
  for (auto const& [type, minimum] : target.processes) {
    auto const found = std::find_if(formation.begin(), formation.end(),
                                    [&](FormationSeen const& each) { return each.type == type; });
    std::int64_t const quantity = found == formation.end() ? 0 : found->quantity;
    if (quantity < minimum) updates.push_back({type, minimum});
  }
  return updates;
}

std::vector<FormationSeen> to_restore(Target const& target,
                                      std::vector<FormationSeen> const& before,
                                      std::vector<FormationSeen> const& formation) {
  Target wanted = target;
  for (FormationSeen const& each : before) {
    int& quantity = wanted.processes[each.type];
    quantity = std::max(quantity, static_cast<int>(each.quantity));
  }
  return to_scale(wanted, formation);
}

bool names_commit(std::string_view named, std::string_view commit) {
  return named.size() >= 7 && commit.starts_with(named);
}

}  // namespace landfall
