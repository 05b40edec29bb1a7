#include "workflow/shell.h"

#include <algorithm>
#include <map>
#include <set>

#include "workflow/expression.h"

namespace landfall {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string unknown(std::string_view raw) {
  std::string text(1, unknown_begin);
  for (char const c : raw)
    if (c != unknown_begin && c != unknown_end) text += c;
  return text + unknown_end;
}

/// The name that a word such as `APP=x` sets, "" if it is no assignment.
std::string_view assigned_name(std::string_view word) {
  std::size_t const equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0 || !is_letter(word[0])) return {};
  std::string_view const name = word.substr(0, equals);
  return std::all_of(name.begin(), name.end(), is_name) ? name : std::string_view{};
}

class Lexer {
 public:
  Lexer(std::string_view text, ShellVariables const& variables, int depth,
        std::vector<ShellCommand>& commands)
      : text_(text), variables_(variables), depth_(depth), commands_(commands) {}

  void run() {
    while (at_ < text_.size()) step();
    end_command();
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void step() {
    char const c = text_[at_];
    switch (c) {
      case ' ':
      case '\t':
      case '\r':
        ++at_;
        return end_word();
      case '\n':
        ++at_;
        end_command();
        return skip_documents();
      case ';':
      case '&':
      case '|':
      case '(':
      case ')':
      case '{':
      case '}':
        return separator(c);
      case '<':
      case '>':
        return redirection();
      case '#':
        if (!in_word_) return comment();
        break;
      default:
        break;
    }
    in_word_ = true;
    piece();
  }

  void separator(char c) {
    // Braces are words of their own; within a word they are text.
    bool const in_text = (c == '{' || c == '}') && in_word_;
    ++at_;
    if (in_text)
      word_ += c;
    else
      end_command();
  }

  void comment() { at_ = std::min(text_.find('\n', at_), text_.size()); }

  void redirection() {
    bool const document = peek() == '<' && peek(1) == '<' && peek(2) != '<';
    // The number before it belongs to it: `2>&1`.
    if (word_ == "1" || word_ == "2") {
      word_.clear();
      in_word_ = false;
    }
    end_word();
    at_ = std::min(text_.find_first_not_of("<>&-", at_), text_.size());
    if (document) here_document();
  }

  void here_document() {
    at_ = std::min(text_.find_first_not_of(" \t", at_), text_.size());
    std::size_t const end = std::min(text_.find_first_of(" \t\r\n;|&<>()", at_), text_.size());
    std::string mark;
    for (char const c : text_.substr(at_, end - at_))
      if (c != '\'' && c != '"' && c != '\\') mark += c;
    documents_.push_back(std::move(mark));
    at_ = end;
  }

  /// After the line that names them, here-documents stand up to their marks.
  void skip_documents() {
    for (std::string const& mark : documents_) {
      bool found = false;
      while (!found && at_ < text_.size()) {
        std::size_t const end = std::min(text_.find('\n', at_), text_.size());
        std::string_view line = text_.substr(at_, end - at_);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        found = line == mark;
        at_ = std::min(end + 1, text_.size());
      }
    }
    documents_.clear();
  }

  void piece() {
    char const c = text_[at_];
    if (c == '\'') return single_quoted();
    if (c == '"') return double_quoted();
    if (c == '$') return dollar();
    if (c == '`') return backticks();
    if (c == unknown_begin) return marked();
    if (c == '\\') {
      ++at_;
      if (peek() == '\r' && peek(1) == '\n') ++at_;
      // A line that goes on.
      if (peek() == '\n' && at_ < text_.size()) {
        in_word_ = !word_.empty();
        ++at_;
        return;
      }
    }
    if (at_ < text_.size()) word_ += text_[at_++];
  }

  void single_quoted() {
    std::size_t const close = std::min(text_.find('\'', at_ + 1), text_.size());
    word_ += text_.substr(at_ + 1, close - at_ - 1);
    at_ = std::min(close + 1, text_.size());
  }

  void double_quoted() {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      char const c = text_[at_];
      if (c == '$') {
        dollar();
      } else if (c == '`') {
        backticks();
      } else if (c == unknown_begin) {
        marked();
      } else {
        if (c == '\\' && at_ + 1 < text_.size()) ++at_;
        word_ += text_[at_++];
      }
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  void marked() {
    std::size_t const end = std::min(text_.find(unknown_end, at_), text_.size() - 1);
    word_ += text_.substr(at_, end + 1 - at_);
    at_ = end + 1;
  }

  void nested(std::string_view inner) {
    constexpr int deepest = 10;
    if (depth_ < deepest) Lexer(inner, variables_, depth_ + 1, commands_).run();
  }

  void backticks() {
    std::size_t const close = std::min(text_.find('`', at_ + 1), text_.size());
    nested(text_.substr(at_ + 1, close - at_ - 1));
    word_ += unknown("`...`");
    at_ = std::min(close + 1, text_.size());
  }

  /// Where the bracket closes that opens at `open`, quotes aside.
  std::size_t closing(std::size_t open, char opening, char close) const {
    int depth = 0;
    char quote = '\0';
    for (std::size_t i = open; i < text_.size(); ++i) {
      char const c = text_[i];
      if (quote != '\0') {
        if (c == quote) quote = '\0';
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == opening) {
        ++depth;
      } else if (c == close && --depth == 0) {
        return i;
      }
    }
    return text_.size();
  }

  void dollar() {
    char const next = peek(1);
    if (next == '(') {
      std::size_t const close = closing(at_ + 1, '(', ')');
      bool const arithmetic = peek(2) == '(';
      if (!arithmetic) nested(text_.substr(at_ + 2, close - std::min(close, at_ + 2)));
      word_ += unknown("$(...)");
      at_ = std::min(close + 1, text_.size());
      return;
    }
    if (next == '{') {
      std::size_t const close = closing(at_ + 1, '{', '}');
      std::string_view const raw = text_.substr(at_, std::min(close + 1, text_.size()) - at_);
      std::string_view const inner =
          raw.substr(2, raw.size() - std::min<std::size_t>(3, raw.size()));
      variable(inner, raw);
      at_ += raw.size();
      return;
    }
    std::size_t end = at_ + 1;
    if (is_letter(next)) {
      while (end < text_.size() && is_name(text_[end])) ++end;
    } else if (end < text_.size() &&
               std::string_view("0123456789?#@*!$-").find(next) != std::string_view::npos) {
      ++end;
    }
    std::string_view const raw = text_.substr(at_, end - at_);
    if (raw.size() == 1)
      word_ += '$';
    else
      variable(raw.substr(1), raw);
    at_ = end;
  }

  void variable(std::string_view inner, std::string_view raw) {
    std::size_t const end = static_cast<std::size_t>(
        std::find_if_not(inner.begin(), inner.end(), is_name) - inner.begin());
    std::string_view const rest = inner.substr(end);
    // `${X:-other}` is X where X is set and not empty; every other form is not read.
    bool const simple = rest.empty() || rest.starts_with(":-") || rest.starts_with("-") ||
                        rest.starts_with(":?") || rest.starts_with("?");
    std::optional<std::string> const value =
        simple && end > 0 ? variables_(inner.substr(0, end)) : std::nullopt;
    bool const good = value && (rest.empty() || !value->empty());
    word_ += good ? *value : unknown(raw);
  }

  void end_word() {
    if (in_word_) command_.words.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  void end_command() {
    end_word();
    strip();
    if (!command_.words.empty() || !command_.assignments.empty())
      commands_.push_back(std::move(command_));
    command_ = {};
  }

  void assign(std::string_view word) {
    std::string_view const name = assigned_name(word);
    command_.assignments.push_back({std::string(name), std::string(word.substr(name.size() + 1))});
  }

  /// Takes away what stands before the command proper.
  void strip() {
    std::vector<std::string>& words = command_.words;
    std::size_t at = 0;
    bool exporting = false;
    for (; at < words.size(); ++at) {
      std::string const& word = words[at];
      if (!assigned_name(word).empty()) {
        assign(word);
      } else if (is_one_of(word, {"export", "readonly", "local", "declare"})) {
        exporting = true;
      } else if (word == "timeout") {
        while (at + 1 < words.size() && words[at + 1].starts_with('-')) ++at;
        ++at;
      } else if (!is_one_of(word, {"if", "then", "else", "elif", "while", "until", "do", "!",
                                   "time", "sudo", "exec", "command", "env", "nohup", "npx", "-E",
                                   "--yes", "-y"})) {
        break;
      }
    }
    words.erase(words.begin(),
                words.begin() + static_cast<std::ptrdiff_t>(std::min(at, words.size())));
    if (exporting) words.clear();
  }

  std::string_view text_;
  ShellVariables const& variables_;
  int depth_;
  std::vector<ShellCommand>& commands_;
  std::size_t at_ = 0;
  std::string word_;
  bool in_word_ = false;
  ShellCommand command_;
  std::vector<std::string> documents_;
};

std::vector<ShellCommand> lexed(std::string_view script, ShellVariables const& variables) {
  std::vector<ShellCommand> commands;
  Lexer(script, variables, 0, commands).run();
  return commands;
}

bool branches(std::string_view script) {
  std::string word;
  for (std::size_t i = 0; i <= script.size(); ++i) {
    if (i < script.size() && is_name(script[i])) {
      word += script[i];
      continue;
    }
    if (is_one_of(word, {"if", "case", "for", "while", "until", "select", "function", "read",
                         "eval", "source", "unset", "mapfile", "printf"}))
      return true;
    word.clear();
  }
  return script.find("&&") != std::string_view::npos || script.find("||") != std::string_view::npos;
}

}  // namespace

std::vector<ShellCommand> shell_commands(std::string_view script, ShellVariables const& variables,
                                         ShellMode /*mode*/) {
  // First what the script sets itself, then the commands with that known.
  std::map<std::string, std::vector<std::string>> set;
  for (ShellCommand const& command : lexed(script, variables))
    if (command.words.empty())
      for (auto const& [name, value] : command.assignments) set[name].push_back(value);
  bool const certain = !branches(script);
  auto const lookup = [&](std::string_view name) -> std::optional<std::string> {
    auto const own = set.find(std::string(name));
    if (own == set.end()) {
      // Set by `read`, `for` or the like, perhaps.
      bool const mentioned = !certain && script.find(" " + std::string(name)) != script.npos;
      return mentioned ? std::nullopt : variables(name);
    }
    bool const once = certain && own->second.size() == 1 && is_known(own->second[0]);
    return once ? std::optional(own->second[0]) : std::nullopt;
  };
  return lexed(script, lookup);
}

}  // namespace landfall
