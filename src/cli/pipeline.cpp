#include "cli/pipeline.h"

#include <fmt/core.h>

#include <algorithm>

#include "collect/collect.h"
#include "collect/path_refs.h"
#include "incident/report.h"

namespace landfall {

int Evaluation::exit_code() const {
  // A silent source is found, and still is something that could not be observed.
  auto const violates = [](Finding const& finding) {
    return finding.state == FindingState::violated &&
           find_check(finding.check)->cause != "observer";
  };
  bool const bad = std::any_of(findings.begin(), findings.end(), violates) ||
                   std::any_of(verdicts.begin(), verdicts.end(), [](Verdict const& verdict) {
                     return verdict.headline == Proof::failing;
                   });
  if (bad) return 1;
  bool const unknown = !findings.empty() ||
                       std::any_of(verdicts.begin(), verdicts.end(), [](Verdict const& verdict) {
                         return verdict.headline == Proof::unknown;
                       });
  return unknown ? 3 : 0;
}

Result<> collect(Context& context, Store& store, Intent const& intent, Platforms const& platforms,
                 AskAbout about) {
  // What was asked can be asked again, so a power cut may cost the last answers but never the file;
  // waiting for the disk after each of them costs more than all else of a check.
  TRY(store.database().wait_for(sql::Database::Disk::now_and_then));
  TRY(store.declare(intent));
  Collection::Options options;
  using About = Collection::Options::About;
  options.about = about == AskAbout::repositories ? About::repositories : About::everything;
  Output const& output = context.output;
  if (output.progress)
    options.progress = [&output, &loop = context.world.loop, start = context.world.now()](
                           int done, int asked, std::string_view what) {
      if (loop.now() - start < 1s) return;
      std::string const line = fmt::format("{}/{} {}", done, asked, what);
      output.err("\r\x1b[K" +
                 line.substr(0, static_cast<std::size_t>(std::min(output.width, 200)) - 1));
    };
  Collection collection(context.world, store, intent, platforms, options);
  Result<> const result = wait_for<void>(context.world, [&](std::function<void(Result<>)> done) {
    collection.start([done = std::move(done)](Result<> end) { done(std::move(end)); });
  });
  if (output.progress) output.err("\r\x1b[K");
  if (!result) return result;
  TRY(derive_path_refs(store, context.world.now()));
  return store.database().wait_for(sql::Database::Disk::each_commit);
}

namespace {

Result<Evaluation> evaluate(Store& store, Intent const& intent, Instant at) {
  TRY(store.declare(intent));
  Evaluation evaluation{at, {}, {}};
  CheckRunner runner(store);
  evaluation.findings = TRY(runner.run(at));
  evaluation.verdicts = TRY(verdicts(store, at));
  return evaluation;
}

}  // namespace

Result<Evaluation> evaluate_now(Store& store, Intent const& intent, Instant now) {
  Evaluation evaluation = TRY(evaluate(store, intent, now));
  auto const keep = [&]() -> Result<> {
    TRY(keep_findings(store, evaluation.findings, now));
    return follow_incidents(store, intent, now);
  };
  TRY(store.database().transaction(keep));
  return evaluation;
}

Result<Evaluation> evaluate_as_of(Store& store, Intent const& intent, Instant at) {
  Evaluation evaluation = TRY(evaluate(store, intent, at));
  return evaluation;
}

}  // namespace landfall
