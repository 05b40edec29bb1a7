#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "audit/ignore.h"
#include "audit/rule.h"
#include "base/text.h"

namespace landfall::audit_rules {
namespace {

/// What is wrong with the ids of a comment, "" if nothing.
std::string unknown_id(IgnoreComment const& comment, AuditedFile const& file) {
  std::vector<std::string> known;
  for (Rule const& rule : rules()) known.emplace_back(rule.id);
  if (file.other_ids != nullptr)
    known.insert(known.end(), file.other_ids->begin(), file.other_ids->end());
  for (std::string const& id : comment.ids)
    if (std::find(known.begin(), known.end(), id) == known.end())
      return fmt::format("there is no check '{}'{}", printable(id), did_you_mean(id, known));
  return "";
}

}  // namespace

void ignore_invalid(AuditedFile const& file, Findings& findings) {
  if (file.document == nullptr) return;
  for (IgnoreComment const& comment : read_ignores(file.path, file.document->text())) {
    std::string const wrong = comment.problem.empty() ? unknown_id(comment, file) : comment.problem;
    if (wrong.empty()) continue;
    findings.add({.rule = "ignore-invalid",
                  .place = comment.place,
                  .message = "this comment ignores nothing: " + wrong});
  }
}

}  // namespace landfall::audit_rules
