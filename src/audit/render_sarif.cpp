#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "audit/render.h"
#include "base/json.h"
#include "base/text.h"

namespace landfall {
namespace {

std::string_view level_of(std::string_view severity) {
  if (severity <= "SEV-2") return "error";
  return severity == "SEV-3" ? "warning" : "note";
}

Json text_json(std::string_view text) {
  return Json::object({{"text", printable(text)}});
}

/// A relative reference (RFC 3986): what a path may hold and a URI may not is percent-encoded.
std::string uri_of(std::string_view path) {
  std::string uri;
  for (std::string const& part : split(path, '/')) {
    if (!uri.empty()) uri += '/';
    uri += url_encode(part);
  }
  return uri;
}

Json artifact_json(std::string_view file) {
  return Json::object({{"uri", uri_of(file)}, {"uriBaseId", "%SRCROOT%"}});
}

/// Characters that begin in a text, one more than those before it.
std::size_t column_of(std::string_view before) {
  auto const begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(before.begin(), before.end(), begins)) + 1;
}

/// Line and column of a byte, in characters.
struct Spot {
  std::size_t line = 1;
  std::size_t column = 1;
};

Spot spot_of(std::string_view text, std::size_t byte) {
  std::string_view const before = text.substr(0, byte);
  auto const newline = before.rfind('\n');
  std::size_t const begin = newline == std::string_view::npos ? 0 : newline + 1;
  auto const lines = std::count(before.begin(), before.end(), '\n');
  return {static_cast<std::size_t>(lines) + 1, column_of(before.substr(begin))};
}

Json region_json(Spot begin, Spot end) {
  return Json::object({{"startLine", begin.line},
                       {"startColumn", begin.column},
                       {"endLine", end.line},
                       {"endColumn", end.column}});
}

class Sarif {
 public:
  explicit Sarif(AuditReport const& report) : report_(report), source_(report.read) {}

  Json run(std::string_view version) {
    Json results = Json::array();
    AuditResult const& result = report_.result;
    for (std::size_t i = 0; i < result.findings.size(); ++i) {
      Json json = result_json(result.findings[i]);
      if (!report_.known.empty())
        json.set("baselineState", report_.is_known(i) ? "unchanged" : "new");
      results.push(std::move(json));
    }
    for (AuditFinding const& finding : result.ignored) results.push(suppressed_json(finding));
    Json driver = Json::object(
        {{"name", "landfall"}, {"semanticVersion", version}, {"rules", std::move(rules_)}});
    return Json::object({{"tool", Json::object({{"driver", std::move(driver)}})},
                         {"columnKind", "unicodeCodePoints"},
                         {"invocations", Json::array({invocation_json()})},
                         {"results", std::move(results)}});
  }

 private:
  /// The rule's place in the list, which it joins when it first speaks.
  std::size_t index_of(AuditFinding const& finding) {
    auto const found = std::find(ids_.begin(), ids_.end(), finding.rule);
    if (found != ids_.end()) return static_cast<std::size_t>(found - ids_.begin());
    CheckPage const page = report_.page(finding.rule);
    std::string const markdown = page.why + "\n\n**Fix.** " + page.fix;
    Json help = text_json(page.fix);
    help.set("markdown", Json(printable(markdown)));
    rules_.push(Json::object(
        {{"id", page.id},
         {"shortDescription", text_json(page.title)},
         {"fullDescription", text_json(page.why)},
         {"help", std::move(help)},
         {"defaultConfiguration", Json::object({{"level", level_of(page.severity)}})},
         {"properties", Json::object({{"severity", page.severity},
                                      {"tags", Json::array({"deployment", "reliability"})}})}}));
    ids_.push_back(finding.rule);
    return ids_.size() - 1;
  }

  Json result_json(AuditFinding const& finding) {
    Json json = Json::object({{"ruleId", finding.rule},
                              {"ruleIndex", index_of(finding)},
                              {"level", level_of(finding.severity)},
                              {"message", text_json(finding.message)}});
    if (!finding.place.file.empty())
      json.set("locations", Json::array({location_json(finding.place)}));
    Json related = Json::array();
    for (Note const& note : finding.notes) {
      if (note.place.file.empty()) continue;
      Json location = location_json(note.place);
      location.set("message", text_json(note.text));
      related.push(std::move(location));
    }
    if (!related.as_array().empty()) json.set("relatedLocations", std::move(related));
    json.set("partialFingerprints", Json::object({{"landfall/v1", finding.fingerprint()}}));
    if (!finding.fix.empty()) json.set("fixes", Json::array({fix_json(finding)}));
    json.set("properties", Json::object({{"severity", finding.severity},
                                         {"confidence", confidence_name(finding.confidence)}}));
    return json;
  }

  Json suppressed_json(AuditFinding const& finding) {
    Json json = result_json(finding);
    // The reason is the last note: see take_ignored.
    std::string const reason = finding.notes.empty() ? "" : printable(finding.notes.back().text);
    json.set("suppressions",
             Json::array({Json::object({{"kind", "inSource"}, {"justification", reason}})}));
    if (!report_.known.empty()) json.set("baselineState", "unchanged");
    return json;
  }

  Json location_json(Place const& place) {
    return Json::object(
        {{"physicalLocation", Json::object({{"artifactLocation", artifact_json(place.file)},
                                            {"region", region_of(place)}})}});
  }

  Json region_of(Place const& place) {
    std::string const* text = source_.of(place.file);
    if (text == nullptr || place.end.byte < place.begin.byte || place.end.byte > text->size())
      return Json::object({{"startLine", std::int64_t{place.begin.line}}});
    return region_json(spot_of(*text, place.begin.byte), spot_of(*text, place.end.byte));
  }

  /// One change for each file that the edits touch.
  Json fix_json(AuditFinding const& finding) {
    std::vector<std::string_view> files;
    for (Edit const& edit : finding.fix)
      if (std::find(files.begin(), files.end(), edit.file) == files.end())
        files.push_back(edit.file);
    Json changes = Json::array();
    for (std::string_view const file : files) {
      Json replacements = Json::array();
      for (Edit const& edit : finding.fix)
        if (edit.file == file) replacements.push(replacement_json(edit));
      changes.push(Json::object(
          {{"artifactLocation", artifact_json(file)}, {"replacements", std::move(replacements)}}));
    }
    return Json::object(
        {{"description", text_json(finding.fix_title)}, {"artifactChanges", std::move(changes)}});
  }

  Json replacement_json(Edit const& edit) {
    std::string const* text = source_.of(edit.file);
    Json region =
        text == nullptr
            ? Json::object({{"byteOffset", edit.begin}, {"byteLength", edit.end - edit.begin}})
            : region_json(spot_of(*text, edit.begin), spot_of(*text, edit.end));
    return Json::object({{"deletedRegion", std::move(region)},
                         {"insertedContent", Json::object({{"text", edit.text}})}});
  }

  /// What could not be observed is said as notifications, so that silence is not read as health.
  Json invocation_json() const {
    Json notifications = Json::array();
    auto const say = [&](std::string_view text) {
      notifications.push(Json::object({{"level", "warning"}, {"message", text_json(text)}}));
    };
    for (std::string const& unread : report_.unread) say("could not be read: " + unread);
    if (report_.facts)
      for (auto const& [check, reason] : report_.facts->untold)
        say(fmt::format("{} cannot be told: {}", check, reason));
    return Json::object({{"executionSuccessful", report_.unread.empty()},
                         {"exitCode", report_.exit_code()},
                         {"toolExecutionNotifications", std::move(notifications)}});
  }

  AuditReport const& report_;
  SourceText source_;
  std::vector<std::string_view> ids_;
  Json rules_ = Json::array();
};

}  // namespace

std::string audit_sarif(AuditReport const& report, std::string_view version) {
  return Json::object({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                       {"version", "2.1.0"},
                       {"runs", Json::array({Sarif(report).run(version)})}})
             .pretty() +
         "\n";
}

}  // namespace landfall
