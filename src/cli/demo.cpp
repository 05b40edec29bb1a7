#include "cli/demo.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cli/check_text.h"
#include "cli/deploy_run.h"
#include "cli/example_world.h"
#include "cli/fix_text.h"
#include "cli/pipeline.h"
#include "cli/report_file.h"
#include "cli/world_tokens.h"
#include "incident/report.h"
#include "sandbox/sandbox.h"

namespace landfall {
namespace {

constexpr std::string_view marker = ".landfall-demo";

/// Everything that stays from step to step.
struct Demo {
  Context& context;
  DemoOptions const& options;
  Intent intent;
  Store store;
  Platforms platforms;
  int step = 0;

  Output const& output() const { return context.output; }

  /// A heading, and time to read what stood before.
  Result<> say(std::string_view text) {
    ++step;
    if (options.pause.count() > 0)
      TRY(wait_for<bool>(context.world, [&](std::function<void(Result<bool>)> done) {
        context.world.loop.after(options.pause, [done = std::move(done)] { done(true); });
      }));
    std::string const head = fmt::format("{}. {}", step, text);
    output().line(
        "\n" +
        output().paint(Paint::blue, wrapped(head, 3, static_cast<std::size_t>(output().width))));
    return {};
  }
};

Result<std::string> fresh_folder(World world, std::string const& folder) {
  std::string const mark = folder + "/" + std::string(marker);
  if (world.files.exists(folder) && !world.files.exists(mark)) {
    auto const names = world.files.list(folder);
    if (!names || !names->empty())
      return fail(
          ErrorKind::usage,
          fmt::format("{}: this folder was not made by the demo: name another with --folder",
                      folder));
  }
  TRY(world.files.remove(folder));
  TRY(world.files.write(
      mark, "Made by `landfall demo`, which removes this folder when it starts again.\n"));
  TRY(write_example(world, folder));
  return world.files.read(folder + "/world.yaml");
}

Result<Evaluation> look(Demo& demo) {
  TRY(collect(demo.context, demo.store, demo.intent, demo.platforms));
  return evaluate_now(demo.store, demo.intent, demo.context.world.now());
}

Result<> show_the_past(Demo& demo) {
  Instant const then = TRY(parse_instant("2026-04-25T00:00Z"));
  Evaluation const past = TRY(evaluate_as_of(demo.store, demo.intent, then));
  for (Finding const& finding : past.findings)
    if (finding.state == FindingState::violated && finding.check == "never-deployed")
      demo.output().out(findings_text(demo.output(), demo.intent, {&finding, 1}, then));
  return {};
}

Result<> mend(Demo& demo, std::string const& check) {
  for (Fix const& fix :
       TRY(proposed_fixes(demo.context, demo.store, demo.intent, demo.platforms, check))) {
    demo.output().out(fix_text(demo.output(), fix));
    for (std::string const& line : TRY(applied_fix(demo.context, demo.store, demo.platforms, fix)))
      demo.output().line("  " + demo.output().paint(Paint::green, "done") + " " + line);
  }
  return {};
}

Result<DeployState> ship(Demo& demo, std::string const& target) {
  World world = demo.context.world;
  DeployRequest const request{target, "main", "sre-agent"};
  std::int64_t const deploy =
      TRY(request_deploy(demo.store, demo.intent, request, world.random, world.now()));
  demo.output().line(fmt::format("$ landfall deploy {} main --as sre-agent", target));
  DeployRun run{demo.context, demo.store, demo.intent, demo.platforms, false};
  Duration const thought = demo.options.pause.count() > 0 ? Duration(3s) : Duration(100ms);
  run.on_approval = [&demo, world, thought](std::int64_t number) {
    world.loop.after(thought, [&demo, number, world] {
      demo.output().line(fmt::format("$ landfall approve {} --as kristerpher", number));
      auto const answered =
          review_deploy(demo.store, demo.intent, number, "kristerpher", ReviewAnswer::approved,
                        "first deploy, read the plan", world.now());
      if (!answered) demo.output().line("  " + answered.error().text);
    });
  };
  DeployState const end = TRY(run_deploy(run, deploy));
  demo.output().line(fmt::format(
      "{} is {}", target,
      demo.output().paint(end == DeployState::verified ? Paint::green : Paint::red, to_word(end))));
  return end;
}

Result<std::string> report(Demo& demo) {
  std::string const incident = TRY(find_incident(demo.store, "raptor/production"));
  std::string path = fmt::format("{}/incidents/{}.md", demo.options.folder, incident);
  TRY(demo.store.look_at(demo.context.world.now()));
  TRY(write_report(demo.context.world, demo.store, demo.intent, incident, path));
  return path;
}

/// What ran before the story begins must be up when it begins.
void until_up(World world, Client& client, std::function<void(Result<bool>)> const& done,
              int tries) {
  Ask ask{.source = "demo", .path = "/apps/raxx-api-staging/dynos", .keep = false};
  client.ask(std::move(ask), [world, &client, done, tries](std::int64_t, Result<Answer> answer) {
    if (!answer) return done(std::unexpected(std::move(answer).error()));
    auto const dynos = answer->json.items();
    if (!dynos) return done(std::unexpected(dynos.error()));
    bool const up = std::all_of((*dynos)->begin(), (*dynos)->end(), [](Json const& dyno) {
      Json const* state = dyno.find("state");
      return state != nullptr && *state == Json("up");
    });
    if (up) return done(true);
    if (tries == 0) return done(fail(ErrorKind::data, "the sandbox's staging app does not start"));
    world.loop.after(50ms,
                     [world, &client, done, tries] { until_up(world, client, done, tries - 1); });
  });
}

Result<int> tell_story(Demo& demo) {
  Client client(demo.context.world, demo.store, demo.platforms);
  TRY(wait_for<bool>(demo.context.world, [&](std::function<void(Result<bool>)> done) {
    until_up(demo.context.world, client, done, 600);
  }));
  TRY(
      demo.say("It is 2026-04-30 16:30 UTC. The production app of Raptor stands for eight days. Is "
               "it live? landfall check:"));
  Evaluation const before = TRY(look(demo));
  demo.output().out(check_text(demo.output(), demo.intent, before));
  TRY(
      demo.say("The same facts, as of 2026-04-25: it could have been known then. landfall check "
               "--as-of 2026-04-25T00:00Z:"));
  TRY(show_the_past(demo));
  TRY(demo.say("The missing gate first: it fails open. landfall fix environment-missing --apply:"));
  TRY(mend(demo, "environment-missing"));
  TRY(
      demo.say("One path to production instead of two, which hid each other's gap. landfall fix "
               "duplicate-path --apply:"));
  TRY(mend(demo, "duplicate-path"));
  TRY(demo.say("Staging was red with every push. Deploy it, and prove it:"));
  DeployState const staging = TRY(ship(demo, "raptor/staging"));
  TRY(demo.say(
      "The first deploy of production: smoke gate, approval, deploy, health from outside:"));
  DeployState const production = TRY(ship(demo, "raptor/production"));
  TRY(demo.say("Is it live now? landfall check:"));
  Evaluation const after = TRY(look(demo));
  demo.output().out(check_text(demo.output(), demo.intent, after));
  TRY(demo.say("The RCA, written from the evidence. landfall incident report raptor/production:"));
  demo.output().line(TRY(report(demo)));
  bool const as_it_should = before.exit_code() == 1 && after.exit_code() == 0 &&
                            staging == DeployState::verified && production == DeployState::verified;
  if (!as_it_should)
    demo.output().line(
        demo.output().paint(Paint::red, "The demo did not come out as it should: see above."));
  else
    demo.output().line(
        fmt::format("\nNothing is left running. To go on looking:\n  cd {}\n"
                    "  landfall check --as-of 2026-04-25T00:00Z\n"
                    "  landfall query \"select version, kind, created_at from release where app = "
                    "'raxx-api-prod' order by version\"",
                    demo.options.folder));
  return as_it_should ? 0 : 1;
}

/// Plays the demo with a sandbox that keeps what it needs in the folder `state`.
Result<int> play(Context& context, DemoOptions const& options, std::string const& text,
                 std::string const& state) {
  std::string const file = options.folder + "/world.yaml";
  auto const sandbox =
      TRY(Sandbox::start(context.world, {text, file, options.folder}, {.scratch = state}));
  context.process.on_interrupt([&context] { context.world.loop.stop(); });
  auto const story = [&]() -> Result<int> {
    std::string const intent_file = options.folder + "/landfall.yaml";
    std::string const declared = TRY(context.world.files.read(intent_file));
    Intent intent = TRY(parse_intent(declared, intent_file));
    Store store =
        TRY(Store::open(context.arguments.value_or("--store", options.folder + "/landfall.db")));
    Demo demo{context,
              options,
              std::move(intent),
              std::move(store),
              TRY(platforms_of_sandbox(text, file, sandbox->ports())),
              0};
    return tell_story(demo);
  };
  Result<int> code = story();
  auto const stopped = wait_for<bool>(context.world, [&](std::function<void(Result<bool>)> done) {
    sandbox->stop(true, [done = std::move(done)] { done(true); });
  });
  if (!stopped && code) return std::unexpected(stopped.error());
  return code;
}

}  // namespace

Result<int> run_demo(Context& context, DemoOptions const& options) {
  std::string const text = TRY(fresh_folder(context.world, options.folder));
  if (auto const clock = TRY(clock_of_world_file(text, options.folder + "/world.yaml")))
    context.process.set_clock(*clock);
  std::string const state = TRY(context.world.files.temporary_folder("landfall-demo"));
  Result<int> code = play(context, options, text, state);
  TRY(context.world.files.remove(state));
  return code;
}

}  // namespace landfall
