#include "audit/render_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/excerpt.h"
#include "base/text.h"

namespace landfall {
namespace {

/// Beyond this many, a target's paths are counted and not listed: `landfall paths` lists them all.
constexpr std::size_t paths_listed = 20;

Paint paint_of(std::string_view severity) {
  if (severity <= "SEV-2") return Paint::red;
  return severity == "SEV-3" ? Paint::yellow : Paint::blue;
}

/// The first sentence of a text, or all of it up to an empty line.
std::string first_sentence(std::string_view text) {
  std::string_view const paragraph = trim(text.substr(0, text.find("\n\n")));
  std::size_t end = 0;
  do {
    end = paragraph.find(". ", end);
    if (end == std::string_view::npos) break;
    ++end;
    // "e.g. this" ends no sentence; "x. This" does.
  } while (paragraph[end + 1] >= 'a' && paragraph[end + 1] <= 'z');
  std::string sentence = replace_all(std::string(paragraph.substr(0, end)), "\n", " ");
  // What stands behind a colon is an example, which the page shows.
  if (sentence.ends_with(':')) sentence.back() = '.';
  return sentence;
}

std::string excerpts_of(TextStyle const& style, SourceText& source, Place const& place,
                        Paint paint) {
  std::string const* text = source.of(place.file);
  return text == nullptr ? "" : excerpt(style, *text, place, paint);
}

std::string labelled(TextStyle const& style, std::string_view label, std::string_view text) {
  std::string const head = fmt::format("  {:<5} ", label);
  return fmt::format("  {} {}\n", style.paint(Paint::dim, fmt::format("{:<5}", label)),
                     wrapped(printable(text), head.size(), style.width));
}

class FindingsText {
 public:
  FindingsText(TextStyle const& style, AuditReport const& report)
      : style_(style), report_(report), source_(report.read) {}

  std::string text() {
    std::string text;
    for (std::size_t i = 0; i < report_.result.findings.size(); ++i)
      if (!report_.is_known(i)) text += one(report_.result.findings[i]) + "\n";
    return text;
  }

 private:
  std::string one(AuditFinding const& finding) {
    CheckPage const page = report_.page(finding.rule);
    Paint const paint = paint_of(finding.severity);
    std::string text = fmt::format("{} {}  {}", style_.paint(paint, finding.severity),
                                   style_.paint(Paint::bold, finding.rule), page.title);
    if (finding.confidence != Confidence::certain)
      text += style_.paint(Paint::dim,
                           fmt::format("  (confidence: {})", confidence_name(finding.confidence)));
    text += "\n";
    if (!finding.place.file.empty()) {
      text += fmt::format("  {}\n", style_.paint(Paint::blue, place_text(finding.place)));
      text += excerpts_of(style_, source_, finding.place, paint);
    }
    text += fmt::format("  {}\n", wrapped(printable(finding.message), 2, style_.width));
    for (Note const& note : finding.notes) text += note_text(note);
    return text + advice(finding, page);
  }

  std::string note_text(Note const& note) {
    if (note.place.file.empty()) return labelled(style_, "note", note.text);
    return labelled(style_, "note", fmt::format("{}: {}", place_text(note.place), note.text)) +
           excerpts_of(style_, source_, note.place, Paint::blue);
  }

  /// What is the same for all findings of a rule is said with the first.
  std::string advice(AuditFinding const& finding, CheckPage const& page) {
    bool const first = std::find(told_.begin(), told_.end(), finding.rule) == told_.end();
    if (first) told_.push_back(finding.rule);
    std::string text;
    if (!finding.fix_title.empty())
      text = labelled(style_, "fix",
                      fmt::format("{}: `landfall fix {}`", finding.fix_title, finding.rule));
    else if (first)
      text = labelled(style_, "fix", first_sentence(page.fix));
    if (first) text += labelled(style_, "why", fmt::format("`landfall explain {}`", finding.rule));
    return text;
  }

  TextStyle const& style_;
  AuditReport const& report_;
  SourceText source_;
  std::vector<std::string_view> told_;
};

// The tree of paths.

std::string_view const branch = "├─ ";
std::string_view const last_branch = "└─ ";
std::string_view const trunk = "│  ";
std::string_view const no_trunk = "   ";

Paint paint_of(Reach reach) {
  switch (reach) {
    case Reach::possible:
      return Paint::green;
    case Reach::undecided:
      return Paint::yellow;
    case Reach::impossible:
      return Paint::red;
  }
  return Paint::plain;
}

class PathLines {
 public:
  PathLines(TextStyle const& style, bool last) : style_(style), last_(last) {}

  std::string text(PathSummary const& path) {
    line(path);
    detail("from", style_.paint(Paint::dim, place_text(path.event_place)));
    detail("jobs", jobs(path));
    detail("step", step(path) + at(path.place));
    if (!path.ships_over.empty())
      detail("over",
             fmt::format("it deploys even if {} failed", printable(join(path.ships_over, ", "))));
    for (Reason const& reason : path.reasons)
      detail(path.reach == Reach::impossible ? "never" : "if",
             printable(reason.text) + at(reason.place));
    for (auto const& [label, words] : path.known) detail(label, printable(words));
    return std::move(text_);
  }

 private:
  void line(PathSummary const& path) {
    std::string const state = fmt::format("{:<10}", reach_name(path.reach));
    text_ += fmt::format("{}{} {}\n", last_ ? last_branch : branch,
                         style_.paint(paint_of(path.reach), state),
                         style_.paint(Paint::bold, event_words(path)));
  }

  void detail(std::string_view label, std::string_view words) {
    std::size_t const indent = 14;
    std::size_t const width = std::max(style_.width, indent + 30);
    std::vector<std::string> const lines = lines_of(wrapped(words, indent, width));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      text_ += last_ ? no_trunk : trunk;
      text_ += i == 0 ? fmt::format("     {} {}\n",
                                    style_.paint(Paint::dim, fmt::format("{:<5}", label)), lines[i])
                      : lines[i].substr(std::min(lines[i].size(), std::size_t{3})) + "\n";
    }
  }

  std::string jobs(PathSummary const& path) const {
    std::string words = replace_all(printable(path.job), "/", " > ");
    words += path.environment.empty()
                 ? std::string(", no environment")
                 : fmt::format(", environment {}", printable(path.environment));
    if (!path.concurrency.empty())
      words += fmt::format(", one at a time in {}", printable(path.concurrency));
    return words;
  }

  std::string at(Place const& place) const {
    return place.file.empty() ? "" : " at " + style_.paint(Paint::dim, place_text(place));
  }

  /// A step that nobody named is told by what it does.
  static std::string step(PathSummary const& path) {
    bool const named = !path.step.starts_with("step ") || !parse_integer(path.step.substr(5));
    if (path.step.empty() || path.step == path.tool) return printable(path.tool);
    return fmt::format("{} ({})", printable(named ? path.step : path.tool),
                       printable(named ? path.tool : path.step));
  }

  TextStyle const& style_;
  bool last_;
  std::string text_;
};

std::string target_head(TextStyle const& style, TargetPaths const& target) {
  std::string what = provider_words(target.provider);
  if (target.role != DeployRole::deploy) what += fmt::format(", {}", role_name(target.role));
  if (!target.within.empty()) what += ", in " + printable(target.within);
  if (!target.known) what += ", its name is known only when it runs";
  return fmt::format("{}  {}\n", style.paint(Paint::bold, printable(target.target)),
                     style.paint(Paint::dim, what));
}

std::string target_text(TextStyle const& style, TargetPaths const& target, std::size_t most) {
  std::string text = target_head(style, target);
  std::size_t const shown = std::min(target.paths.size(), most);
  for (std::size_t i = 0; i < shown; ++i)
    text += PathLines(style, i + 1 == target.paths.size()).text(*target.paths[i]);
  if (shown < target.paths.size())
    text += fmt::format("{}and {} more: `landfall paths '{}'`\n", last_branch,
                        target.paths.size() - shown, printable(target.target));
  return text;
}

// The summary.

struct Counts {
  std::size_t targets = 0;
  std::size_t paths = 0;
  std::size_t possible = 0;
  std::size_t undecided = 0;
  std::size_t impossible = 0;
};

Counts counts_of(std::span<TargetPaths const> targets) {
  Counts counts;
  counts.targets = targets.size();
  for (TargetPaths const& target : targets) {
    for (PathSummary const* path : target.paths) {
      ++counts.paths;
      counts.possible += path->reach == Reach::possible ? 1 : 0;
      counts.undecided += path->reach == Reach::undecided ? 1 : 0;
      counts.impossible += path->reach == Reach::impossible ? 1 : 0;
    }
  }
  return counts;
}

std::string number_words(std::size_t count, std::string_view one, std::string_view many) {
  return counted(static_cast<std::int64_t>(count), one, many);
}

std::string path_counts(Counts const& counts) {
  if (counts.paths == 0) return "no step is known to deploy anything";
  std::vector<std::string> parts;
  for (auto const& [count, name] :
       {std::pair(counts.possible, "possible"), std::pair(counts.undecided, "undecided"),
        std::pair(counts.impossible, "impossible")})
    if (count > 0) parts.push_back(fmt::format("{} {}", count, name));
  return fmt::format("{} to {} ({})", number_words(counts.paths, "path", "paths"),
                     number_words(counts.targets, "target", "targets"), join(parts, ", "));
}

std::string finding_counts(AuditReport const& report) {
  std::map<std::string, int> severities;
  for (std::size_t i = 0; i < report.result.findings.size(); ++i)
    if (!report.is_known(i)) ++severities[report.result.findings[i].severity];
  std::vector<std::string> parts;
  for (auto const& [severity, count] : severities)
    parts.push_back(fmt::format("{} {}", count, severity));
  std::string text =
      report.fresh() == 0 ? "no findings" : number_words(report.fresh(), "finding", "findings");
  if (!report.known.empty() && report.fresh() != 0) text += " that the baseline lacks";
  if (!parts.empty()) text += fmt::format(" ({})", join(parts, ", "));
  std::size_t const known = report.result.findings.size() - report.fresh();
  if (known > 0) text += fmt::format(", {} in the baseline", known);
  if (!report.result.ignored.empty())
    text += fmt::format(", {} ignored", report.result.ignored.size());
  return text;
}

std::string summary_text(TextStyle const& style, AuditReport const& report, Counts const& counts) {
  std::string const text =
      fmt::format("{}: {}; {}", number_words(report.result.files.size(), "workflow", "workflows"),
                  path_counts(counts), finding_counts(report));
  int const code = report.exit_code();
  Paint const paint = code == 0 ? Paint::green : code == 1 ? Paint::red : Paint::yellow;
  return style.paint(paint, wrapped(text, 0, style.width)) + "\n";
}

std::string remarks_text(TextStyle const& style, AuditReport const& report) {
  std::string text;
  auto const say = [&](Paint paint, std::string_view mark, std::string_view words) {
    text +=
        fmt::format("{} {}\n", style.paint(paint, mark), wrapped(printable(words), 2, style.width));
  };
  for (std::string const& unread : report.unread)
    say(Paint::yellow, "?", fmt::format("could not be read: {}", unread));
  if (report.facts) {
    for (auto const& [check, reason] : report.facts->untold)
      say(Paint::yellow, "?", fmt::format("{} cannot be told: {}", check, reason));
    say(Paint::dim, "*",
        fmt::format("settings and history from {}, {}", report.facts->source,
                    report.facts->recorded));
  }
  if (!report.refs_unknown.empty())
    say(Paint::dim, "*",
        fmt::format("filters were not compared with branches and tags: {}", report.refs_unknown));
  for (Note const& remark : report.remarks)
    say(Paint::dim, "*",
        remark.place.file.empty() ? remark.text
                                  : fmt::format("{}: {}", place_text(remark.place), remark.text));
  for (BaselineEntry const& gone : report.gone)
    say(Paint::green, "*",
        fmt::format("gone since the baseline: {} in {}: {}", gone.rule, gone.file, gone.message));
  return text;
}

std::string head_text(TextStyle const& style, std::string_view name, std::string_view words) {
  return fmt::format("{}: {}\n\n", style.paint(Paint::bold, name), words);
}

}  // namespace

std::string paths_text(TextStyle const& style, std::span<TargetPaths const> targets) {
  std::string text;
  for (TargetPaths const& target : targets) {
    if (!text.empty()) text += "\n";
    text += target_text(style, target, target.paths.size());
  }
  return text;
}

std::string audit_text(TextStyle const& style, AuditReport const& report) {
  std::vector<TargetPaths> const targets = paths_by_target(report.result.files);
  std::string text;
  if (!targets.empty()) text += head_text(style, "Deploy paths", "which event takes code where");
  for (TargetPaths const& target : targets) text += target_text(style, target, paths_listed) + "\n";
  if (report.fresh() > 0) text += head_text(style, "Findings", "the worst first");
  text += FindingsText(style, report).text();
  std::string const remarks = remarks_text(style, report);
  if (!remarks.empty()) text += remarks + "\n";
  return text + summary_text(style, report, counts_of(targets));
}

}  // namespace landfall
