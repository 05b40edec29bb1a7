#include "audit/ignore.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.h"

namespace landfall {
namespace {

constexpr std::string_view address = "landfall:";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view form = "expected `# landfall: ignore ID because REASON`";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view without_mark(std::string_view line) {
  return line.starts_with(byte_order_mark) ? line.substr(byte_order_mark.size()) : line;
}

/// A comment line or an empty one: what a comment above it skips to reach what it speaks of.
bool says_nothing(std::string_view line) {
  std::string_view const rest = trim(without_mark(line));
  return rest.empty() || rest.starts_with('#');
}

/// The next word; `rest` goes on behind it.
std::string_view take_word(std::string_view& rest) {
  rest = trim(rest);
  std::size_t const end = std::min(rest.find_first_of(" \t"), rest.size());
  std::string_view const word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

class Reader {
 public:
  Reader(std::string_view file, std::string_view text) : file_(file), text_(text) {}

  std::vector<IgnoreComment> read() {
    std::size_t at = 0;
    while ((at = text_.find(address, at)) != std::string_view::npos) {
      move_to(at);
      comment(at);
      at += address.size();
    }
    return std::move(found_);
  }

 private:
  /// Counts lines up to a byte: each is looked at once, however many comments there are.
  void move_to(std::size_t at) {
    for (std::size_t end; (end = text_.find('\n', line_begin_)) < at; line_begin_ = end + 1) {
      head_ = head_ && says_nothing(text_.substr(line_begin_, end - line_begin_));
      ++line_;
    }
  }

  void comment(std::size_t at) {
    std::string_view const before = without_mark(text_.substr(line_begin_, at - line_begin_));
    std::size_t const hash = before.find_last_not_of(" \t");
    if (hash == std::string_view::npos || before[hash] != '#') return;
    if (hash > 0 && !is_blank(before[hash - 1])) return;
    std::size_t const line_end = std::min(text_.find('\n', at), text_.size());
    std::string_view const said = trim(text_.substr(at, line_end - at));
    std::string_view rest = said.substr(address.size());
    std::string_view const verb = take_word(rest);
    // Prose that happens to begin with the name is nobody's order.
    if (verb != "ignore" && nearest(verb, {"ignore"}).empty()) return;

    IgnoreComment comment;
    comment.place.file = file_;
    comment.place.begin = mark(at);
    comment.place.end = mark(at + said.size());
    bool const alone = trim(before.substr(0, hash)).empty();
    comment.whole_file = alone && head_;
    comment.line = alone ? next_line(line_end) : line_;
    if (verb != "ignore")
      comment.problem = fmt::format("'{}' is no order: did you mean 'ignore'?", printable(verb));
    else
      order(rest, comment);
    found_.push_back(std::move(comment));
  }

  static void order(std::string_view rest, IgnoreComment& comment) {
    bool more = true;
    while (more) {
      std::string_view word = take_word(rest);
      if (word == "because") {
        comment.problem = fmt::format("it names nothing to ignore: {}", form);
        return;
      }
      more = word.ends_with(',');
      for (std::string& id : split(word, ','))
        if (!id.empty()) comment.ids.push_back(std::move(id));
    }
    if (comment.ids.empty()) {
      comment.problem = fmt::format("it names nothing to ignore: {}", form);
      return;
    }
    std::string_view const because = take_word(rest);
    comment.reason = trim(rest);
    if (because == "because" && !comment.reason.empty()) return;
    if (because == "because" || because.empty())
      comment.problem =
          fmt::format("it gives no reason, and nobody will know it in a year: {}", form);
    else
      comment.problem =
          fmt::format("'{}' stands where `because` should: {}", printable(because), form);
  }

  /// The first line behind this one that is more than a comment. All of a block of comments share
  /// it, so it is looked for once.
  std::uint32_t next_line(std::size_t line_end) {
    if (line_ < next_line_) return next_line_;
    std::uint32_t line = line_ + 1;
    std::size_t begin = line_end + 1;
    while (begin < text_.size()) {
      std::size_t const end = std::min(text_.find('\n', begin), text_.size());
      std::string_view const one = text_.substr(begin, end - begin);
      // An empty line parts a comment from what follows: it holds for the line below it alone.
      if (trim(one).empty() || !says_nothing(one)) break;
      begin = end + 1;
      ++line;
    }
    next_line_ = line;
    return line;
  }

  yaml::Mark mark(std::size_t byte) const {
    return {line_, static_cast<std::uint32_t>(byte - line_begin_ + 1),
            static_cast<std::uint32_t>(byte)};
  }

  std::string_view file_;
  std::string_view text_;
  std::vector<IgnoreComment> found_;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t next_line_ = 0;
  bool head_ = true;  ///< so far nothing but comments
};

}  // namespace

bool IgnoreComment::covers(AuditFinding const& finding) const {
  if (!problem.empty() || finding.place.file != place.file) return false;
  if (!whole_file && finding.place.begin.line != line) return false;
  return std::find(ids.begin(), ids.end(), finding.rule) != ids.end();
}

std::vector<IgnoreComment> read_ignores(std::string_view file, std::string_view text) {
  return Reader(file, text).read();
}

std::vector<AuditFinding> take_ignored(std::span<IgnoreComment> comments,
                                       std::vector<AuditFinding>& findings) {
  std::vector<AuditFinding> ignored;
  if (comments.empty()) return ignored;
  std::vector<AuditFinding> kept;
  for (AuditFinding& finding : findings) {
    auto const comment =
        std::find_if(comments.begin(), comments.end(),
                     [&](IgnoreComment const& one) { return one.covers(finding); });
    if (comment == comments.end()) {
      kept.push_back(std::move(finding));
      continue;
    }
    comment->used = true;
    finding.notes.push_back({comment->place, "ignored because " + comment->reason});
    ignored.push_back(std::move(finding));
  }
  findings = std::move(kept);
  return ignored;
}

}  // namespace landfall
