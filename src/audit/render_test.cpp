#include "audit/render.h"

#include <gtest/gtest.h>

#include <set>

#include "audit/render_text.h"
#include "audit/report_fixture.h"
#include "base/json.h"
#include "base/text.h"

namespace landfall {
namespace {

using report_fixture::report;

Json parsed(std::string const& text) {
  auto json = Json::parse(text);
  EXPECT_TRUE(json) << json.error().text << "\n" << text;
  return json ? *json : Json();
}

std::string text_at(Json const& json, std::string_view path) {
  auto const text = json.text(path);
  return text ? *text : "(" + text.error().text + ")";
}

/// A report whose words try to leave their places.
AuditReport hostile() {
  AuditReport one = report();
  std::string const words = "\x1b[2J\"]; x -> y\n::error::%0A|<b>`#;\\";
  one.result.findings[0].message = words;
  one.result.findings[0].notes[0].text = words;
  PathSummary& path = one.result.files[0].paths[0];
  path.target = path.tool = path.step = path.job = path.environment = words;
  path.filter = {words};
  path.reasons = {{.kind = Reason::Kind::depends, .text = words, .place = {}, .job = words}};
  path.reach = Reach::undecided;
  path.inputs = {{words, {words}}};
  return one;
}

TEST(RenderText, paths_come_first_then_findings_then_the_sum) {
  std::string const text = audit_text({.width = 100}, report());
  std::string const expected =
      "Deploy paths: which event takes code where\n\n"
      "shop-prod  Heroku\n"
      "└─ impossible push of a tag v*\n"
      "        from  .github/workflows/a b.yml:2:3\n"
      "        jobs  ship, no environment\n"
      "        step  \xE2\x9A\xA1 ship (git push) at .github/workflows/a b.yml:8:14\n"
      "        never `if: false` is never true at .github/workflows/a b.yml:5:3\n"
      "\n"
      "shop-staging  Heroku\n"
      "└─ possible   push of a tag v*\n"
      "        from  .github/workflows/a b.yml:2:3\n"
      "        jobs  ship, no environment\n"
      "        step  \xE2\x9A\xA1 ship (git push) at .github/workflows/a b.yml:8:14\n"
      "\n"
      "Findings: the worst first\n\n"
      "SEV-2 deploy-error-swallowed  Title of it\n"
      "  .github/workflows/a b.yml:8:35\n"
      "  8 |         run: git push heroku main || true\n"
      "    |                                   ^^^^^^^\n"
      "  a failed deploy of shop-prod is green: 100%, really\n"
      "  note  .github/workflows/a b.yml:7:15: in this step\n"
      "  7 |       - name: \xE2\x9A\xA1 ship\n"
      "    |               ^^^^^^\n"
      "  fix   let it fail: `landfall fix deploy-error-swallowed`\n"
      "  why   `landfall explain deploy-error-swallowed`\n"
      "\n"
      "1 workflow: 2 paths to 2 targets (1 possible, 1 impossible); 1 finding (1 SEV-2)\n";
  EXPECT_EQ(text, expected);
}

TEST(RenderText, what_holds_for_a_rule_is_said_once) {
  AuditReport one = report();
  one.result.findings[0].fix_title.clear();
  one.result.findings[0].confidence = Confidence::likely;
  one.result.findings.push_back(one.result.findings[0]);
  std::string const text = audit_text({}, one);
  auto const times = [&](std::string_view words) {
    std::size_t count = 0;
    for (std::string const& line : lines_of(text))
      count += line.find(words) != std::string::npos ? 1U : 0U;
    return count;
  };
  EXPECT_EQ(times("  why  "), 1U) << text;
  EXPECT_EQ(times("  fix   Mend it."), 1U);
  EXPECT_EQ(times("Title of it  (confidence: likely)"), 2U);
}

TEST(RenderText, without_findings_and_paths_it_says_so) {
  AuditReport empty = report();
  empty.result.findings.clear();
  empty.result.files[0].paths.clear();
  EXPECT_EQ(audit_text({}, empty),
            "1 workflow: no step is known to deploy anything; no findings\n");
}

TEST(RenderText, what_was_not_known_is_said) {
  AuditReport one = report();
  one.result.findings.clear();
  one.unread = {"x.yml: cannot be read"};
  one.refs_unknown = "this clone is shallow";
  one.remarks = {{{"a.yml", {3, 1, 9}, {3, 2, 9}}, "idle"}, {{}, "no place"}};
  one.gone = {{"f", "zero-jobs", "b.yml", "words"}};
  one.facts = JoinedFacts{"GitHub", "asked now", true, {{"undefined-secret", "no permission"}}};
  std::string const text = audit_text({}, one);
  for (std::string_view const words :
       {"? could not be read: x.yml: cannot be read\n",
        "? undefined-secret cannot be told: no permission\n",
        "* settings and history from GitHub, asked now\n",
        "branches and tags: this clone is shallow\n", "* a.yml:3:1: idle\n", "* no place\n",
        "* gone since the baseline: zero-jobs in b.yml: words\n"})
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
}

TEST(RenderText, a_target_of_many_paths_is_cut_and_its_command_lists_all) {
  AuditReport one = report();
  one.result.files[0].paths.assign(25, report_fixture::path("shop", Reach::possible));
  std::string const text = audit_text({}, one);
  EXPECT_NE(text.find("and 5 more: `landfall paths 'shop'`"), std::string::npos) << text;
  std::string const all = paths_text({}, paths_by_target(one.result.files));
  std::size_t count = 0;
  for (std::string const& line : lines_of(all))
    count += line.find("push of a tag") != std::string::npos ? 1U : 0U;
  EXPECT_EQ(count, 25U);
}

TEST(Render, nothing_from_outside_reaches_a_terminal_raw) {
  AuditReport const one = hostile();
  for (std::string const& text : {audit_text({}, one), audit_annotations(one), audit_dot(one),
                                  audit_mermaid(one), audit_sarif(one, "1")})
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(audit_text({.color = true}, one).find("\x1b[1;31m"), std::string::npos);
}

TEST(RenderText, lines_keep_to_the_width) {
  for (std::size_t const width : {60U, 80U, 120U})
    for (std::string const& line : lines_of(audit_text({.width = width}, hostile())))
      // A place cannot be broken.
      EXPECT_LE(width_of(line), width + 30) << line;
}

TEST(RenderJson, has_paths_findings_and_what_was_not_known) {
  AuditReport one = report();
  one.unread = {"x"};
  Json const json = parsed(audit_json(one));
  EXPECT_EQ(json.integer("exit_code").value_or(-1), 1);
  Json const& path = json.find("paths")->as_array()[0];
  EXPECT_EQ(text_at(path, "target"), "shop-prod");
  EXPECT_EQ(text_at(path, "state"), "impossible");
  EXPECT_EQ(text_at(path, "refs.kind"), "tag");
  EXPECT_EQ(path.find("reasons")->as_array()[0].integer("place.line").value_or(0), 5);
  Json const& finding = json.find("findings")->as_array()[0];
  EXPECT_EQ(text_at(finding, "check"), "deploy-error-swallowed");
  EXPECT_EQ(finding.integer("place.column").value_or(0), 35);
  EXPECT_FALSE(finding.find("known")->as_bool());
  EXPECT_EQ(json.find("unread")->as_array().size(), 1U);
  parsed(audit_json(hostile()));
}

TEST(RenderSarif, columns_count_characters) {
  Json const json = parsed(audit_sarif(report(), "1.2.3"));
  Json const& run = json.find("runs")->as_array()[0];
  EXPECT_EQ(text_at(run, "columnKind"), "unicodeCodePoints");
  Json const& result = run.find("results")->as_array()[0];
  EXPECT_EQ(text_at(result, "level"), "error");
  Json const& physical = *result.find("locations")->as_array()[0].find("physicalLocation");
  EXPECT_EQ(text_at(physical, "artifactLocation.uri"), ".github/workflows/a%20b.yml");
  Json const& note =
      *result.find("relatedLocations")->as_array()[0].find("physicalLocation.region");
  EXPECT_EQ(note.integer("startColumn").value_or(0), 15);
  EXPECT_EQ(note.integer("endColumn").value_or(0), 21);  // six characters, eight bytes
  Json const& change = result.find("fixes")->as_array()[0].find("artifactChanges")->as_array()[0];
  Json const& deleted = *change.find("replacements")->as_array()[0].find("deletedRegion");
  EXPECT_EQ(deleted.integer("startColumn").value_or(0), 34);
  EXPECT_EQ(deleted.integer("endColumn").value_or(0), 42);
  EXPECT_EQ(text_at(result, "partialFingerprints.landfall/v1"),
            report().result.findings[0].fingerprint());
  EXPECT_EQ(result.find("baselineState"), nullptr);
}

TEST(RenderSarif, ignored_findings_are_suppressed_with_their_reason) {
  AuditReport one = report();
  AuditFinding ignored = report_fixture::swallowed();
  ignored.severity = "SEV-3";
  ignored.notes.push_back({ignored.place, "ignored because made by hand"});
  one.result.ignored.push_back(ignored);
  one.known = {true};
  Json const json = parsed(audit_sarif(one, "1"));
  Json::Array const& results = json.find("runs")->as_array()[0].find("results")->as_array();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(text_at(results[0], "baselineState"), "unchanged");
  EXPECT_EQ(text_at(results[1].find("suppressions")->as_array()[0], "justification"),
            "ignored because made by hand");
  EXPECT_EQ(text_at(results[1], "level"), "warning");
}

TEST(RenderGithub, annotations_are_escaped) {
  AuditReport one = report();
  EXPECT_EQ(audit_annotations(one),
            "::error file=.github/workflows/a b.yml,line=8,col=35,endLine=8,endColumn=41,"
            "title=SEV-2 deploy-error-swallowed%3A Title of it::"
            "a failed deploy of shop-prod is green: 100%25, really\n");
  one.known = {true};
  EXPECT_EQ(audit_annotations(one), "");
  EXPECT_EQ(lines_of(audit_annotations(hostile())).size(), 1U);
  AuditReport wide = report();
  wide.result.findings[0].severity = "SEV-4";
  wide.result.findings[0].place.end.line = 9;
  EXPECT_TRUE(audit_annotations(wide).starts_with(
      "::notice file=.github/workflows/a b.yml,line=8,endLine=9,title="));
  wide.result.findings[0].place = {};
  EXPECT_TRUE(audit_annotations(wide).starts_with("::notice title="));
}

/// A reader of as much of the dot language as is written: statements of nodes and edges. Returns
/// what is wrong.
std::string dot_problem(std::string const& text, std::size_t& edges) {
  std::set<std::string> nodes;
  std::vector<std::string> const lines = lines_of(text);
  if (lines.front() != "digraph landfall {" || lines.back() != "}") return "no digraph";
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    std::string const line(trim(lines[i]));
    if (!line.ends_with(";")) return "no statement: " + line;
    bool quoted = false;
    for (std::size_t k = 0; k < line.size(); ++k) {
      if (quoted && line[k] == '\\') {
        ++k;
      } else if (line[k] == '"') {
        quoted = !quoted;
      }
    }
    if (quoted) return "an open quote: " + line;
    auto const words = split(line, ' ');
    if (words[0][0] != 'n' || words[0].starts_with("node")) continue;
    if (words[1] != "->") {
      nodes.insert(words[0]);
    } else {
      ++edges;
      if (!nodes.contains(words[0]) || !nodes.contains(words[2])) return "no such node: " + line;
    }
  }
  return "";
}

TEST(RenderDot, edges_lead_between_nodes_and_impossible_ones_are_dashed) {
  std::size_t edges = 0;
  EXPECT_EQ(dot_problem(audit_dot(report()), edges), "");
  // event to job, job to step, step to each of two targets.
  EXPECT_EQ(edges, 4U);
  std::string const text = audit_dot(report());
  EXPECT_NE(text.find("label=\"tag v*\""), std::string::npos) << text;
  EXPECT_NE(text.find("style=dashed"), std::string::npos);
  EXPECT_EQ(dot_problem(audit_dot(hostile()), edges), "");
  EXPECT_NE(dot_problem("digraph landfall {\n  n0 [label=\"\"\"];\n}\n", edges), "");
}

TEST(RenderMermaid, labels_stay_in_their_quotes) {
  std::string const text = audit_mermaid(report());
  EXPECT_TRUE(text.starts_with("flowchart LR\n  n0([\"push<br/>a b.yml\"])\n")) << text;
  EXPECT_NE(text.find("n0 -->|\"tag v*\"| n1"), std::string::npos) << text;
  EXPECT_NE(text.find("-.->"), std::string::npos) << text;
  for (std::string const& line : lines_of(audit_mermaid(hostile()))) {
    auto const quotes = std::count(line.begin(), line.end(), '"');
    EXPECT_TRUE(quotes == 0 || quotes == 2) << line;
    EXPECT_EQ(line.find('`'), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace landfall
