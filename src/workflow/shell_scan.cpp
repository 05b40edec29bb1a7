#include "workflow/shell_scan.h"

#include <algorithm>
#include <array>
#include <vector>

#include "workflow/expression.h"

namespace landfall {
namespace {

constexpr std::size_t deepest = 200;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Bytes of a word that stand for themselves, wherever they are.
constexpr std::array<bool, 256> plain_bytes = [] {
  std::array<bool, 256> plain{};
  plain.fill(true);
  for (char const c : std::string_view(" \t\r\n;&|()<>\\'\"`$"))
    plain[static_cast<unsigned char>(c)] = false;
  plain[static_cast<unsigned char>(unknown_begin)] = false;
  return plain;
}();

std::size_t end_or(std::string_view text, std::size_t found, std::size_t width) {
  return found == std::string_view::npos ? text.size() : found + width;
}

std::size_t skip_backticks(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '`'; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

/// `$'...'` knows `\'`.
std::size_t skip_dollar_quoted(std::string_view text, std::size_t at) {
  for (at += 2; at < text.size() && text[at] != '\''; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

/// Follows brackets and quotes with a stack of its own, for scripts nest as deep as they like.
class Nesting {
 public:
  Nesting(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::size_t run() {
    open_at();
    while (!frames_.empty() && at_ < text_.size()) {
      if (frames_.size() > deepest) return text_.size();
      step();
    }
    return std::min(at_, text_.size());
  }

 private:
  enum class In { quotes, brackets, arithmetic, braces };
  struct Frame {
    In in = In::quotes;
    int cases = 0;  ///< open `case`s, whose patterns end with a bracket
  };

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  bool open(In in, std::size_t width) {
    frames_.push_back({in, 0});
    at_ += width;
    return true;
  }

  /// Something that opens both within quotes and without.
  bool open_expansion() {
    if (peek() == '`') {
      at_ = skip_backticks(text_, at_);
      return true;
    }
    if (peek() != '$') return false;
    if (peek(1) == '(') return open(peek(2) == '(' ? In::arithmetic : In::brackets, 2);
    return peek(1) == '{' && open(In::braces, 2);
  }

  bool open_at() {
    if (open_expansion()) return true;
    if (peek() == '"') return open(In::quotes, 1);
    return peek() == '(' && open(In::brackets, 1);
  }

  void step() {
    char const c = peek();
    if (c == '\\') {
      at_ += 2;
    } else if (c == unknown_begin) {
      at_ = end_or(text_, text_.find(unknown_end, at_), 1);
    } else if (frames_.back().in == In::quotes) {
      in_quotes(c);
    } else {
      in_code(c);
    }
  }

  void in_quotes(char c) {
    if (open_expansion()) return;
    ++at_;
    if (c == '"') frames_.pop_back();
  }

  bool is_quoted_brace() const {
    return frames_.back().in == In::braces && frames_.size() > 1 &&
           frames_[frames_.size() - 2].in == In::quotes;
  }

  void in_code(char c) {
    In const in = frames_.back().in;
    if (c == '\'' && !is_quoted_brace()) {
      at_ = end_or(text_, text_.find('\'', at_ + 1), 1);
      return;
    }
    if (in == In::braces && c == '(') {
      ++at_;
      return;
    }
    if (open_at()) return;
    if (in == In::brackets) return in_brackets(c);
    ++at_;
    if (c == (in == In::braces ? '}' : ')')) frames_.pop_back();
  }

  void in_brackets(char c) {
    bool const after_blank = at_ == 0 || is_blank(text_[at_ - 1]) || text_[at_ - 1] == ';' ||
                             text_[at_ - 1] == '(' || text_[at_ - 1] == '|';
    if (c == ')') {
      ++at_;
      if (frames_.back().cases == 0) frames_.pop_back();
    } else if (c == '#' && after_blank) {
      at_ = end_or(text_, text_.find('\n', at_), 0);
    } else if (c == '<' && peek(1) == '<' && peek(2) != '<') {
      document();
    } else if (c == '\n') {
      ++at_;
      skip_documents();
    } else if (after_blank && is_name_char(c)) {
      word();
    } else {
      ++at_;
    }
  }

  void word() {
    std::size_t const begin = at_;
    while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
    std::string_view const word = text_.substr(begin, at_ - begin);
    int& cases = frames_.back().cases;
    if (word == "case") ++cases;
    if (word == "esac" && cases > 0) --cases;
  }

  /// A here-document within brackets may hold any quote.
  void document() {
    at_ = std::min(text_.find_first_not_of("<-~ \t", at_), text_.size());
    std::size_t const end = std::min(text_.find_first_of(" \t\r\n;|&<>()", at_), text_.size());
    std::string mark;
    for (char const c : text_.substr(at_, end - at_))
      if (c != '\'' && c != '"' && c != '\\') mark += c;
    at_ = end;
    if (documents_.size() < deepest) documents_.push_back(std::move(mark));
  }

  void skip_documents() {
    for (std::string const& mark : documents_) {
      bool found = false;
      while (!found && at_ < text_.size()) {
        std::size_t const end = std::min(text_.find('\n', at_), text_.size());
        std::string_view line = text_.substr(at_, end - at_);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
        found = line == mark || line == mark + ")";
        at_ = found && line != mark ? end - 1 : std::min(end + 1, text_.size());
      }
    }
    documents_.clear();
  }

  std::string_view text_;
  std::size_t at_;
  std::vector<Frame> frames_;
  std::vector<std::string> documents_;
};

}  // namespace

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name_char(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

std::string shell_unknown(std::string_view raw) {
  std::string text(1, unknown_begin);
  for (char const c : raw)
    if (c != unknown_begin && c != unknown_end) text += c;
  return text + unknown_end;
}

AssignedName assigned_name(std::string_view word) {
  if (word.empty() || !is_name_start(word[0])) return {};
  std::size_t end = 1;
  while (end < word.size() && is_name_char(word[end])) ++end;
  AssignedName assigned{word.substr(0, end), 0, false, false};
  if (end < word.size() && word[end] == '[') {
    std::size_t const close = word.find(']', end);
    if (close == std::string_view::npos) return {};
    assigned.element = true;
    end = close + 1;
  }
  if (end < word.size() && word[end] == '+') {
    assigned.appends = true;
    ++end;
  }
  if (end >= word.size() || word[end] != '=') return {};
  assigned.value = end + 1;
  return assigned;
}

std::size_t skip_shell_piece(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  char const c = text[at];
  char const next = at + 1 < text.size() ? text[at + 1] : '\0';
  if (c == '\\') return std::min(at + 2, text.size());
  if (c == '\'') return end_or(text, text.find('\'', at + 1), 1);
  if (c == unknown_begin) return end_or(text, text.find(unknown_end, at), 1);
  if (c == '$' && next == '\'') return skip_dollar_quoted(text, at);
  if (c == '$' && is_name_start(next)) {
    for (++at; at < text.size() && is_name_char(text[at]);) ++at;
    return at;
  }
  if (c == '$' && next != '\0' &&
      std::string_view("0123456789?#@*!$-").find(next) != std::string_view::npos)
    return at + 2;
  bool const nests = c == '"' || c == '`' || c == '(' || (c == '$' && (next == '(' || next == '{'));
  return nests ? Nesting(text, at).run() : at + 1;
}

std::size_t skip_plain(std::string_view text, std::size_t at) {
  while (at < text.size() && plain_bytes[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

std::size_t skip_shell_word(std::string_view text, std::size_t at) {
  std::size_t const begin = at;
  while (at < text.size()) {
    at = skip_plain(text, at);
    if (at >= text.size()) break;
    char const c = text[at];
    if (is_blank(c) || c == ';' || c == '&' || c == '|' || c == ')') break;
    bool const is_array = c == '(' && at > begin && text[at - 1] == '=';
    bool const is_process =
        (c == '<' || c == '>') && at == begin && at + 1 < text.size() && text[at + 1] == '(';
    if (is_process) {
      at = skip_shell_piece(text, at + 1);
      continue;
    }
    if ((c == '(' && !is_array) || c == '<' || c == '>') break;
    at = skip_shell_piece(text, at);
  }
  return at;
}

}  // namespace landfall
