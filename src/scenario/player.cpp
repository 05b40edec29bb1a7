#include <fmt/core.h>

#include <algorithm>

#include "base/archive.h"
#include "base/text.h"
#include "sandbox/sandbox.h"
#include "scenario/scenario.h"
#include "watch/watch.h"
#include "world/sim_world.h"

namespace landfall {
namespace {

constexpr std::uint64_t seed = 1;

void dyno(SimProgram program) {
  std::string const line = join(program.command.arguments, " ");
  if (line.find("crash") != std::string::npos) return program.exit(1);
  int const status = line.find("sick") == std::string::npos ? 200 : 500;
  std::string port;
  std::string commit;
  for (auto const& [name, value] : program.command.environment) {
    if (name == "PORT") port = value;
    if (name == "HEROKU_SLUG_COMMIT") commit = value;
  }
  auto const number = parse_integer(port);
  if (!number) return;
  Json const body = Json::object({{"status", status == 200 ? "ok" : "sick"}, {"commit", commit}});
  program.listen(static_cast<int>(*number), [body, status](Request, Respond respond) {
    respond(
        {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()});
  });
}

std::string line_of(std::string_view state, std::string_view severity, std::string_view target,
                    std::string_view check) {
  return fmt::format("{} {}{}{} {}", state, severity, target.empty() ? "" : " ", target, check);
}

class Player {
 public:
  explicit Player(Scenario const& scenario) : scenario_(scenario) {}
  ~Player() {
    watch_.reset();
    sandbox_.reset();
  }

  Result<Played> play() {
    TRY(begin());
    Instant const start = sim_->process("clock").now();
    for (ScenarioStep const& step : scenario_.steps) {
      Result<> const done = take(step);
      if (!done) return std::unexpected(at(step.mark, done.error()));
    }
    played_.time = sim_->process("clock").now() - start;
    return std::move(played_);
  }

 private:
  Error at(yaml::Mark mark, Error error) const {
    error.text = fmt::format("{}:{}:{}: {}", scenario_.file, mark.line, mark.column, error.text);
    return error;
  }

  Result<> begin() {
    auto const clock = TRY(clock_of_world_file(scenario_.world, scenario_.file));
    sim_ = SimWorld::create(clock.value_or(from_epoch_seconds(1'777'600'000)), seed, {});
    sim_->program("", dyno);
    sandbox_ =
        TRY(Sandbox::start(sim_->process("sandbox"),
                           {scenario_.world, scenario_.file, scenario_.folder}, {"/scratch"}));
    for (auto const& [name, value] : sandbox_->variables()) {
      if (name == "HEROKU_API_KEY") heroku_token_ = value;
      if (name == "GITHUB_TOKEN") github_token_ = value;
    }
    intent_ = TRY(parse_intent(scenario_.intent, scenario_.file + " (intent)"));
    int const port = TRY(sim_->process("receivers").server.listen(0, [](Request, Respond respond) {
      respond({.status = 200});
    }));
    // Whatever the receivers are, here they take everything.
    for (Receiver& receiver : intent_.alerts.receivers)
      receiver = {.name = receiver.name,
                  .kind = "webhook",
                  .url = fmt::format("http://127.0.0.1:{}", port)};
    intent_.alerts.heartbeat.reset();
    store_.emplace(TRY(Store::open(":memory:")));
    return start_watcher();
  }

  Result<> start_watcher() {
    SandboxPorts const ports = sandbox_->ports();
    Platforms const platforms{
        {fmt::format("http://127.0.0.1:{}", ports.heroku), Secret(heroku_token_)},
        {fmt::format("http://127.0.0.1:{}", ports.github), Secret(github_token_)}};
    watch_ = std::make_unique<Watch>(sim_->process("watcher"), *store_, intent_, platforms,
                                     WatchIntervals{}, [this](std::string_view line) {
                                       played_.log += fmt::format(
                                           "{} {}\n", iso8601(sim_->process("clock").now()), line);
                                     });
    return watch_->start();
  }

  void pass(Duration time) {
    World const clock = sim_->process("clock");
    bool over = false;
    clock.loop.after(time, [&] { over = true; });
    sim_->run_until([&] { return over; });
  }

  Result<> take(ScenarioStep const& step) {
    using Kind = ScenarioStep::Kind;
    switch (step.kind) {
      case Kind::pass:
        pass(step.time);
        return {};
      case Kind::deploy:
        return deploy(step);
      case Kind::heroku:
      case Kind::control:
      case Kind::github:
        return done(send(step));
      case Kind::kill:
        sim_->kill("watcher");
        watch_.reset();
        return start_watcher();
      case Kind::silence:
        return silence(step);
      case Kind::acknowledge:
        return acknowledge_all(step.target);
      case Kind::expect:
        return compare(step);
    }
    unreachable_here("a step has no such kind");
  }

  static Result<> done(Result<Json> const& answer) {
    if (!answer) return std::unexpected(answer.error());
    return {};
  }

  Result<Json> send(ScenarioStep const& step) {
    bool const github = step.kind == ScenarioStep::Kind::github;
    SandboxPorts const ports = sandbox_->ports();
    Request request{.method = step.method,
                    .url = fmt::format("http://127.0.0.1:{}{}",
                                       github ? ports.github : ports.heroku, step.path),
                    .body = step.body};
    request.headers.set("User-Agent", "landfall-scenario");
    request.headers.set("Content-Type", "application/json");
    request.headers.set("Accept", github ? "application/vnd.github+json"
                                         : "application/vnd.heroku+json; version=3");
    if (step.kind != ScenarioStep::Kind::control)
      request.headers.set("Authorization", "Bearer " + (github ? github_token_ : heroku_token_));
    return exchange(std::move(request));
  }

  Result<Json> exchange(Request request) {
    std::string const what = fmt::format("{} {}", request.method, request.url);
    std::optional<Result<Response>> answer;
    sim_->process("client").http.send(
        std::move(request), [&](Result<Response> got) { answer.emplace(std::move(got)); });
    sim_->run_until([&] { return answer.has_value(); });
    if (!answer) return fail(ErrorKind::network, what + " was never answered");
    if (!*answer) return std::unexpected(answer->error());
    Response const& response = **answer;
    if (response.status >= 300)
      return fail(ErrorKind::data, fmt::format("{}: HTTP {}: {}", what, response.status,
                                               shortened(printable(response.body), 200)));
    return Json::parse(response.body).value_or(Json());
  }

  /// The head of the branch that the app's target runs, so that what is deployed is current.
  Result<std::string> head_of(std::string const& app) {
    for (Target const& target : intent_.targets) {
      if (target.app != app || target.repository.empty()) continue;
      ScenarioStep ask{.kind = ScenarioStep::Kind::github, .app = ""};
      ask.method = "GET";
      ask.path = fmt::format("/repos/{}/commits/{}", target.repository, target.branch);
      Json const commit = TRY(send(ask));
      return commit.text("sha");
    }
    return std::string(40, 'a');
  }

  Result<> deploy(ScenarioStep const& step) {
    std::string const head = TRY(head_of(step.app));
    ScenarioStep ask{.kind = ScenarioStep::Kind::heroku, .app = ""};
    ask.method = "POST";
    ask.path = "/sources";
    Json const source = TRY(send(ask));
    std::string const put_url = TRY(source.text("source_blob.put_url"));
    std::string const get_url = TRY(source.text("source_blob.get_url"));
    std::string const archive =
        TRY(pack({{.path = "Procfile", .content = fmt::format("web: {}\n", step.command)}}));
    TRY(exchange({.method = "PUT", .url = put_url, .body = archive}));
    ask.path = fmt::format("/apps/{}/builds", step.app);
    ask.body =
        Json::object({{"source_blob", Json::object({{"url", get_url}, {"version", head}})}}).dump();
    return done(send(ask));
  }

  Result<> silence(ScenarioStep const& step) {
    Instant const now = sim_->process("clock").now();
    auto const number = write_silence(*store_, {.target = step.target,
                                                .owner = "the scenario",
                                                .reason = "it says so",
                                                .from = now,
                                                .until = now + step.time});
    if (!number) return std::unexpected(number.error());
    return {};
  }

  Result<> acknowledge_all(std::string const& target) {
    std::vector<Alert> const open = TRY(open_alerts(*store_));
    bool any = false;
    for (Alert const& alert : open) {
      if (alert.target != target) continue;
      TRY(acknowledge(*store_, alert.id, "the scenario", sim_->process("clock").now()));
      any = true;
    }
    if (any) return {};
    return fail(ErrorKind::data, fmt::format("no alert of '{}' is open", printable(target)));
  }

  Result<> compare(ScenarioStep const& step) {
    if (step.expectation.alerts) {
      std::vector<std::string> found;
      std::vector<Alert> const open = TRY(open_alerts(*store_));
      for (Alert const& alert : open)
        found.push_back(line_of(to_word(alert.state), alert.severity, alert.target, alert.check));
      compare_lists(step.mark, "alerts", *step.expectation.alerts, std::move(found));
    }
    if (!step.expectation.told) return {};
    std::vector<std::string> found;
    sql::Rows const rows = TRY(store_->database().query(
        "SELECT id, receiver, body FROM notification WHERE id > ? ORDER BY id", {told_}));
    for (sql::Row const& row : rows) {
      told_ = row.integer("id");
      Json const body = TRY(Json::parse(row.text("body")));
      Message const message = TRY(read_message(body));
      found.push_back(fmt::format(
          "{}: {}", row.text("receiver"),
          line_of(to_word(message.kind), message.severity, message.target, message.check)));
    }
    compare_lists(step.mark, "told", *step.expectation.told, std::move(found));
    return {};
  }

  void compare_lists(yaml::Mark mark, std::string what, std::vector<std::string> expected,
                     std::vector<std::string> found) {
    std::sort(expected.begin(), expected.end());
    std::sort(found.begin(), found.end());
    Mismatch mismatch{mark, sim_->process("clock").now(), std::move(what), {}, {}};
    std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(),
                        std::back_inserter(mismatch.missing));
    std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(),
                        std::back_inserter(mismatch.surplus));
    if (mismatch.missing.empty() && mismatch.surplus.empty()) return;
    played_.mismatches.push_back(std::move(mismatch));
  }

  Scenario const& scenario_;
  std::unique_ptr<SimWorld> sim_;
  std::unique_ptr<Sandbox> sandbox_;
  Intent intent_;
  std::optional<Store> store_;
  std::unique_ptr<Watch> watch_;
  std::string heroku_token_;
  std::string github_token_;
  std::int64_t told_ = 0;
  Played played_;
};

}  // namespace

Result<Played> play(Scenario const& scenario) {
  return Player(scenario).play();
}

}  // namespace landfall
