// A person's text may hold anything, also lines that look like our markers: somebody quotes the
// template, or explains it. So an end counts only if our own line follows it, which nobody writes
// by accident, and a begin counts only outside of a part.
#include "incident/human.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace landfall {
namespace {

constexpr std::string_view empty_text = "\n_Nobody has written here yet._\n";
constexpr std::string_view machine_line = "<!-- what follows is written by landfall -->";

std::string begin_marker(std::string_view name) {
  return fmt::format("<!-- human:{} -->", name);
}
std::string end_marker(std::string_view name) {
  return fmt::format("<!-- /human:{} -->", name);
}

struct Line {
  std::size_t begin = 0;
  std::size_t next = 0;   ///< where the line after it begins
  std::string_view text;  ///< without its end and without white space around it
};

std::vector<Line> lines_with_places(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t const end = std::min(text.find('\n', at), text.size());
    std::size_t const next = std::min(end + 1, text.size());
    lines.push_back({at, next, trim(text.substr(at, end - at))});
    at = next;
  }
  return lines;
}

/// The part's name if the line begins one.
std::optional<std::string> begun(std::string_view line) {
  constexpr std::string_view before = "<!-- human:";
  constexpr std::string_view after = " -->";
  if (!line.starts_with(before) || !line.ends_with(after) ||
      line.size() <= before.size() + after.size())
    return std::nullopt;
  return std::string(line.substr(before.size(), line.size() - before.size() - after.size()));
}

/// The line that ends the part: the first end marker that our own line follows. Who edits a report
/// may lose that line: then it is the last end marker before the next part or heading of ours.
std::optional<std::size_t> end_of(std::vector<Line> const& lines, std::size_t from,
                                  std::string_view name) {
  std::string const marker = end_marker(name);
  for (std::size_t i = from; i + 1 < lines.size(); ++i)
    if (lines[i].text == marker && lines[i + 1].text == machine_line) return i;
  std::optional<std::size_t> last;
  for (std::size_t i = from; i < lines.size(); ++i) {
    if (lines[i].text == marker) last = i;
    bool const next_part = last && begun(lines[i].text).has_value();
    if (next_part) break;
  }
  return last;
}

}  // namespace

std::vector<HumanPart> const& human_parts() {
  static std::vector<HumanPart> const parts{
      {"summary", "What happened, in two or three sentences for somebody who was not there."},
      {"impact", "Who was affected and how, beyond what was measured."},
      {"went-well", "What helped: people, habits, luck. Name luck as luck."},
      {"went-badly", "What hindered, without blame: what made the wrong thing easy."},
      {"root-cause",
       "Why it came to be so, and why nobody looked: what each believed, and from what."},
      {"action-items",
       "Owners, due dates and issues of the actions above; actions of your own; what will "
       "not be done, and why."},
  };
  return parts;
}

Result<HumanTexts> human_texts(std::string_view report) {
  HumanTexts texts;
  std::vector<Line> const lines = lines_with_places(report);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::optional<std::string> const name = begun(lines[i].text);
    if (!name) continue;
    std::optional<std::size_t> const end = end_of(lines, i + 1, *name);
    if (!end)
      return fail(
          ErrorKind::data,
          fmt::format("line {}: the part 'human:{}' is begun and never ended by {}: nothing was "
                      "written, so that no words are lost",
                      i + 1, printable(*name), printable(end_marker(*name))));
    std::string text(report.substr(lines[i].next, lines[*end].begin - lines[i].next));
    auto const [place, is_new] = texts.emplace(*name, text);
    if (!is_new) place->second += text;  // a part that somebody copied: both are theirs
    i = *end;
  }
  std::erase_if(texts, [](auto const& entry) { return trim(entry.second) == trim(empty_text); });
  return texts;
}

std::string human_block(std::string_view name, HumanTexts const& texts) {
  auto const part = std::find_if(human_parts().begin(), human_parts().end(),
                                 [&](HumanPart const& each) { return each.name == name; });
  require(part != human_parts().end(), "a human part that is not listed");
  auto const text = texts.find(name);
  std::string block = fmt::format(
      "> **Written by people**, kept word for word when landfall writes this "
      "report anew. {}\n\n{}\n",
      part->instruction, begin_marker(name));
  block += text == texts.end() ? std::string(empty_text) : text->second;
  if (!block.ends_with('\n')) block += '\n';
  return block + fmt::format("{}\n{}\n", end_marker(name), machine_line);
}

std::string orphaned_blocks(HumanTexts const& texts) {
  std::string blocks;
  for (auto const& [name, text] : texts) {
    bool const known = std::any_of(human_parts().begin(), human_parts().end(),
                                   [&](HumanPart const& each) { return each.name == name; });
    if (known) continue;
    blocks += fmt::format(
        "> **Written by people** in an earlier report, under '{}'.\n\n{}\n{}{}{}\n{}\n\n",
        printable(name), begin_marker(name), text, text.ends_with('\n') ? "" : "\n",
        end_marker(name), machine_line);
  }
  return blocks.empty() ? blocks : "## Notes from an earlier report\n\n" + blocks;
}

}  // namespace landfall
