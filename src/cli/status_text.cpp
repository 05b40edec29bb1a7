#include "cli/status_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace landfall {
namespace {

Paint paint_of(Proof proof) {
  if (proof == Proof::ok) return Paint::green;
  return proof == Proof::failing ? Paint::red : Paint::yellow;
}

std::string_view mark_of(Proof proof) {
  if (proof == Proof::ok) return "ok";
  return proof == Proof::failing ? "FAIL" : "?";
}

struct Cell {
  std::string text;
  Paint paint = Paint::plain;
};
using Line = std::vector<Cell>;

/// The fact that decides the headline.
FactVerdict const* deciding(Verdict const& verdict) {
  for (FactVerdict const& fact : verdict.facts)
    if (fact.proof == verdict.headline && fact.state == verdict.state) return &fact;
  return nullptr;
}

std::string age_of(Verdict const& verdict, Instant now) {
  FactVerdict const* fact = deciding(verdict);
  if (fact == nullptr || !fact->since || *fact->since == Instant{}) return "";
  return human(now - *fact->since);
}

/// "SEV-1" or "SEV-1 and 2 more"; those that do not fire yet in brackets.
Cell alerts_cell(std::string_view target, std::span<Alert const> alerts) {
  Alert const* worst = nullptr;
  int count = 0;
  for (Alert const& alert : alerts) {
    if (alert.target != target) continue;
    ++count;
    bool const is_worse =
        worst == nullptr ||
        (alert.state == AlertState::firing) > (worst->state == AlertState::firing) ||
        (alert.state == worst->state && alert.severity < worst->severity);
    if (is_worse) worst = &alert;
  }
  if (worst == nullptr) return {"", Paint::plain};
  bool const fires = worst->state == AlertState::firing;
  std::string text = fires ? worst->severity : "(" + worst->severity + ")";
  if (count > 1) text += fmt::format(" +{}", count - 1);
  if (!worst->acked_by.empty()) text += ", " + worst->acked_by;
  return {std::move(text), fires ? Paint::red : Paint::yellow};
}

Line line_of(Verdict const& verdict, StatusView const& view) {
  Line line{{verdict.target, Paint::bold}, {verdict.state, paint_of(verdict.headline)}};
  for (FactVerdict const& fact : verdict.facts)
    line.push_back({std::string(mark_of(fact.proof)), paint_of(fact.proof)});
  line.push_back({age_of(verdict, view.now), Paint::dim});
  line.push_back(alerts_cell(verdict.target, view.alerts));
  return line;
}

/// The widest cells give way until a line fits: first the states, then the names.
std::vector<std::size_t> widths_of(std::vector<Line> const& lines, std::size_t width) {
  std::vector<std::size_t> widths(lines.front().size());
  for (Line const& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line[i].text));
  std::size_t total = 2 * (widths.size() - 1);
  for (std::size_t const one : widths) total += one;
  constexpr std::array<std::pair<std::size_t, std::size_t>, 2> giving{{{1, 8}, {0, 12}}};
  for (auto const& [column, least] : giving) {
    if (total <= width || widths[column] <= least) continue;
    std::size_t const less = std::min(total - width, widths[column] - least);
    widths[column] -= less;
    total -= less;
  }
  return widths;
}

std::string fitting(std::string text, std::size_t width) {
  return width_of(text) <= width ? std::move(text) : shortened(text, width - 3);
}

std::string text_of(Output const& output, Line const& line,
                    std::vector<std::size_t> const& widths) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    std::string const cell = fitting(printable(line[i].text), widths[i]);
    bool const is_last = i + 1 == line.size();
    std::size_t const blanks = widths[i] - std::min(widths[i], width_of(cell));
    text += output.paint(line[i].paint, cell);
    if (!is_last) text += std::string(blanks + 2, ' ');
  }
  return std::string(text.substr(0, text.find_last_not_of(' ') + 1)) + "\n";
}

int rank(Proof proof) {
  return proof == Proof::failing ? 0 : proof == Proof::unknown ? 1 : 2;
}

std::string summary(StatusView const& view) {
  std::array<int, 3> counts{};
  for (Verdict const& verdict : view.verdicts)
    ++counts.at(static_cast<std::size_t>(rank(verdict.headline)));
  std::string text =
      fmt::format("{} good, {} in trouble, {} unknown; {} open", counts[2], counts[0], counts[1],
                  counted(std::ssize(view.alerts), "alert", "alerts"));
  if (!view.asked)
    return text + ". Nothing was ever asked: run `landfall check` or `landfall watch`.";
  return text + fmt::format("; last answer {} ago", human(view.now - *view.asked));
}

}  // namespace

std::string status_text(Output const& output, StatusView const& view) {
  std::vector<Verdict const*> order;
  for (Verdict const& verdict : view.verdicts) order.push_back(&verdict);
  std::stable_sort(order.begin(), order.end(), [](Verdict const* a, Verdict const* b) {
    return rank(a->headline) < rank(b->headline);
  });
  std::string text;
  if (!order.empty()) {
    Line head{{"target", Paint::dim}, {"state", Paint::dim}};
    for (FactVerdict const& fact : order.front()->facts) head.push_back({fact.fact, Paint::dim});
    head.push_back({"for", Paint::dim});
    head.push_back({"alerts", Paint::dim});
    std::vector<Line> lines{std::move(head)};
    for (Verdict const* verdict : order) lines.push_back(line_of(*verdict, view));
    std::vector<std::size_t> const widths =
        widths_of(lines, static_cast<std::size_t>(output.width));
    for (Line const& line : lines) text += text_of(output, line, widths);
    text += "\n";
  }
  return text + summary(view) + "\n";
}

int status_code(std::span<Verdict const> verdicts) {
  int code = 0;
  for (Verdict const& verdict : verdicts) {
    if (verdict.headline == Proof::failing) return 1;
    if (verdict.headline == Proof::unknown) code = 3;
  }
  return code;
}

}  // namespace landfall
