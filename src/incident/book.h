// Sentences with their citations, and the book of all that was cited.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "incident/record.h"

namespace landfall {

/// What a sentence rests on: "E12" evidence, "D3" the journal of a deploy, "F never-deployed" a
/// finding, "landfall.yaml:12" what was declared.
using Cites = std::vector<std::string>;

Cites by_evidence(std::vector<std::int64_t> const& numbers);
Cites by_evidence(std::int64_t number);
Cites by_deploy(std::int64_t deploy, std::int64_t evidence = 0);
Cites by_finding(FindingSpan const& finding);
Cites by_intent(Story const& story);
Cites operator+(Cites a, Cites const& b);

class Book {
 public:
  /// "The text [E3] [E5]". A sentence without a citation is a bug.
  std::string say(std::string_view text, Cites cites);
  /// The same as an item of a list, or as the last cell of a table's row.
  std::string item(std::string_view text, Cites cites);
  std::string row(std::vector<std::string> const& cells, Cites cites);

  std::set<std::int64_t> const& evidence() const { return evidence_; }
  std::set<std::int64_t> const& deploys() const { return deploys_; }
  std::set<std::string> const& findings() const { return findings_; }
  std::set<std::string> const& declared() const { return declared_; }

 private:
  std::set<std::int64_t> evidence_;
  std::set<std::int64_t> deploys_;
  std::set<std::string> findings_;
  std::set<std::string> declared_;
};

/// Text from outside, safe within Markdown and its tables: one line, nothing of it is markup or
/// looks like a citation.
std::string plain(std::string_view text);
/// Our own text in one line.
std::string one_line(std::string_view text);

}  // namespace landfall
