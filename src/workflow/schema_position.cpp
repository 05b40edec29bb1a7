// Where a byte of a scalar's value stands in the file. The value and the text that it was made of
// are walked side by side: what YAML took away (indentation, line ends that it folded, escapes) is
// the same walk that put it there.
#include <algorithm>

#include "workflow/schema.h"

namespace landfall {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

class ScalarWalk {
 public:
  ScalarWalk(yaml::Node const& node, std::string_view text)
      : node_(node),
        value_(node.text),
        text_(text.substr(0, std::min<std::size_t>(node.end.byte, text.size()))),
        mark_(node.begin) {
    enter();
  }

  /// Goes on from the last one: offsets must not fall.
  yaml::Mark to(std::size_t offset) {
    offset = std::min(offset, value_.size());
    while (in_value_ < offset && mark_.byte < text_.size()) step();
    return mark_;
  }

 private:
  char now() const { return mark_.byte < text_.size() ? text_[mark_.byte] : '\0'; }
  bool is_block() const {
    return node_.style == yaml::Style::literal || node_.style == yaml::Style::folded;
  }

  void advance() {
    bool const is_end = now() == '\n' || (now() == '\r' && text_.substr(mark_.byte + 1, 1) != "\n");
    ++mark_.byte;
    ++mark_.column;
    if (!is_end) return;
    ++mark_.line;
    mark_.column = 1;
  }

  void skip_line_end() {
    if (now() == '\r' && text_.substr(mark_.byte + 1, 1) == "\n") advance();
    advance();
  }

  /// Behind the quote or, for a block scalar, behind its header.
  void enter() {
    if (node_.style == yaml::Style::single_quoted || node_.style == yaml::Style::double_quoted)
      return advance();
    if (!is_block()) return;
    std::size_t explicit_indent = 0;
    while (mark_.byte < text_.size() && !is_line_end(now())) {
      if (now() == '#') {
        while (mark_.byte < text_.size() && !is_line_end(now())) advance();
        break;
      }
      if (now() >= '1' && now() <= '9') explicit_indent = static_cast<std::size_t>(now() - '0');
      advance();
    }
    skip_line_end();
    indent_ = block_indent(explicit_indent);
    skip_indentation();
  }

  /// Of the first line that is more than blanks. What an indentation indicator adds to is the
  /// parent's, which is found from the value: its first line tells how much of the line is text.
  std::size_t block_indent(std::size_t explicit_indent) const {
    std::size_t at = mark_.byte;
    while (at < text_.size()) {
      std::size_t const line = at;
      while (at < text_.size() && text_[at] == ' ') ++at;
      if (at == text_.size() || !is_line_end(text_[at])) {
        if (explicit_indent == 0) return at - line;
        std::size_t const text = value_.find_first_not_of("\n");
        std::size_t own = 0;
        while (text != std::string_view::npos && text + own < value_.size() &&
               value_[text + own] == ' ')
          ++own;
        return at - line - std::min(own, at - line);
      }
      while (at < text_.size() && is_line_end(text_[at])) ++at;
    }
    return explicit_indent;
  }

  void skip_indentation() {
    if (is_block()) {
      while (now() == ' ' && mark_.column <= indent_) advance();
    } else {
      while (is_blank(now())) advance();
    }
  }

  /// One character of the value, or all line ends that stand together.
  void step() {
    if (is_line_end(now()) || (!is_block() && ends_line())) return step_over_lines();
    if (node_.style == yaml::Style::double_quoted && now() == '\\') return step_over_escape();
    if (node_.style == yaml::Style::single_quoted && now() == '\'') advance();
    advance();
    ++in_value_;
  }

  /// Blanks before the end of a line are no part of a flow scalar.
  bool ends_line() const {
    std::size_t at = mark_.byte;
    while (at < text_.size() && is_blank(text_[at])) ++at;
    return at > mark_.byte && at < text_.size() && is_line_end(text_[at]);
  }

  void step_over_lines() {
    if (node_.style == yaml::Style::literal) {
      skip_line_end();
      ++in_value_;
      return skip_indentation();
    }
    while (true) {
      if (!is_block())
        while (is_blank(now())) advance();
      if (!is_line_end(now())) break;
      skip_line_end();
      skip_indentation();
    }
    if (in_value_ < value_.size() && value_[in_value_] == ' ') {
      ++in_value_;
    } else {
      while (in_value_ < value_.size() && value_[in_value_] == '\n') ++in_value_;
    }
  }

  void step_over_escape() {
    advance();
    char const kind = now();
    if (is_line_end(kind)) {
      skip_line_end();
      return skip_indentation();
    }
    std::size_t const digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    for (std::size_t i = 0; i <= digits; ++i) advance();
    // The escape became one character, of one to four bytes.
    ++in_value_;
    while (in_value_ < value_.size() &&
           (static_cast<unsigned char>(value_[in_value_]) & 0xC0U) == 0x80U)
      ++in_value_;
  }

  yaml::Node const& node_;
  std::string_view value_;
  std::string_view text_;
  yaml::Mark mark_;
  std::size_t in_value_ = 0;
  std::size_t indent_ = 0;
};

}  // namespace

std::vector<yaml::Mark> marks_in(yaml::Node const& node, std::string_view text,
                                 std::span<std::size_t const> offsets) {
  // An alias stands elsewhere than what it says.
  if (node.alias || !node.is_scalar()) return std::vector(offsets.size(), node.begin);
  std::vector<yaml::Mark> marks;
  ScalarWalk walk(node, text);
  for (std::size_t const offset : offsets) marks.push_back(walk.to(offset));
  return marks;
}

yaml::Mark mark_in(yaml::Node const& node, std::string_view text, std::size_t offset) {
  return marks_in(node, text, std::span(&offset, 1)).front();
}

}  // namespace landfall
