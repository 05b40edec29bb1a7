#include "collect/secret_uses.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "base/text.h"
#include "collect/github.h"

// Lines are read as YAML lays them out: indentation, block scalars, comments. Then the expressions
// between `${{` and `}}`, wherever they stand, and those of `if:`, which needs no braces.

namespace landfall {
namespace {

/// What the layout says of one line.
struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;     ///< where its content ends: before a comment or the line's end
  std::size_t next = 0;    ///< where the next line begins
  std::size_t indent = 0;  ///< blanks before its content
  bool in_block = false;   ///< inside a block scalar: `#` begins no comment there
  bool condition = false;  ///< part of the value of an `if:`
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// Where a comment begins, or the end: a `#` after a blank and outside quotes.
std::size_t comment_in(std::string_view line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char const c = line[i];
    bool const at_word = i == 0 || is_blank(line[i - 1]) || line[i - 1] == '[' ||
                         line[i - 1] == '{' || line[i - 1] == ',' || line[i - 1] == ':';
    if (quote != 0) {
      if (c == '\\' && quote == '"')
        ++i;
      else if (c == quote)
        quote = 0;
    } else if ((c == '\'' || c == '"') && at_word) {
      quote = c;
    } else if (c == '#' && (i == 0 || is_blank(line[i - 1]))) {
      return i;
    }
  }
  return line.size();
}

/// A key with nothing but the head of a block scalar behind it: `run: |`, `- if: >-`.
bool opens_block(std::string_view content) {
  content = trim(content);
  std::size_t const mark = content.find_last_of("|>");
  if (mark == std::string_view::npos || content.size() - mark > 3) return false;
  std::string_view const tail = content.substr(mark + 1);
  if (tail.find_first_not_of("+-123456789") != std::string_view::npos) return false;
  std::string_view const head = trim(content.substr(0, mark));
  return head.ends_with(':') || head.ends_with('-');
}

/// The key that a line of a mapping begins with, without quotes and `- `; empty: none.
std::string_view key_of(std::string_view content) {
  while (content.starts_with("- ")) content = trim(content.substr(1));
  std::size_t const colon = content.find(':');
  bool const is_key = colon != std::string_view::npos &&
                      (colon + 1 == content.size() || is_blank(content[colon + 1]));
  if (!is_key) return {};
  std::string_view key = trim(content.substr(0, colon));
  bool const quoted =
      key.size() >= 2 && key.front() == key.back() && (key.front() == '"' || key.front() == '\'');
  return quoted ? key.substr(1, key.size() - 2) : key;
}

class Layout {
 public:
  explicit Layout(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size();) {
      std::size_t const end = std::min(text.find('\n', at), text.size());
      add(at, end);
      at = end + 1;
    }
  }

  std::vector<Line> const& lines() const { return lines_; }
  std::string_view content(Line const& line) const {
    return text_.substr(line.begin + line.indent, line.end - line.begin - line.indent);
  }

 private:
  void add(std::size_t begin, std::size_t end) {
    Line line{.begin = begin, .end = end, .next = end + 1};
    std::string_view const raw = text_.substr(begin, end - begin);
    line.indent = std::min(raw.find_first_not_of(' '), raw.size());
    bool const empty = trim(raw).empty();
    if (!empty && line.indent <= parent_) block_ = condition_ = false;
    line.in_block = block_;
    if (!line.in_block) line.end = begin + comment_in(raw);
    line.indent = std::min(line.indent, line.end - begin);
    line.condition = condition_;
    if (!block_ && !trim(content(line)).empty()) read_structure(line);
    lines_.push_back(line);
  }

  void read_structure(Line& line) {
    std::string_view const key = key_of(content(line));
    if (condition_ && line.indent > parent_) return;
    // What is indented deeper than the key belongs to its value; in `- if:` the key stands behind
    // the dash.
    parent_ = line.indent;
    std::string_view rest = content(line);
    while (rest.starts_with("- ")) {
      std::size_t const skipped = rest.find_first_not_of(" -");
      parent_ = line.indent + (skipped == std::string_view::npos ? 0 : skipped);
      rest = skipped == std::string_view::npos ? std::string_view() : rest.substr(skipped);
    }
    condition_ = line.condition = key == "if";
    block_ = opens_block(content(line));
    // A block scalar in a sequence is measured by the dash.
    if (block_ && key.empty()) parent_ = line.indent;
  }

  std::string_view text_;
  std::vector<Line> lines_;
  std::size_t parent_ = 0;
  bool block_ = false;
  bool condition_ = false;
};

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name_part(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-';
}

std::string capitals(std::string_view name) {
  std::string text(name);
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/// The names in one expression.
class ExpressionScan {
 public:
  struct Found {
    bool is_variable = false;
    std::string name;
    std::size_t at = 0;  ///< in the expression
  };

  explicit ExpressionScan(std::string_view text) : text_(text) {
    while (at_ < text_.size()) step();
  }
  std::vector<Found> const& found() const { return found_; }
  /// Does it compare, choose or ask: then a name that is not defined is a case it knows.
  bool tests() const { return tests_; }

 private:
  void step() {
    char const c = text_[at_];
    if (c == '\'') return skip_string();
    if (is_name_start(c)) return read_word();
    if (std::string_view("|&!=<>").find(c) != std::string_view::npos) tests_ = true;
    if (!is_blank(c) && c != '\n') before_ = c;
    ++at_;
  }

  void skip_string() {
    std::size_t const close = text_.find('\'', at_ + 1);
    at_ = close == std::string_view::npos ? text_.size() : close + 1;
    before_ = '\'';
  }

  std::string_view word() {
    std::size_t const begin = at_;
    while (at_ < text_.size() && is_name_part(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void skip_blanks() {
    while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '\n')) ++at_;
  }

  void read_word() {
    std::size_t const begin = at_;
    bool const is_root = before_ != '.';
    std::string const name = lower(word());
    before_ = 'a';
    bool const is_test =
        name == "contains" || name == "startswith" || name == "endswith" || name == "case";
    skip_blanks();
    bool const is_call = at_ < text_.size() && text_[at_] == '(';
    if (is_root && is_call && is_test) tests_ = true;
    if (is_root && (name == "secrets" || name == "vars")) read_member(name == "vars", begin);
  }

  void read_member(bool is_variable, std::size_t begin) {
    if (at_ >= text_.size()) return;
    if (text_[at_] == '.') {
      ++at_;
      skip_blanks();
      std::string_view const name = word();
      before_ = 'a';
      if (!name.empty()) found_.push_back({is_variable, capitals(name), begin});
    } else if (text_[at_] == '[') {
      std::size_t const open = text_.find_first_not_of(" \t\r\n", at_ + 1);
      if (open == std::string_view::npos || text_[open] != '\'') return;
      std::size_t const close = text_.find('\'', open + 1);
      if (close == std::string_view::npos) return;
      std::string_view const name = text_.substr(open + 1, close - open - 1);
      bool const is_name = !name.empty() && std::all_of(name.begin(), name.end(), is_name_part);
      // A name that is put together is known when it runs only.
      bool const whole =
          text_.substr(close + 1).find_first_not_of(" \t\r\n") == text_.substr(close + 1).find(']');
      if (is_name && whole) found_.push_back({is_variable, capitals(name), begin});
      at_ = close + 1;
      before_ = '\'';
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  char before_ = 0;
  bool tests_ = false;
  std::vector<Found> found_;
};

/// Where the expression that begins here ends: its `}}`, which a string may contain too.
std::size_t end_of_expression(std::string_view text, std::size_t at) {
  bool quoted = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '\'') quoted = !quoted;
    if (!quoted && text.substr(at).starts_with("}}")) return at;
  }
  return std::string_view::npos;
}

class FileScan {
 public:
  explicit FileScan(std::string_view text) : text_(text), layout_(text), clean_(text) {
    for (Line const& line : layout_.lines())
      for (std::size_t i = line.end; i < std::min(line.next - 1, clean_.size()); ++i)
        clean_[i] = ' ';
    find_jobs();
  }

  std::vector<SecretUse> run() {
    scan_braces();
    scan_conditions();
    std::stable_sort(uses_.begin(), uses_.end(),
                     [](SecretUse const& a, SecretUse const& b) { return a.line < b.line; });
    return std::move(uses_);
  }

 private:
  /// To which job each line belongs, and whether a caller can pass secrets.
  void find_jobs() {
    bool inside = false;
    std::optional<std::size_t> indent;
    std::string job;
    for (Line const& line : layout_.lines()) {
      std::string_view const content = trim(layout_.content(line));
      if (!line.in_block && !content.empty()) {
        std::string_view const key = key_of(content);
        if (line.indent == 0) {
          inside = key == "jobs";
          job.clear();
        } else if (inside) {
          indent = indent.value_or(line.indent);
          if (line.indent == *indent && !key.empty()) job = key;
        }
        if (!inside && content.find("workflow_call") != std::string_view::npos) is_called_ = true;
      }
      jobs_.push_back(job);
    }
  }

  std::size_t line_at(std::size_t position) const {
    auto const& lines = layout_.lines();
    auto const after =
        std::upper_bound(lines.begin(), lines.end(), position,
                         [](std::size_t at, Line const& line) { return at < line.begin; });
    return static_cast<std::size_t>(after - lines.begin()) - 1;
  }

  void scan_braces() {
    std::string_view const text = clean_;
    std::size_t at = text.find("${{");
    while (at != std::string_view::npos) {
      std::size_t const begin = at + 3;
      std::size_t const end = end_of_expression(text, begin);
      if (end == std::string_view::npos) return;
      take(begin, text.substr(begin, end - begin));
      at = text.find("${{", end);
    }
  }

  /// Conditions without braces are expressions as they stand.
  void scan_conditions() {
    std::vector<Line> const& lines = layout_.lines();
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!lines[i].condition) continue;
      std::size_t const begin = lines[i].begin;
      while (i + 1 < lines.size() && lines[i + 1].condition &&
             key_of(layout_.content(lines[i + 1])) != "if")
        ++i;
      std::string_view const text =
          std::string_view(clean_).substr(begin, std::min(lines[i].next, clean_.size()) - begin);
      if (text.find("${{") == std::string_view::npos) take(begin, text);
    }
  }

  void take(std::size_t begin, std::string_view expression) {
    ExpressionScan const scan(expression);
    for (ExpressionScan::Found const& found : scan.found()) {
      std::size_t const index = line_at(begin + found.at);
      bool const passed_in = is_called_ && !found.is_variable;
      uses_.push_back(
          {.job = jobs_[index],
           .is_variable = found.is_variable,
           .name = found.name,
           .line = index + 1,
           .required = !scan.tests() && !passed_in && !layout_.lines()[index].condition});
    }
  }

  std::string_view text_;
  Layout layout_;
  std::string clean_;              ///< the text with blanks for comments
  std::vector<std::string> jobs_;  ///< by line
  bool is_called_ = false;
  std::vector<SecretUse> uses_;
};

}  // namespace

std::vector<SecretUse> secret_uses(std::string_view text) {
  return FileScan(text).run();
}

std::vector<Fact> secret_use_facts(std::string const& repository, std::string const& path,
                                   std::string_view text) {
  std::map<std::tuple<std::string, bool, std::string>, SecretUse> first;
  for (SecretUse& use : secret_uses(text)) {
    auto const [known, is_new] = first.try_emplace({use.job, use.is_variable, use.name}, use);
    if (is_new || known->second.required || !use.required) continue;
    // The place that needs it is the one to show.
    known->second = std::move(use);
  }
  std::vector<Fact> facts;
  for (auto const& [key, use] : first)
    facts.push_back({{"repository", repository},
                     {"path", path},
                     {"job", use.job},
                     {"kind", use.is_variable ? "variable" : "secret"},
                     {"name", use.name},
                     {"line", use.line},
                     {"required", use.required}});
  return facts;
}

}  // namespace landfall
