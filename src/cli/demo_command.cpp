#include "cli/commands.h"
#include "cli/context.h"
#include "cli/demo.h"

namespace landfall {
namespace {

Result<int> run(Context& context) {
  DemoOptions options;
  options.folder = context.arguments.value_or("--folder", "landfall-demo");
  if (context.output.progress && !context.arguments.has("--fast")) options.pause = 2s;
  return run_demo(context, options);
}

}  // namespace

CommandSpec demo_command() {
  return {"demo",
          "The incident that landfall was made for, end to end, here",
          "",
          "Starts a Heroku and a GitHub on this machine, in which a production app stands for "
          "eight days\n"
          "with seven releases and no code; shows what `landfall check` finds, applies the "
          "proposed fixes,\n"
          "deploys through smoke gate and approval, proves the result from two witnesses and "
          "writes the RCA.\n"
          "Nothing is asked of the network and nothing is left running.",
          {{"--fast", "", "do not wait between steps"},
           {"--folder", "DIR", "where its files go; default: landfall-demo"}},
          {"landfall demo", "landfall demo --fast"},
          0,
          0,
          run};
}

}  // namespace landfall
