#include "incident/remedy.h"

#include <fmt/core.h>

#include "base/text.h"
#include "check/check.h"
#include "incident/book.h"

namespace landfall {
namespace {

constexpr std::string_view workflows = ".github/workflows/";

/// The workflow file that a finding's words begin with: the checks of paths say it first.
std::string workflow_of(FindingSpan const& finding) {
  std::size_t const at = finding.message.find(workflows);
  if (at == std::string::npos) return {};
  std::size_t const from = at + workflows.size();
  std::size_t const end = finding.message.find_first_of(" :,", from);
  return finding.message.substr(from, end == std::string::npos ? end : end - from);
}

/// A name from outside within a command: nothing of it may end the code span or look like a
/// citation.
std::string in_code(std::string_view name) {
  std::string safe;
  for (char const c : printable(one_line(name)))
    safe += std::string_view("`<>[]|").find(c) == std::string_view::npos ? c : '?';
  return safe;
}

std::string url_of(Story const& story, Check const& check, FindingSpan const& finding) {
  if (check.page.empty()) return {};
  std::string const page = "https://github.com/" + story.target.repository + check.page;
  constexpr std::string_view name = "{workflow}";
  if (page.find(name) == std::string::npos) return page;
  std::string const file = workflow_of(finding);
  return file.empty() ? std::string() : replace_all(page, name, url_encode(file));
}

}  // namespace

Remedy remedy_of(Story const& story, FindingSpan const& finding) {
  Check const* check = find_check(finding.check);
  Remedy remedy{.text = check == nullptr ? "see `landfall check`" : one_line(check->fix),
                .url = check == nullptr ? std::string() : url_of(story, *check, finding)};
  // A finding of a path names the target that the path leads to; the command is for that one.
  Target const* target = story.intent.target(finding.target);
  if (target == nullptr) target = &story.target;
  remedy.text = replace_all(std::move(remedy.text), "{target}", target->name);
  remedy.text = replace_all(std::move(remedy.text), "{subject}", in_code(finding.subject));
  remedy.text = replace_all(std::move(remedy.text), "{app}", target->app);
  return remedy;
}

}  // namespace landfall
