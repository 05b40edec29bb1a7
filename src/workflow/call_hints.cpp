#include "workflow/call_hints.h"

#include <algorithm>
#include <array>

#include "base/few_words.h"
#include "workflow/expression.h"
#include "workflow/shell_state.h"
#include "workflow/shell_wrappers.h"
#include "workflow/unread_call.h"

// One pass without the shell's grammar: after whatever may begin a command the next word is taken
// for a program, also where the shell would see text. What is more than plain words there is not
// judged here, and the script is read.

namespace landfall {
namespace {

/// Words after which a command begins.
constexpr FewWords keywords({"if", "then", "elif", "else", "fi", "while", "until", "do", "done",
                             "case", "esac", "in", "for"});
/// Programs whose words are commands or move what follows.
constexpr FewWords deep({"source", ".", "eval", "bash", "sh", "zsh", "dash", "ash", "ksh", "su",
                         "ssh", "cd", "pushd", "npm", "yarn", "pnpm", "bun", "popd"});

constexpr std::array<bool, 256> word_bytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0x21; byte < 256; ++byte) table[byte] = byte != 0x7F;
  for (char const c : std::string_view(";&|()`{}\"'<>$\\=!"))
    table[static_cast<unsigned char>(c)] = false;
  return table;
}();

bool is_word(char c) {
  return word_bytes[static_cast<unsigned char>(c)];
}

class CallScan {
 public:
  CallScan(StepScript const& script, ReadFile const& read)
      : text_(script.text),
        read_(read),
        directory_(join_path(".", script.directory).value_or("")) {}

  bool run() {
    bool may = false;
    while (!may && at_ < text_.size()) may = is_word(text_[at_]) ? word() : other(text_[at_]);
    return may || makes();
  }

 private:
  /// What kind of word comes next in a command.
  enum class Next {
    program,   ///< its first
    argument,  ///< one that its program reads
    any        ///< one that may be a program again: behind assignments, `sudo`, `env`
  };

  bool other(char c) {
    if (c == '$') return expansion();
    ++at_;
    if (c == '"' || c == '\'') quote(c);
    if (c == ' ' || c == '\t' || c == '"' || c == '\'') return false;
    if (c == '\\') return escape();
    if (c == '<' || c == '>') return next_ != Next::argument;
    bool const is_redirection =
        c == '&' && at_ > 1 && (text_[at_ - 2] == '>' || text_[at_ - 2] == '<');
    if (c == '=' || is_redirection) return false;
    // The rest of the outer command stands behind it.
    if (runs_others_ && (c == '(' || c == '`')) return true;
    // Anything else may end a command. What is not known is between marks.
    return (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)) || end_command();
  }

  void quote(char c) {
    if (quote_ == '\0')
      quote_ = c;
    else if (quote_ == c)
      quote_ = '\0';
  }

  bool end_command() {
    next_ = Next::program;
    return makes();
  }

  bool escape() {
    bool const continues = at_ < text_.size() && text_[at_] == '\n';
    ++at_;
    return !continues && (next_ != Next::argument || runs_others_);
  }

  /// `$X` and `${X}` are not known here; what stands in `$( )` is text like all other.
  bool expansion() {
    ++at_;
    char const c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '(') return runs_others_;
    if (next_ != Next::argument || runs_others_) return true;
    if (c != '{') return false;
    std::size_t const end = text_.find('}', at_);
    std::string_view const inside = text_.substr(at_, end - at_);
    if (end == std::string_view::npos) return true;
    at_ = end + 1;
    return inside.find_first_of("$`") != std::string_view::npos;
  }

  bool word() {
    if (text_[at_] == '#' && may_be_comment()) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return false;
    }
    std::size_t const begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    std::string_view const word = text_.substr(begin, at_ - begin);
    if (may_speak_of_deploying(word)) return true;
    if (is_make_ && next_ == Next::argument) return make_argument(word);
    if (next_ == Next::argument) return false;
    if (byte(at_) == '=') return assignment();
    return !is_whole(begin) || program(word);
  }

  bool may_be_comment() const {
    bool const after_blank =
        at_ == 0 || std::string_view(" \t\n;").find(text_[at_ - 1]) != std::string_view::npos;
    return after_blank && quote_ == '\0' && next_ == Next::program;
  }

  char byte(std::size_t at) const { return at < text_.size() ? text_[at] : '\n'; }

  /// Is a word more than a part of one: not so in `bin/$X`, `bin/"x"`.
  bool is_whole(std::size_t begin) const {
    constexpr std::string_view ends = " \t\n;&|()`<>";
    char const before = begin == 0 ? '\n' : text_[begin - 1];
    if (before != '"' && before != '\'') return ends.find(byte(at_)) != std::string_view::npos;
    return byte(at_) == before && ends.find(byte(at_ + 1)) != std::string_view::npos;
  }

  /// Behind its value a program may follow. It is certain where a value of one piece ends.
  bool assignment() {
    std::size_t const begin = ++at_;
    char const quote = byte(at_);
    if (quote == '"' || quote == '\'') {
      std::size_t const end = std::min(text_.find(quote, at_ + 1), text_.size());
      std::string_view const value = text_.substr(at_, end - at_);
      bool const is_plain = value.find('\\') == value.npos && value.find('`') == value.npos &&
                            value.find("$(") == value.npos;
      if (is_plain) at_ = std::min(end + 1, text_.size());
    } else {
      while (at_ < text_.size() && (is_word(text_[at_]) || is_plain_expansion())) ++at_;
    }
    bool const ends = std::string_view(" \t\n;&|)").find(byte(at_)) != std::string_view::npos;
    next_ = ends && next_ == Next::program ? Next::program : Next::any;
    return may_speak_of_deploying(text_.substr(begin, at_ - begin));
  }

  /// `$X`, whose name is word; not `$(`, `${`.
  bool is_plain_expansion() const { return text_[at_] == '$' && is_word(byte(at_ + 1)); }

  bool program(std::string_view word) {
    std::string_view const name = program_name(word);
    if (keywords.has(word)) return false;
    if (deep.has(name)) return true;
    if (word.find('/') != std::string_view::npos && is_there(directory_, word)) return true;
    is_make_ = name == "make" || name == "gmake";
    runs_others_ = runs_others(name);
    make_directory_ = directory_;
    next_ = next_ == Next::any || may_wrap(name) ? Next::any : Next::argument;
    return is_make_ && next_ == Next::any;
  }

  bool make_argument(std::string_view word) {
    if (moves_) {
      make_directory_ = join_path(directory_, word).value_or("");
      moves_ = false;
      return false;
    }
    moves_ = word == "-C";
    return !moves_ && (word.starts_with("--") || word.starts_with("-C") || word.starts_with("-f"));
  }

  /// At the end of a command: has it called make where there is a Makefile.
  bool makes() {
    bool const has_made = is_make_;
    is_make_ = runs_others_ = false;
    if (!has_made) return false;
    if (moves_) return true;
    for (std::string_view const name : {"GNUmakefile", "makefile", "Makefile"})
      if (is_there(make_directory_, name)) return true;
    return false;
  }

  bool is_there(std::string const& directory, std::string_view path) const {
    auto const place = join_path(directory, path);
    return place && read_(*place).has_value();
  }

  std::string_view text_;
  ReadFile const& read_;
  std::string directory_;
  std::size_t at_ = 0;
  char quote_ = '\0';  ///< the one that is open, where quotes are what they seem
  Next next_ = Next::program;
  bool runs_others_ = false;  ///< the command runs what its words name
  bool is_make_ = false;      ///< it is a call of make
  bool moves_ = false;        ///< its `-C` was the last word
  std::string make_directory_;
};

}  // namespace

bool may_follow_calls(StepScript const& script, ReadFile const& read) {
  return script.mode.language == ShellLanguage::sh && read && CallScan(script, read).run();
}

}  // namespace landfall
