// What landfall.yaml declares, as facts beside those that were observed.
#include <fmt/core.h>

#include "base/text.h"
#include "facts/store.h"

namespace landfall {
namespace {

Fact target_fact(Target const& target, std::string const& file) {
  auto const seconds = [](std::optional<Instant> const& instant) {
    return instant ? sql::Value(epoch_seconds(*instant)) : sql::Value();
  };
  auto const whole = [](Duration duration) {
    return std::int64_t{std::chrono::duration_cast<std::chrono::seconds>(duration).count()};
  };
  std::optional<EnvironmentIntent> const& gate = target.gate;
  return {{"target", target.name},
          {"service", target.service},
          {"environment", target.environment},
          {"provider", target.provider},
          {"app", target.app},
          {"repository", target.repository},
          {"branch", target.branch},
          {"path", target.path},
          {"edge", target.edge},
          {"health_path", target.health.path},
          {"expect", target.expect == Expect::empty ? "empty" : "deployed"},
          {"expect_until", seconds(target.expect_until)},
          {"launch_at", seconds(target.launch)},
          {"grace", whole(target.grace)},
          {"behind", whole(target.behind)},
          {"owner", target.owner},
          {"gate", gate ? sql::Value(gate->name) : sql::Value()},
          {"gate_reviewers", gate ? gate->reviewers.size() : std::size_t{0}},
          {"gate_branches", gate ? join(gate->branches, " ") : std::string()},
          {"workflow", target.deploy.workflow},
          {"driver", target.deploy.driver},
          {"declared_at", fmt::format("{}:{}", file, target.mark.line)}};
}

}  // namespace

Result<> Store::declare(Intent const& intent) {
  return database_.transaction([&]() -> Result<> {
    TRY(database_.run(
        "DELETE FROM target; DELETE FROM target_process; DELETE FROM target_dependent;"));
    for (Target const& target : intent.targets) {
      TRY(put("target", target_fact(target, intent.file)));
      for (auto const& [type, minimum] : target.processes)
        TRY(put("target_process", {{"target", target.name}, {"type", type}, {"minimum", minimum}}));
      for (std::string const& dependent : target.dependents)
        TRY(put("target_dependent", {{"target", target.name}, {"dependent", dependent}}));
    }
    return {};
  });
}

}  // namespace landfall
