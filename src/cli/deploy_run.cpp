#include "cli/deploy_run.h"

#include <fmt/core.h>

#include "base/text.h"

namespace landfall {

Result<DeployState> run_deploy(DeployRun const& run, std::int64_t deploy) {
  Output const& output = run.context.output;
  bool asked = false;
  Deployment::Options options;
  options.holder = fmt::format("landfall-{}", run.context.world.random.uuid().substr(0, 8));
  options.wait = run.wait;
  options.tell = [&](DeployEvent const& event) {
    Paint const paint = event.outcome == "done"     ? Paint::green
                        : event.outcome == "failed" ? Paint::red
                                                    : Paint::dim;
    output.line(fmt::format("  {:<10} {:<8} {}", to_word(event.state),
                            output.paint(paint, event.outcome), printable(event.text)));
    if (event.state == DeployState::approval && event.outcome == "waiting" && !asked) {
      asked = true;
      run.on_approval(event.deploy);
    }
  };
  Deployment deployment(run.context.world, run.store, run.intent, run.platforms, deploy, options);
  return wait_for<DeployState>(
      run.context.world, [&](std::function<void(Result<DeployState>)> done) {
        deployment.start(
            [done = std::move(done)](Result<DeployState> end) { done(std::move(end)); });
      });
}

Result<std::string> person(Context const& context) {
  std::string name = context.arguments.value_or("--as", "");
  if (name.empty()) name = context.world.variable("USER").value_or("");
  if (name.empty()) return fail(ErrorKind::usage, "who are you? Say it with --as NAME");
  return name;
}

}  // namespace landfall
