#include "cli/check_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace landfall {
namespace {

std::string since_text(std::optional<Instant> since, Instant now) {
  if (!since || *since == Instant{}) return "";
  return fmt::format("since {} ({})", to_minutes(*since), human(now - *since));
}

Paint paint_of(Proof proof) {
  switch (proof) {
    case Proof::ok:
      return Paint::green;
    case Proof::failing:
      return Paint::red;
    case Proof::unknown:
      return Paint::yellow;
  }
  return Paint::plain;
}

std::string proof_mark(Output const& output, Proof proof) {
  std::string_view const word = proof == Proof::ok        ? "ok  "
                                : proof == Proof::failing ? "FAIL"
                                                          : "?   ";
  return output.paint(paint_of(proof), word);
}

std::string verdict_text(Output const& output, Verdict const& verdict, Instant now) {
  std::string text = fmt::format("{}  {}\n", output.paint(Paint::bold, verdict.target),
                                 output.paint(paint_of(verdict.headline), verdict.state));
  for (FactVerdict const& fact : verdict.facts) {
    std::string rest = fact.state;
    if (std::string const since = since_text(fact.since, now); !since.empty()) rest += " " + since;
    rest += fmt::format(": {} {}", fact.reason, evidence_text(fact.evidence));
    text += fmt::format("  {:<9} {} {}\n", fact.fact, proof_mark(output, fact.proof),
                        wrapped(rest, 17, static_cast<std::size_t>(output.width)));
  }
  return text;
}

std::string fix_of(Check const& check, Finding const& finding, Intent const& intent) {
  Target const* target = intent.target(finding.target);
  std::string fix =
      replace_all(check.fix, "{target}", finding.target.empty() ? "TARGET" : finding.target);
  return replace_all(std::move(fix), "{app}", target == nullptr ? finding.subject : target->app);
}

/// Findings that cannot be told, by what is silent: one line a reason instead of one a check.
std::string unknown_text(Output const& output, std::vector<Finding> const& findings) {
  struct Silent {
    std::set<std::string> sources;
    std::set<std::string> checks;
  };
  std::map<std::pair<std::string, std::string>, Silent> by_reason;
  for (Finding const& finding : findings) {
    if (finding.state != FindingState::unknown) continue;
    auto const colon = finding.message.find(": ");
    Silent& silent = by_reason[{finding.target, finding.message.substr(colon + 2)}];
    silent.sources.insert(finding.message.substr(0, colon));
    silent.checks.insert(finding.check);
  }
  std::string text;
  for (auto const& [key, silent] : by_reason) {
    std::vector<std::string> const sources(silent.sources.begin(), silent.sources.end());
    std::vector<std::string> const checks(silent.checks.begin(), silent.checks.end());
    text += fmt::format("  {} {}\n", output.paint(Paint::yellow, "?"),
                        wrapped(fmt::format("{}: {} of {}, so {} cannot be told", key.first,
                                            key.second, join(sources, ", "), join(checks, ", ")),
                                4, static_cast<std::size_t>(output.width)));
  }
  return text.empty() ? text : "\nUnknown\n" + text;
}

std::string summary_text(Output const& output, Evaluation const& evaluation) {
  int counts[3] = {0, 0, 0};
  for (Verdict const& verdict : evaluation.verdicts) ++counts[static_cast<int>(verdict.headline)];
  std::map<std::string, int> severities;
  int violated = 0;
  for (Finding const& finding : evaluation.findings) {
    if (finding.state != FindingState::violated) continue;
    ++violated;
    ++severities[finding.severity];
  }
  std::vector<std::string> parts;
  for (auto const& [severity, count] : severities)
    parts.push_back(fmt::format("{} {}", count, severity));
  std::string text =
      fmt::format("{}: {} live, {} failing, {} unknown; {}{}",
                  counted(std::ssize(evaluation.verdicts), "target", "targets"), counts[0],
                  counts[1], counts[2], counted(violated, "finding", "findings"),
                  parts.empty() ? "" : fmt::format(" ({})", join(parts, ", ")));
  Paint const paint = evaluation.exit_code() == 0   ? Paint::green
                      : evaluation.exit_code() == 1 ? Paint::red
                                                    : Paint::yellow;
  if (evaluation.exit_code() == 0)
    text = fmt::format("all {} live, nothing found: proven at {}", std::ssize(evaluation.verdicts),
                       to_minutes(evaluation.at));
  return "\n" + output.paint(paint, text) + "\n";
}

Json json_evidence(std::vector<std::int64_t> const& evidence) {
  Json list = Json::array();
  for (std::int64_t const number : evidence) list.push(Json(number));
  return list;
}

Json json_finding(Intent const& intent, Finding const& finding) {
  Check const* check = find_check(finding.check);
  return Json::object(
      {{"check", finding.check},
       {"state", finding.state == FindingState::violated ? "violated" : "unknown"},
       {"severity", finding.severity},
       {"subject", finding.subject},
       {"target", finding.target.empty() ? Json() : Json(finding.target)},
       {"since", finding.since == Instant{} ? Json() : Json(iso8601(finding.since))},
       {"message", finding.message},
       {"evidence", json_evidence(finding.evidence)},
       {"title", check->title},
       {"why", check->why},
       {"fix", fix_of(*check, finding, intent)}});
}

struct Place {
  std::string file;
  std::size_t line = 1;
};

/// A workflow's line if the message begins with one, else the target's declaration.
Place place_of(Intent const& intent, Finding const& finding) {
  std::string const first = split(finding.message, ' ')[0];
  if (first.starts_with(".github/")) {
    auto const parts = split(first, ':');
    auto const line = parts.size() > 1 ? parse_integer(parts[1]) : std::nullopt;
    return {parts[0], static_cast<std::size_t>(line.value_or(1))};
  }
  Target const* target = intent.target(finding.target);
  return {intent.file, target == nullptr ? 1 : target->mark.line};
}

std::string title_of(Finding const& finding) {
  std::string const& title = find_check(finding.check)->title;
  if (finding.state == FindingState::unknown) return fmt::format("Cannot be told: {}", title);
  return fmt::format("{} {}", finding.severity, title);
}

std::string_view level_of(Finding const& finding) {
  if (finding.state == FindingState::unknown) return "warning";
  return finding.severity <= "SEV-2" ? "error" : "warning";
}

/// Violations of one check and severity together, in the order in which the first of each stands.
std::vector<std::vector<Finding>> grouped(std::vector<Finding> const& findings) {
  std::vector<std::vector<Finding>> groups;
  for (Finding const& finding : findings) {
    if (finding.state != FindingState::violated) continue;
    auto const group =
        std::find_if(groups.begin(), groups.end(), [&](std::vector<Finding> const& one) {
          return one.front().check == finding.check && one.front().severity == finding.severity;
        });
    if (group == groups.end())
      groups.push_back({finding});
    else
      group->push_back(finding);
  }
  return groups;
}

}  // namespace

std::string general_fix(Check const& check) {
  return replace_all(replace_all(check.fix, "{target}", "TARGET"), "{app}", "APP");
}

std::string findings_text(Output const& output, Intent const& intent,
                          std::span<Finding const> findings, Instant now) {
  Finding const& first = findings.front();
  Check const* check = find_check(first.check);
  auto const width = static_cast<std::size_t>(output.width);
  Paint const paint = first.severity <= "SEV-2" ? Paint::red : Paint::yellow;
  std::string text = fmt::format("{} {}  {}\n", output.paint(paint, first.severity),
                                 output.paint(Paint::bold, first.check), check->title);
  for (Finding const& finding : findings) {
    std::string const subject = finding.target.empty() ? finding.subject : finding.target;
    text +=
        fmt::format("  {}\n", wrapped(fmt::format("{}: {}", subject, finding.message), 6, width));
    text += fmt::format("      {} {}\n", output.paint(Paint::dim, since_text(finding.since, now)),
                        output.paint(Paint::dim, evidence_text(finding.evidence)));
  }
  text += fmt::format("  why  {}\n", wrapped(check->why, 7, width));
  text += fmt::format("  fix  {}\n", wrapped(fix_of(*check, first, intent), 7, width));
  return text;
}

std::string check_text(Output const& output, Intent const& intent, Evaluation const& evaluation) {
  std::string text;
  for (Verdict const& verdict : evaluation.verdicts)
    text += verdict_text(output, verdict, evaluation.at);
  std::vector<std::vector<Finding>> groups = grouped(evaluation.findings);
  for (std::vector<Finding> const& group : groups)
    text += "\n" + findings_text(output, intent, group, evaluation.at);
  text += unknown_text(output, evaluation.findings);
  return text + summary_text(output, evaluation);
}

std::string check_json(Intent const& intent, Evaluation const& evaluation) {
  Json targets = Json::array();
  for (Verdict const& verdict : evaluation.verdicts) targets.push(to_json(verdict));
  Json findings = Json::array();
  for (Finding const& finding : evaluation.findings) findings.push(json_finding(intent, finding));
  return Json::object({{"at", iso8601(evaluation.at)},
                       {"exit_code", evaluation.exit_code()},
                       {"targets", std::move(targets)},
                       {"findings", std::move(findings)}})
             .pretty() +
         "\n";
}

std::string check_sarif(Intent const& intent, Evaluation const& evaluation) {
  Json rules = Json::array();
  for (Check const& check : checks())
    rules.push(Json::object({{"id", check.id},
                             {"shortDescription", Json::object({{"text", check.title}})},
                             {"fullDescription", Json::object({{"text", check.why}})},
                             {"help", Json::object({{"text", check.fix}})}}));
  Json results = Json::array();
  for (Finding const& finding : evaluation.findings) {
    Place const place = place_of(intent, finding);
    Json location =
        Json::object({{"physicalLocation",
                       Json::object({{"artifactLocation", Json::object({{"uri", place.file}})},
                                     {"region", Json::object({{"startLine", place.line}})}})}});
    results.push(Json::object(
        {{"ruleId", finding.check},
         {"level", level_of(finding)},
         {"message", Json::object({{"text", fmt::format("{}{}: {}",
                                                        finding.state == FindingState::unknown
                                                            ? "Cannot be told: "
                                                            : "",
                                                        finding.subject, finding.message)}})},
         {"locations", Json::array({std::move(location)})},
         {"partialFingerprints",
          Json::object({{"landfall/v1", sha256(finding.check + "\n" + finding.subject +
                                               (finding.state == FindingState::unknown
                                                    ? "\nunknown " + finding.message
                                                    : ""))}})}}));
  }
  Json driver = Json::object(
      {{"name", "landfall"}, {"version", LANDFALL_VERSION}, {"rules", std::move(rules)}});
  Json run = Json::object(
      {{"tool", Json::object({{"driver", std::move(driver)}})}, {"results", std::move(results)}});
  return Json::object({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                       {"version", "2.1.0"},
                       {"runs", Json::array({std::move(run)})}})
             .pretty() +
         "\n";
}

std::string check_annotations(Intent const& intent, Evaluation const& evaluation) {
  // docs.github.com "Workflow commands": % CR LF are escaped in data, and : , too in properties.
  auto const data = [](std::string text) {
    return replace_all(replace_all(replace_all(std::move(text), "%", "%25"), "\r", "%0D"), "\n",
                       "%0A");
  };
  auto const property = [&](std::string text) {
    return replace_all(replace_all(data(std::move(text)), ":", "%3A"), ",", "%2C");
  };
  std::string text;
  for (Finding const& finding : evaluation.findings) {
    Place const place = place_of(intent, finding);
    text += fmt::format("::{} file={},line={},title={}::{}\n", level_of(finding),
                        property(place.file), place.line, property(title_of(finding)),
                        data(fmt::format("{}: {}", finding.subject, finding.message)));
  }
  return text;
}

}  // namespace landfall
