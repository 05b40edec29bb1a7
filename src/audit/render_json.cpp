#include <optional>

#include "audit/path_text.h"
#include "audit/render.h"
#include "base/json.h"

namespace landfall {
namespace {

Json texts(std::vector<std::string> const& list) {
  Json json = Json::array();
  for (std::string const& one : list) json.push(Json(one));
  return json;
}

Json place_json(Place const& place) {
  if (place.file.empty()) return {};
  auto const number = [](std::uint32_t value) { return Json(std::int64_t{value}); };
  return Json::object({{"file", place.file},
                       {"line", number(place.begin.line)},
                       {"column", number(place.begin.column)},
                       {"end_line", number(place.end.line)},
                       {"end_column", number(place.end.column)}});
}

std::string_view kind_name(Reason::Kind kind) {
  switch (kind) {
    case Reason::Kind::job_condition:
      return "job_condition";
    case Reason::Kind::step_condition:
      return "step_condition";
    case Reason::Kind::need_skipped:
      return "need_skipped";
    case Reason::Kind::ancestor_skipped:
      return "ancestor_skipped";
    case Reason::Kind::no_ref:
      return "no_ref";
    case Reason::Kind::depends:
      return "depends";
  }
  unreachable_here("a reason without a name");
}

Json or_null(std::string const& text) {
  return text.empty() ? Json() : Json(text);
}

Json path_json(PathSummary const& path) {
  Json inputs = Json::object();
  for (auto const& [name, values] : path.inputs) inputs.set(name, texts(values));
  Json known = Json::object();
  for (auto const& [label, words] : path.known) known.set(label, words);
  Json reasons = Json::array();
  for (Reason const& reason : path.reasons)
    reasons.push(Json::object({{"kind", kind_name(reason.kind)},
                               {"text", reason.text},
                               {"job", or_null(reason.job)},
                               {"place", place_json(reason.place)}}));
  return Json::object({{"target", path.target},
                       {"within", path.within},
                       {"target_known", path.target_known},
                       {"provider", path.provider},
                       {"role", role_name(path.role)},
                       {"state", reach_name(path.reach)},
                       {"file", path.file},
                       {"event", path.event},
                       {"event_place", place_json(path.event_place)},
                       {"refs", Json::object({{"kind", ref_kind_name(path.ref_kind)},
                                              {"filter", texts(path.filter)}})},
                       {"inputs", std::move(inputs)},
                       {"job", path.job},
                       {"environment", or_null(path.environment)},
                       {"concurrency", or_null(path.concurrency)},
                       {"step", path.step},
                       {"tool", path.tool},
                       {"place", place_json(path.place)},
                       {"health_check", path.health_check},
                       {"ships_over", texts(path.ships_over)},
                       {"reasons", std::move(reasons)},
                       {"known", std::move(known)},
                       {"words", event_words(path)}});
}

Json workflow_json(FileSummary const& file) {
  Json events = Json::array();
  for (FileSummary::EventSummary const& event : file.events)
    events.push(Json::object({{"name", event.name}, {"place", place_json(event.place)}}));
  return Json::object({{"path", file.path},
                       {"name", file.name},
                       {"refused", file.refused},
                       {"complete", !file.too_much},
                       {"events", std::move(events)}});
}

Json finding_json(AuditReport const& report, AuditFinding const& finding,
                  std::optional<bool> known) {
  Json notes = Json::array();
  for (Note const& note : finding.notes)
    notes.push(Json::object({{"text", note.text}, {"place", place_json(note.place)}}));
  CheckPage const page = report.page(finding.rule);
  Json json = Json::object({{"check", finding.rule},
                            {"title", page.title},
                            {"severity", finding.severity},
                            {"confidence", confidence_name(finding.confidence)},
                            {"place", place_json(finding.place)},
                            {"target", or_null(finding.target)},
                            {"message", finding.message},
                            {"notes", std::move(notes)},
                            {"fix", or_null(finding.fix_title)},
                            {"fingerprint", finding.fingerprint()}});
  if (known) json.set("known", Json(*known));
  return json;
}

Json paths_of(AuditReport const& report) {
  Json paths = Json::array();
  for (TargetPaths const& target : paths_by_target(report.result.files))
    for (PathSummary const* path : target.paths) paths.push(path_json(*path));
  return paths;
}

Json facts_json(std::optional<JoinedFacts> const& facts) {
  if (!facts) return {};
  Json untold = Json::array();
  for (auto const& [check, reason] : facts->untold)
    untold.push(Json::object({{"check", check}, {"reason", reason}}));
  return Json::object(
      {{"source", facts->source}, {"recorded", facts->recorded}, {"untold", std::move(untold)}});
}

}  // namespace

std::string paths_json(AuditReport const& report) {
  return Json::object({{"root", report.root}, {"paths", paths_of(report)}}).pretty() + "\n";
}

std::string audit_json(AuditReport const& report) {
  Json workflows = Json::array();
  for (FileSummary const& file : report.result.files) workflows.push(workflow_json(file));
  Json findings = Json::array();
  Json ignored = Json::array();
  for (std::size_t i = 0; i < report.result.findings.size(); ++i)
    findings.push(finding_json(report, report.result.findings[i], report.is_known(i)));
  for (AuditFinding const& finding : report.result.ignored)
    ignored.push(finding_json(report, finding, std::nullopt));
  Json remarks = Json::array();
  for (Note const& remark : report.remarks)
    remarks.push(Json::object({{"text", remark.text}, {"place", place_json(remark.place)}}));
  Json gone = Json::array();
  for (BaselineEntry const& entry : report.gone)
    gone.push(Json::object({{"check", entry.rule},
                            {"file", entry.file},
                            {"message", entry.message},
                            {"fingerprint", entry.fingerprint}}));
  return Json::object({{"root", report.root},
                       {"exit_code", report.exit_code()},
                       {"workflows", std::move(workflows)},
                       {"paths", paths_of(report)},
                       {"findings", std::move(findings)},
                       {"ignored", std::move(ignored)},
                       {"gone", std::move(gone)},
                       {"remarks", std::move(remarks)},
                       {"unread", texts(report.unread)},
                       {"refs_unknown", or_null(report.refs_unknown)},
                       {"facts", facts_json(report.facts)}})
             .pretty() +
         "\n";
}

}  // namespace landfall
