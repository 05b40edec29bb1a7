#include "incident/report.h"

#include <fmt/core.h>

#include "base/text.h"
#include "incident/human.h"
#include "incident/sections.h"

namespace landfall {
namespace {

using Section = Result<std::string> (*)(Story const&, Book&);

struct Part {
  std::string_view title;
  Section machine;
  std::string_view human;  ///< "" if people have no part in it
};

constexpr Part parts[] = {
    {"Summary", summary_section, "summary"},
    {"Timeline (all times UTC)", timeline_section, ""},
    {"Impact", impact_section, "impact"},
    {"What went well", went_well_section, "went-well"},
    {"What didn't go well", went_badly_section, "went-badly"},
    {"Root cause analysis", causes_section, "root-cause"},
    {"Detection", detection_section, ""},
    {"Resolution", resolution_section, ""},
    {"Validation", validation_section, ""},
    {"Action items", actions_section, "action-items"},
};

bool is_citation(std::string_view text) {
  auto const digits = [](std::string_view part) { return parse_integer(part).has_value(); };
  if (text.starts_with("E") || text.starts_with("D"))
    if (digits(text.substr(1))) return true;
  if (text.starts_with("F ")) return text.size() > 2;
  std::size_t const colon = text.rfind(':');
  return colon != std::string_view::npos && colon > 0 && digits(text.substr(colon + 1));
}

bool ends_with_citation(std::string_view line) {
  if (line.ends_with("|")) line = trim(line.substr(0, line.size() - 1));
  if (!line.ends_with("]")) return false;
  std::size_t const open = line.rfind('[');
  return open != std::string_view::npos &&
         is_citation(line.substr(open + 1, line.size() - open - 2));
}

/// Headings, table heads, rules and the words about the report itself state nothing.
bool states_something(std::string_view line) {
  if (line.empty() || line.starts_with("#") || line.starts_with(">") || line.starts_with("<!--"))
    return false;
  if (line.starts_with("|---") || line == "| | |" || line == "| UTC | What |") return false;
  if (line.starts_with("| # | Action |") || line.starts_with("Sentences that end with"))
    return false;
  return true;
}

}  // namespace

Result<std::string> incident_report(Store& store, Intent const& intent, std::string const& incident,
                                    std::string_view before, Instant now) {
  HumanTexts const written = TRY(during("the earlier report", human_texts(before)));
  TRY(store.look_at(now));
  Story const story = TRY(read_story(store, intent, incident, now));
  Book book;
  std::string text = TRY(head_section(story, book));
  for (Part const& part : parts) {
    std::string const machine = TRY(part.machine(story, book));
    text += fmt::format("## {}\n\n{}", part.title, machine);
    if (!text.ends_with("\n\n")) text += "\n";
    if (!part.human.empty()) text += human_block(part.human, written) + "\n";
  }
  text += orphaned_blocks(written);
  text += "## References\n\n";
  return text + TRY(references_section(story, book));
}

std::vector<std::string> uncited_sentences(std::string_view report) {
  std::vector<std::string> uncited;
  bool human = false;
  for (std::string const& line : lines_of(report)) {
    std::string_view const words = trim(line);
    if (words == "## References") break;
    if (words.starts_with("<!-- human:")) human = true;
    if (!human && states_something(words) && !ends_with_citation(words))
      uncited.emplace_back(words);
    if (words.starts_with("<!-- what follows is written by landfall")) human = false;
  }
  return uncited;
}

}  // namespace landfall
