#include <fmt/core.h>

#include "audit/rule.h"
#include "audit/stage.h"

namespace landfall::audit_rules {
namespace {

struct Saying {
  std::string what;
  Stage stage = Stage::unsaid;
  Confidence confidence = Confidence::likely;
};

/// What around the target first says which stage this is.
Saying saying_of(Path const& path) {
  for (auto hop = path.hops.rbegin(); hop != path.hops.rend(); ++hop)
    if (Stage const stage = stage_of(hop->environment); stage != Stage::unsaid)
      return {fmt::format("environment '{}'", hop->environment), stage, Confidence::likely};
  for (auto const& [name, values] : path.inputs)
    if (Stage const stage = values.size() == 1 ? stage_of(values[0]) : Stage::unsaid;
        stage != Stage::unsaid)
      return {fmt::format("input {}={}", name, values[0]), stage, Confidence::likely};
  for (auto hop = path.hops.rbegin(); hop != path.hops.rend(); ++hop)
    if (Stage const stage = stage_of(hop->job->id); stage != Stage::unsaid)
      return {fmt::format("job '{}'", hop->job->id), stage, Confidence::likely};
  std::string_view const file = path.hops.front().file;
  std::string_view const name = file.substr(file.rfind('/') + 1);
  return {fmt::format("the file's name, {}", name), stage_of(name), Confidence::possible};
}

std::string_view name_of(Stage stage) {
  return stage == Stage::production ? "production" : "another stage than production";
}

}  // namespace

void wrong_target(AuditedFile const& file, Findings& findings) {
  for (Path const& path : *file.paths) {
    Stage const target = path.target_known ? stage_of(path.target) : Stage::unsaid;
    Saying const saying = saying_of(path);
    bool const agree =
        target == Stage::unsaid || saying.stage == Stage::unsaid || saying.stage == target;
    if (agree || path.reach == Reach::impossible) continue;
    findings.add(
        {.rule = "wrong-target",
         .confidence = saying.confidence,
         .place = path.place,
         .message = fmt::format("deploys {}, whose name says {}, while {} says {}", path.target,
                                name_of(target), saying.what, name_of(saying.stage)),
         .target = path.target});
  }
}

}  // namespace landfall::audit_rules
