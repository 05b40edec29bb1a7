// `init` and `config check`: landfall.yaml itself.
#include <fmt/core.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/discover.h"

namespace landfall {
namespace {

Result<int> run_init(Context& context) {
  std::string const file = context.arguments.value_or("--config", "landfall.yaml");
  if (context.world.files.exists(file) && !context.arguments.has("--force"))
    return fail(ErrorKind::config,
                fmt::format("{}: it exists already; --force writes it anew", file));
  std::string repository = context.arguments.value_or("--repository", "");
  if (repository.empty()) {
    auto found = repository_of_checkout(context.world);
    if (!found) {
      found.error().kind = ErrorKind::usage;
      return std::unexpected(std::move(found).error());
    }
    repository = *found;
  }
  auto const slash = repository.find('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == repository.size())
    return fail(ErrorKind::usage,
                fmt::format("--repository takes OWNER/NAME, found '{}'", printable(repository)));
  Platforms const platforms = TRY(platforms_from(context.world));
  Discovered const found = TRY(discover(context, platforms, repository));
  if (found.apps.empty())
    return fail(ErrorKind::missing,
                "the Heroku token can see no app: nothing to write a landfall.yaml of");
  std::string const text = write_intent(found);
  Intent const written = TRY(parse_intent(text, file));
  TRY(context.world.files.write(file, text));
  context.output.line(
      fmt::format("{}: {} of {}. Fill in owners, reviewers and dates, then `landfall check`.", file,
                  counted(std::ssize(written.targets), "target", "targets"), repository));
  return 0;
}

Result<int> run_config_check(Context& context) {
  Intent const intent = TRY(load_intent(context));
  if (context.json()) {
    Json targets = Json::array();
    for (Target const& target : intent.targets)
      targets.push(Json::object(
          {{"target", target.name}, {"app", target.app}, {"repository", target.repository}}));
    context.output.out(
        Json::object({{"file", intent.file}, {"targets", std::move(targets)}}).pretty() + "\n");
    return 0;
  }
  context.output.line(fmt::format("{}: good, {}", intent.file,
                                  counted(std::ssize(intent.targets), "target", "targets")));
  for (Target const& target : intent.targets)
    context.output.line(fmt::format("  {:<24} {} on {}, from {} of {}", target.name, target.app,
                                    target.provider, target.branch, target.repository));
  return 0;
}

}  // namespace

CommandSpec init_command() {
  return {"init",
          "Write a first landfall.yaml from what is there",
          "",
          "Lists the apps that the Heroku token can see and the workflows that deploy them (of "
          "this checkout,\n"
          "or from GitHub), and writes a commented landfall.yaml to fill in.",
          {{"--repository", "OWNER/NAME", "default: the remote origin of this checkout"},
           {"--force", "", "overwrite"}},
          {"landfall init", "landfall init --repository acme/shop"},
          0,
          0,
          run_init};
}

CommandSpec config_check_command() {
  return {"config check",
          "Is landfall.yaml right?",
          "",
          "Reads it and says what it declares, or the first mistake with file, line and column. "
          "Asks nobody.",
          {},
          {"landfall config check", "landfall config check --config ops/landfall.yaml"},
          0,
          0,
          run_config_check};
}

}  // namespace landfall
