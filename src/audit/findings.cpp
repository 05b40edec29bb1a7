#include "audit/finding.h"

#include <fmt/core.h>

#include "audit/rule.h"
#include "base/text.h"

namespace landfall {

std::string_view confidence_name(Confidence confidence) {
  switch (confidence) {
    case Confidence::certain:
      return "certain";
    case Confidence::likely:
      return "likely";
    case Confidence::possible:
      return "possible";
  }
  unreachable_here("a confidence without a name");
}

std::string AuditFinding::fingerprint() const {
  // NUL can stand in none of the four, so no two findings share a text by accident.
  std::string text;
  for (std::string_view const part :
       {rule, std::string_view(place.file), std::string_view(target), std::string_view(message)}) {
    text += part;
    text += '\0';
  }
  return sha256(text).substr(0, 32);
}

void Findings::add(AuditFinding finding) {
  std::string const key =
      fmt::format("{}\n{}\n{}-{}\n{}", finding.rule, finding.place.file, finding.place.begin.byte,
                  finding.place.end.byte, finding.message);
  if (seen_.insert(key).second) all_.push_back(std::move(finding));
}

}  // namespace landfall
