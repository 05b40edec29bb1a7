// All that landfall looks for: rules of the audit and checks over facts, in one list.
#include <fmt/core.h>

#include <algorithm>

#include "audit/rule.h"
#include "base/json.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/check_pages.h"
#include "cli/check_text.h"
#include "cli/commands.h"
#include "cli/context.h"

namespace landfall {
namespace {

/// What must be known for it, in three words: files, git refs, settings and history.
std::string needs_of(std::string const& id) {
  std::vector<std::string> needs;
  if (is_rule(id)) {
    RulePage const& page = rule_page(id);
    needs.emplace_back("files");
    // A rule that looks at branches and tags has them in its examples: it could not be tested else.
    bool const refs =
        std::any_of(page.examples.begin(), page.examples.end(),
                    [](RuleExample const& example) { return example.refs.has_value(); });
    if (refs) needs.emplace_back("git refs");
  }
  if (find_check(id) != nullptr) needs.emplace_back("settings and history");
  return join(needs, ", ");
}

Json check_json_of(std::string const& id) {
  CheckPage const page = check_page(id);
  Json json = Json::object({{"id", page.id},
                            {"title", page.title},
                            {"severity", page.severity},
                            {"needs", needs_of(id)},
                            {"rule", is_rule(id)}});
  if (Check const* check = find_check(id)) {
    Json sources = Json::array();
    for (std::string const& source : check->needs) sources.push(Json(source));
    json.set("for", human(check->hold));
    json.set("cause", check->cause);
    json.set("sources", std::move(sources));
    json.set("sql", check->sql);
  }
  json.set("why", page.why);
  json.set("fix", page.fix);
  json.set("seed", is_rule(id) ? rule_page(id).seed : find_check(id)->seed);
  return json;
}

void print_list(Output const& output) {
  std::vector<std::string> const ids = all_check_ids();
  std::size_t id_width = 0;
  std::size_t title_width = 0;
  for (std::string const& id : ids) {
    id_width = std::max(id_width, id.size());
    title_width = std::max(title_width, width_of(check_page(id).title));
  }
  for (std::string const& id : ids) {
    CheckPage const page = check_page(id);
    output.line(fmt::format("{:<{}} {}  {}{}  {}", page.id, id_width, page.severity, page.title,
                            std::string(title_width - width_of(page.title), ' '),
                            output.paint(Paint::dim, needs_of(id))));
  }
}

void print_check(Output const& output, std::string const& id) {
  auto const width = static_cast<std::size_t>(output.width);
  CheckPage const page = check_page(id);
  output.line(
      fmt::format("{}  {}  {}", output.paint(Paint::bold, page.id), page.severity, page.title));
  output.line("  " + wrapped(replace_all(page.why, "\n", " "), 2, width));
  output.line("  fix: " + wrapped(replace_all(page.fix, "\n", " "), 7, width));
  Check const* check = find_check(id);
  std::string needs = needs_of(id);
  if (check != nullptr && !check->needs.empty())
    needs += fmt::format(" ({})", join(check->needs, ", "));
  output.line("  needs: " + needs);
  std::string const& seed = is_rule(id) ? rule_page(id).seed : check->seed;
  if (!seed.empty()) output.line("  in the incident's report: " + seed);
}

Result<int> run_checks(Context& context) {
  if (context.arguments.operands.empty()) {
    if (!context.json()) {
      print_list(context.output);
      return 0;
    }
    Json list = Json::array();
    for (std::string const& id : all_check_ids()) list.push(check_json_of(id));
    context.output.out(list.pretty() + "\n");
    return 0;
  }
  std::string const& id = context.arguments.operands[0];
  TRY(known_check(id));
  if (context.json()) {
    context.output.out(check_json_of(id).pretty() + "\n");
    return 0;
  }
  print_check(context.output, id);
  if (!context.arguments.has("--sql")) return 0;
  Check const* check = find_check(id);
  if (check == nullptr)
    return fail(ErrorKind::usage, fmt::format("'{}' is a rule of the audit: it has no SELECT", id));
  context.output.out("\n" + check->sql);
  return 0;
}

}  // namespace

CommandSpec checks_command() {
  return {
      "checks",
      "Every check, with what it means and what mends it",
      "[CHECK]",
      "Without a name a line each: its severity, and what must be known for it. `landfall audit`\n"
      "needs the files of a checkout and its git refs; settings and history are the facts of\n"
      "`landfall check`. With a name its explanation, its fix and the sources it needs.",
      {{"--sql", "", "the SELECT of a check over facts too"}},
      {"landfall checks", "landfall checks never-deployed --sql"},
      0,
      1,
      run_checks};
}

}  // namespace landfall
