#include "incident/book.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace landfall {

Cites by_evidence(std::vector<std::int64_t> const& numbers) {
  Cites cites;
  for (std::int64_t const number : std::set<std::int64_t>(numbers.begin(), numbers.end()))
    if (number > 0) cites.push_back(fmt::format("E{}", number));
  return cites;
}

Cites by_evidence(std::int64_t number) {
  return by_evidence(std::vector<std::int64_t>{number});
}

Cites by_deploy(std::int64_t deploy, std::int64_t evidence) {
  return Cites{fmt::format("D{}", deploy)} + by_evidence(evidence);
}

Cites by_finding(FindingSpan const& finding) {
  Cites cites = by_evidence(finding.evidence);
  if (cites.empty()) cites.push_back("F " + finding.check);
  // A finding that lasted long rests on many answers: the first and the newest show it.
  if (cites.size() > 4) cites = {cites[0], cites[1], cites[cites.size() - 2], cites.back()};
  return cites;
}

Cites by_intent(Story const& story) {
  std::string const& file = story.intent.file;
  std::size_t const slash = file.rfind('/');
  std::string const name = slash == std::string::npos ? file : file.substr(slash + 1);
  return {fmt::format("{}:{}", name.empty() ? "landfall.yaml" : name, story.target.mark.line)};
}

Cites operator+(Cites a, Cites const& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::string Book::say(std::string_view text, Cites cites) {
  require(!cites.empty(), "a sentence of a report without a citation");
  std::string sentence(text);
  std::vector<std::string> once;
  for (std::string& cite : cites) {
    if (std::find(once.begin(), once.end(), cite) != once.end()) continue;
    std::optional<std::int64_t> const number = parse_integer(std::string_view(cite).substr(1));
    if (cite.starts_with('E') && number)
      evidence_.insert(*number);
    else if (cite.starts_with('D') && number)
      deploys_.insert(*number);
    else if (cite.starts_with("F "))
      findings_.insert(cite.substr(2));
    else
      declared_.insert(cite);
    sentence += fmt::format(" [{}]", cite);
    once.push_back(std::move(cite));
  }
  return sentence;
}

std::string Book::item(std::string_view text, Cites cites) {
  return "- " + say(text, std::move(cites)) + "\n";
}

std::string Book::row(std::vector<std::string> const& cells, Cites cites) {
  return "| " + say(join(cells, " | "), std::move(cites)) + " |\n";
}

std::string one_line(std::string_view text) {
  std::vector<std::string> lines;
  for (std::string const& line : lines_of(text))
    if (std::string_view const words = trim(line); !words.empty()) lines.emplace_back(words);
  return join(lines, " ");
}

std::string plain(std::string_view text) {
  std::string safe;
  for (char const c : printable(one_line(text))) {
    switch (c) {
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '|':
      case '[':
      case ']':
      case '*':
      case '\\':
        safe += '\\';
        safe += c;
        break;
      case '`':
        safe += '\'';
        break;
      case '\t':
        safe += ' ';
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

}  // namespace landfall
