#include <fmt/core.h>

#include <algorithm>

#include "audit/health_steps.h"
#include "base/text.h"
#include "workflow/deploy_step_health.h"

namespace landfall::audit_rules {
namespace {

/// Does the command fetch something: its answer is then what is searched.
bool fetches(ShellCommand const& command) {
  if (command.words.empty()) return false;
  std::string_view const word = command.words[0];
  std::string_view const name = word.substr(word.rfind('/') + 1);
  return name == "curl" || name == "wget" || name == "http" || name == "https" || name == "xh" ||
         asks_for_an_answer(command);
}

/// May a member of JSON stand in the script: most scripts need no reading.
bool has_member(std::string_view script) {
  return script.find("\":") != std::string_view::npos ||
         script.find("\" :") != std::string_view::npos;
}

}  // namespace

void json_by_grep(AuditedFile const& file, Findings& findings) {
  for (AroundDeploy const& around : steps_around(file)) {
    DeployRole const role = around.site->deploy().role;
    if (role != DeployRole::deploy && role != DeployRole::site) continue;
    std::string_view const script = around.step->script();
    if (!has_member(script) && !around.step->hints.calls) continue;
    SiteStep const at{.step = around.step, .file = file.path, .document = file.document};
    bool fetched = false;
    for (ShellCommand const& command : commands_of(file, around.hop, *around.step)) {
      fetched = fetched || fetches(command);
      std::optional<std::string> const pattern = fetched ? greps_json(command) : std::nullopt;
      if (!pattern) continue;
      findings.add({.rule = "json-by-grep",
                    .place = command_place(file, at, command),
                    .message = fmt::format(
                        "looks for `{}` in an answer as if JSON were text: one blank more or less, "
                        "and a {} app is taken for a {} one",
                        printable(*pattern), around.after ? "healthy" : "good",
                        around.after ? "dead" : "bad"),
                    .target = around.site->target});
    }
  }
}

}  // namespace landfall::audit_rules
