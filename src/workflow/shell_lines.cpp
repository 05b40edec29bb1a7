#include "workflow/shell_lines.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/shell_scan.h"

namespace landfall {
namespace {

constexpr std::size_t commands_max = 10'000;

class LineReader {
 public:
  LineReader(std::string_view text, ShellVariables const& variables, ShellLanguage language)
      : text_(text), variables_(variables), is_pwsh_(language == ShellLanguage::pwsh) {}

  std::vector<ShellCommand> run() {
    while (at_ < text_.size() && commands_.size() < commands_max) step();
    end_command(false);
    bool const looks =
        text_.find("LASTEXITCODE") != std::string_view::npos ||
        lower(text_).find("errorlevel") != std::string::npos ||
        text_.find("PSNativeCommandUseErrorActionPreference") != std::string_view::npos;
    for (std::size_t i = 0; !looks && i + 1 < commands_.size(); ++i)
      if (commands_[i].failure == ShellFailure::stops)
        commands_[i].failure = ShellFailure::not_errexit;
    return std::move(commands_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void step() {
    char const c = peek();
    bool const continues = c == (is_pwsh_ ? '`' : '^');
    if (continues && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
      at_ += peek(1) == '\n' ? 2 : 3;
      return end_word();
    }
    if (c == '\n') {
      end_command(false);
      ++at_;
      return;
    }
    if (c == ' ' || c == '\t' || c == '\r') {
      end_word();
      ++at_;
      return;
    }
    if (separates(c)) {
      bool const pipe = c == '|' && peek(1) != '|';
      bool const both = (c == '&' || c == '|') && peek(1) == c;
      end_command(pipe);
      reads_pipe_ = pipe;
      at_ += both ? 2 : 1;
      return;
    }
    if (is_comment(c)) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return;
    }
    if (word_.empty() && !in_word_ && command_.words.empty()) command_.offset = at_;
    in_word_ = true;
    piece(c);
  }

  bool separates(char c) const {
    if (c == '&' || c == '|') return true;
    return is_pwsh_ && (c == ';' || c == '{' || c == '}' || c == '(' || c == ')');
  }

  bool is_comment(char c) const {
    if (is_pwsh_) return c == '#' && !in_word_;
    bool const begins = command_.words.empty() && !in_word_;
    return begins && (lower(text_.substr(at_, 4)) == "rem " || text_.substr(at_, 2) == "::");
  }

  void piece(char c) {
    if (c == '\'' && is_pwsh_) {
      std::size_t const end = std::min(text_.find('\'', at_ + 1), text_.size());
      add(text_.substr(at_ + 1, end - std::min(at_ + 1, end)));
      at_ = std::min(end + 1, text_.size());
    } else if (c == '"') {
      ++at_;
      while (at_ < text_.size() && peek() != '"') plain();
      ++at_;
    } else {
      plain();
    }
  }

  void plain() {
    char const c = peek();
    if (c == unknown_begin) {
      std::size_t const end = skip_shell_piece(text_, at_);
      add(text_.substr(at_, end - at_));
      at_ = end;
    } else if (is_pwsh_ && c == '$') {
      dollar();
    } else if (!is_pwsh_ && c == '%') {
      percent();
    } else {
      add(text_.substr(at_, 1));
      ++at_;
    }
  }

  void add(std::string_view text) { word_ += text; }

  void dollar() {
    std::size_t end = at_ + 1;
    bool const braced = end < text_.size() && text_[end] == '{';
    if (braced) ++end;
    std::size_t const begin = end;
    while (end < text_.size() && (is_name_char(text_[end]) || text_[end] == ':')) ++end;
    std::string_view name = text_.substr(begin, end - begin);
    if (braced && end < text_.size() && text_[end] == '}') ++end;
    variable(name.starts_with("env:") ? name.substr(4) : "", text_.substr(at_, end - at_));
    at_ = end;
  }

  void percent() {
    std::size_t const end = text_.find_first_of("%\n ", at_ + 1);
    if (end == std::string_view::npos || text_[end] != '%') {
      word_ += '%';
      ++at_;
      return;
    }
    variable(text_.substr(at_ + 1, end - at_ - 1), text_.substr(at_, end + 1 - at_));
    at_ = end + 1;
  }

  void variable(std::string_view name, std::string_view raw) {
    std::optional<std::string> const value = name.empty() ? std::nullopt : variables_(name);
    if (raw.size() == 1)
      word_ += raw;
    else
      word_ += value ? *value : shell_unknown(raw);
  }

  void end_word() {
    if (in_word_) command_.words.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  void end_command(bool writes_pipe) {
    end_word();
    std::vector<std::string>& words = command_.words;
    // `call x`, `@echo off`, `& "x"`.
    while (!words.empty() && (words[0] == "call" || words[0] == "&" || words[0] == "@"))
      words.erase(words.begin());
    if (!words.empty()) {
      command_.line = line_of(command_.offset);
      command_.step_line = command_.line;
      command_.step_offset = command_.offset;
      command_.reads_pipe = reads_pipe_;
      command_.writes_pipe = writes_pipe;
      command_.directory = ".";
      if (writes_pipe) command_.failure = ShellFailure::pipe;
      commands_.push_back(std::move(command_));
    }
    command_ = {};
    reads_pipe_ = false;
  }

  /// Offsets only grow, and so do the lines that were counted.
  std::size_t line_of(std::size_t offset) {
    counted_line_ += static_cast<std::size_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                   text_.begin() + static_cast<std::ptrdiff_t>(std::max(offset, counted_)), '\n'));
    counted_ = std::max(offset, counted_);
    return counted_line_;
  }

  std::string_view text_;
  ShellVariables const& variables_;
  bool is_pwsh_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0;
  std::size_t counted_line_ = 0;
  std::string word_;
  bool in_word_ = false;
  bool reads_pipe_ = false;
  ShellCommand command_;
  std::vector<ShellCommand> commands_;
};

}  // namespace

std::vector<ShellCommand> line_commands(std::string_view script, ShellVariables const& variables,
                                        ShellLanguage language) {
  return LineReader(script, variables, language).run();
}

}  // namespace landfall
