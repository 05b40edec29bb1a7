#include <fmt/core.h>

#include <algorithm>

#include "audit/rule.h"
#include "base/json.h"
#include "base/text.h"
#include "check/check.h"
#include "cli/check_pages.h"
#include "cli/commands.h"
#include "cli/context.h"

namespace landfall {
namespace {

/// The first example of a kind, nullptr if there is none.
RuleExample const* first_example(RulePage const& page, bool bad) {
  auto const found = std::find_if(page.examples.begin(), page.examples.end(),
                                  [bad](RuleExample const& one) { return one.bad == bad; });
  return found == page.examples.end() ? nullptr : &*found;
}

/// Paragraphs broken to the width; lists, code and tables stay as they are.
std::string prose(Output const& output, std::string_view text) {
  std::string result;
  std::string paragraph;
  auto const flush = [&] {
    if (!paragraph.empty())
      result += wrapped(paragraph, 0, std::min<std::size_t>(output.style().width, 100)) + "\n";
    paragraph.clear();
  };
  bool code = false;
  for (std::string const& line : lines_of(text)) {
    bool const fence = line.starts_with("```");
    bool const as_is = code || fence || line.empty() || line[0] == ' ' || line[0] == '|' ||
                       line.starts_with("- ") || line.starts_with("* ");
    code = code != fence;
    if (as_is) {
      flush();
      result += line + "\n";
    } else {
      paragraph += (paragraph.empty() ? "" : " ") + line;
    }
  }
  flush();
  return result;
}

std::string marks_of(RuleExample::File const& file, std::size_t line) {
  std::string text;
  for (RuleExample::File::Mark const& mark : file.marks)
    if (mark.line == line) text += "  <- " + mark.words;
  return text;
}

std::string example_text(Output const& output, RuleExample const& example) {
  std::string text;
  for (RuleExample::File const& file : example.files) {
    text += "    " + output.paint(Paint::dim, file.path) + "\n";
    std::size_t number = 0;
    for (std::string const& line : lines_of(file.text)) {
      std::string const marks = marks_of(file, ++number);
      text += "      " + line + (marks.empty() ? "" : output.paint(Paint::red, marks)) + "\n";
    }
  }
  return text;
}

std::string needs_text(std::string const& id) {
  Check const* check = find_check(id);
  if (check == nullptr) return "";
  return check->needs.empty() ? "nothing" : join(check->needs, ", ");
}

void print_page(Output const& output, CheckPage const& page) {
  Paint const paint = page.severity <= "SEV-2" ? Paint::red : Paint::yellow;
  output.line(fmt::format("{} {}  {}\n", output.paint(paint, page.severity),
                          output.paint(Paint::bold, page.id), page.title));
  output.out(prose(output, page.why));
  output.line("\n" + output.paint(Paint::bold, "Fix"));
  output.out(prose(output, page.fix));
}

void print_examples(Output const& output, RulePage const& page) {
  for (bool const bad : {true, false}) {
    RuleExample const* example = first_example(page, bad);
    if (example == nullptr) continue;
    output.line("\n" + output.paint(Paint::bold, bad ? "Bad" : "Good"));
    output.out(example_text(output, *example));
  }
}

Json example_json(RulePage const& page, bool bad) {
  RuleExample const* example = first_example(page, bad);
  if (example == nullptr) return {};
  Json files = Json::array();
  for (RuleExample::File const& file : example->files)
    files.push(Json::object({{"path", file.path}, {"text", file.text}}));
  return files;
}

Json page_json(CheckPage const& page) {
  Check const* check = find_check(page.id);
  Json needs = Json::array();
  if (check != nullptr)
    for (std::string const& source : check->needs) needs.push(Json(source));
  bool const rule = is_rule(page.id);
  return Json::object({{"id", page.id},
                       {"title", page.title},
                       {"severity", page.severity},
                       {"why", page.why},
                       {"fix", page.fix},
                       {"judges_files", rule},
                       {"judges_facts", check != nullptr},
                       {"needs", std::move(needs)},
                       {"bad", rule ? example_json(rule_page(page.id), true) : Json()},
                       {"good", rule ? example_json(rule_page(page.id), false) : Json()}});
}

Result<int> run_explain(Context& context) {
  std::string const& id = context.arguments.operands[0];
  TRY(known_check(id));
  CheckPage const page = check_page(id);
  Output const& output = context.output;
  if (context.json()) {
    output.out(page_json(page).pretty() + "\n");
    return 0;
  }
  print_page(output, page);
  if (is_rule(id)) print_examples(output, rule_page(id));
  if (std::string const needs = needs_text(id); !needs.empty())
    output.line(
        fmt::format("\n{}\nJudged by `landfall check` over facts; needs {}. The SELECT: "
                    "`landfall checks {} --sql`.",
                    output.paint(Paint::bold, "Facts"), needs, id));
  if (is_rule(id))
    output.line(
        fmt::format("\nTo accept one finding, say why beside it:\n"
                    "  # landfall: ignore {} because ...",
                    id));
  return 0;
}

}  // namespace

CommandSpec explain_command() {
  return {"explain",
          "What a check means, why it matters, what mends it, with a bad and a good example",
          "ID",
          "The page of one check. `landfall checks` lists them all.",
          {},
          {"landfall explain masked-failure", "landfall explain environment-missing --output json"},
          1,
          1,
          run_explain};
}

}  // namespace landfall
