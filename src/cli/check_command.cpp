#include "cli/check_text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/pipeline.h"

namespace landfall {
namespace {

Result<Evaluation> evaluation_for(Context& context, Store& store, Intent const& intent) {
  if (context.arguments.has("--as-of")) {
    Instant const at =
        TRY(during("--as-of", parse_instant(context.arguments.value_or("--as-of", ""))));
    return evaluate_as_of(store, intent, at);
  }
  if (!context.arguments.has("--offline")) {
    Platforms const platforms = TRY(platforms_from(context.world));
    TRY(collect(context, store, intent, platforms));
  }
  return evaluate_now(store, intent, context.world.now());
}

Result<int> run_check(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  Evaluation const evaluation = TRY(evaluation_for(context, store, intent));
  std::string const form = context.arguments.value_or("--output", "text");
  if (form == "json")
    context.output.out(check_json(intent, evaluation));
  else if (form == "sarif")
    context.output.out(check_sarif(intent, evaluation));
  else if (form == "github")
    context.output.out(check_annotations(intent, evaluation));
  else
    context.output.out(check_text(context.output, intent, evaluation));
  return evaluation.exit_code();
}

}  // namespace

CommandSpec check_command() {
  return {
      "check",
      "Is every declared target deployed, running, healthy and current?",
      "",
      "Asks Heroku, GitHub and the targets themselves, keeps the answers as evidence, and judges.\n"
      "Four facts of each target are proven separately; then each check says what it found, since\n"
      "when, why it matters, by which evidence, and what mends it. What could not be observed is\n"
      "unknown, and never green.\n\n"
      "Needs HEROKU_API_KEY and GITHUB_TOKEN in the environment (or ..._FILE with a file's path).",
      {{"--as-of", "TIME",
        "judge what was so at that time, from the facts that are kept; asks nobody"},
       {"--offline", "", "judge the facts that are kept; asks nobody"},
       {"--output", "FORM", "the form of the answer", {"text", "json", "sarif", "github"}}},
      {"landfall check", "landfall check --as-of 2026-04-25T00:00Z",
       "landfall check --output sarif > landfall.sarif"},
      0,
      0,
      run_check};
}

}  // namespace landfall
