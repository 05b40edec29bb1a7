#include <fmt/core.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/deploy_run.h"
#include "cli/rows_text.h"
#include "deploy/deploy.h"

namespace landfall {
namespace {

Json list_of(std::vector<std::string> const& lines) {
  Json list = Json::array();
  for (std::string const& line : lines) list.push(Json(line));
  return list;
}

void print_plan(Context& context, std::string const& target, DeployPlan const& plan) {
  Output const& output = context.output;
  if (context.json()) {
    output.out(Json::object({{"target", target},
                             {"commit", plan.commit},
                             {"running", Json(plan.running)},
                             {"first", plan.first},
                             {"commits", list_of(plan.commits)},
                             {"gates", list_of(plan.gates)},
                             {"calls", list_of(plan.calls)},
                             {"hash", plan.hash}})
                   .pretty() +
               "\n");
    return;
  }
  output.line(fmt::format("{} from {} to {}", output.paint(Paint::bold, target),
                          plan.running ? plan.running->substr(0, 8) : "nothing (first deploy)",
                          plan.commit.substr(0, 8)));
  auto const section = [&](std::string_view title, std::vector<std::string> const& lines) {
    if (lines.empty()) return;
    output.line(std::string(title));
    for (std::string const& line : lines) output.line("  " + printable(line));
  };
  section("Commits", plan.commits);
  section("Gates", plan.gates);
  section("Calls", plan.calls);
  output.line("Plan " + plan.hash.substr(0, 12));
}

int exit_code_of(DeployState state) {
  return state == DeployState::verified ? 0 : 1;
}

Result<int> run_deploy_command(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Target const* target = TRY(named_target(intent, context.arguments.operands[0]));
  Platforms const platforms = TRY(platforms_to_act(context.world));
  Store store = TRY(open_store(context, intent.file));
  TRY(store.declare(intent));
  DeployRequest request{
      target->name,
      context.arguments.operands.size() > 1 ? context.arguments.operands[1] : target->branch, ""};
  if (context.arguments.has("--plan")) {
    DeployPlan const plan =
        TRY(wait_for<DeployPlan>(context.world, [&](std::function<void(Result<DeployPlan>)> done) {
          plan_deploy(
              context.world, store, intent, platforms, request,
              [done = std::move(done)](Result<DeployPlan> planned) { done(std::move(planned)); });
        }));
    print_plan(context, target->name, plan);
    return 0;
  }
  request.requester = TRY(person(context));
  std::int64_t const deploy =
      TRY(request_deploy(store, intent, request, context.world.random, context.world.now()));
  context.output.line(fmt::format("deploy {} of {} at {} for {}", deploy, target->name, request.ref,
                                  request.requester));
  DeployRun run{context, store, intent, platforms, context.arguments.has("--wait")};
  run.on_approval = [&](std::int64_t number) {
    context.output.line(fmt::format("  A reviewer ({}) answers with: landfall approve {} --as NAME",
                                    join(target->deploy.approval.reviewers, ", "), number));
  };
  context.process.on_interrupt([&context] { context.world.loop.stop(); });
  auto const ended = run_deploy(run, deploy);
  if (!ended && ended.error().code == "interrupted")
    return fail(
        ErrorKind::usage,
        fmt::format("interrupted; deploy {} stands where its journal says (`landfall deploys "
                    "{}`): the same command goes on with it",
                    deploy, deploy),
        "interrupted");
  if (!ended) return std::unexpected(ended.error());
  DeployState const end = *ended;
  context.output.line(
      fmt::format("{} is {}", target->name,
                  context.output.paint(end == DeployState::verified ? Paint::green : Paint::red,
                                       to_word(end))));
  return exit_code_of(end);
}

Result<int> review(Context& context, ReviewAnswer answer) {
  auto const number = parse_integer(context.arguments.operands[0]);
  if (!number)
    return fail(ErrorKind::usage, fmt::format("'{}' is no deploy's number: see `landfall deploys`",
                                              printable(context.arguments.operands[0])));
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  std::string const reviewer = TRY(person(context));
  TRY(review_deploy(store, intent, *number, reviewer, answer,
                    context.arguments.value_or("--comment", ""), context.world.now()));
  context.output.line(fmt::format("deploy {} is {} by {}", *number,
                                  answer == ReviewAnswer::approved ? "approved" : "rejected",
                                  reviewer));
  return 0;
}

Result<int> run_lift(Context& context) {
  auto const number = parse_integer(context.arguments.operands[0]);
  if (!number) return fail(ErrorKind::usage, "expected a deploy's number: see `landfall deploys`");
  std::string const reason = context.arguments.value_or("--comment", "");
  if (trim(reason).empty())
    return fail(ErrorKind::usage, "say why with --comment TEXT: it is written into the journal");
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  std::string const name = TRY(person(context));
  TRY(lift_quarantine(store, *number, name, reason, context.world.now()));
  context.output.line(
      fmt::format("the commit of deploy {} may be deployed again, says {}", *number, name));
  return 0;
}

Result<int> run_deploys(Context& context) {
  Intent const intent = TRY(load_intent(context));
  Store store = TRY(open_store(context, intent.file));
  bool const one = !context.arguments.operands.empty();
  auto const number = one ? parse_integer(context.arguments.operands[0]) : std::nullopt;
  if (one && !number) return fail(ErrorKind::usage, "expected a deploy's number");
  sql::Rows const rows =
      one ? TRY(store.database().query(
                "SELECT at, step, outcome, detail FROM deploy_step WHERE deploy_id = ? ORDER BY id",
                {*number}))
          : TRY(store.database().query("SELECT id, target, ref, substr(commit_id, 1, 8) AS sha, "
                                       "requester, state, release, created_at, "
                                       "ended_at, reason FROM deploy ORDER BY id DESC LIMIT 50"));
  context.output.out(rows_text(rows, context.arguments.value_or("--output", "text")));
  return 0;
}

std::vector<Option> review_options() {
  return {{"--as", "NAME", "who you are; default: $USER"}, {"--comment", "TEXT", "why"}};
}

}  // namespace

CommandSpec deploy_command() {
  return {
      "deploy",
      "Deploy through gates, and prove the result",
      "TARGET [REF]",
      "Preflight, freeze, smoke, approval, build, release, dynos, health from outside with the "
      "expected\n"
      "commit; then verified, or rolled back. Every step is journalled: after a crash the same "
      "command\n"
      "goes on where it stood and never does a thing twice. REF is a branch, tag or commit; "
      "default:\n"
      "the target's branch. --plan shows everything first and does nothing.",
      {{"--plan", "", "show commits, gates and exact calls, and do nothing"},
       {"--as", "NAME", "who asks; default: $USER"},
       {"--wait", "", "wait for another deploy of this target instead of failing"}},
      {"landfall deploy raptor/production main --plan", "landfall deploy raptor/production main"},
      1,
      2,
      run_deploy_command};
}

CommandSpec approve_command() {
  return {
      "approve",
      "Approve a deploy that waits",
      "NUMBER",
      "Only a reviewer whom landfall.yaml declares, and not who asked for the deploy unless\n"
      "self_approval is declared. The approval binds to commit, target and gates. Who you are is\n"
      "what --as or $USER says: whoever may write the database may approve, so keep it where only\n"
      "reviewers and the deployer can.",
      review_options(),
      {"landfall approve 7 --as kristerpher --comment 'read the diff'"},
      1,
      1,
      [](Context& context) { return review(context, ReviewAnswer::approved); }};
}

CommandSpec reject_command() {
  return {"reject",
          "Reject a deploy that waits",
          "NUMBER",
          "Ends it before anything was built.",
          review_options(),
          {"landfall reject 7 --as kristerpher --comment 'not on a Friday'"},
          1,
          1,
          [](Context& context) { return review(context, ReviewAnswer::rejected); }};
}

CommandSpec lift_command() {
  return {
      "lift",
      "Let a rolled-back commit be deployed again",
      "NUMBER",
      "A commit that was rolled back on a target is quarantined there: the next deploy of it is "
      "refused.\n"
      "This lifts the quarantine; who and why are written into that deploy's journal.",
      {{"--as", "NAME", "who you are; default: $USER"}, {"--comment", "TEXT", "why; must be said"}},
      {"landfall lift 7 --as kristerpher --comment 'the database was down, not the code'"},
      1,
      1,
      run_lift};
}

CommandSpec deploys_command() {
  return {"deploys",  "The deploys so far, or one's journal",
          "[NUMBER]", "Without a number the newest 50; with one every entry of its journal.",
          {},         {"landfall deploys", "landfall deploys 7"},
          0,          1,
          run_deploys};
}

}  // namespace landfall
