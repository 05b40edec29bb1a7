#include <algorithm>
#include <array>
#include <cstdint>

#include "base/few_words.h"
#include "workflow/shell.h"
#include "workflow/signatures.h"
#include "workflow/unread_call.h"

// One pass over a script that looks at every word. Most fail the first look, at a table of letters
// and lengths: this runs over every script of every file.

namespace landfall {
namespace {

/// What a word may stand for besides a program of the signatures.
struct Needle {
  std::string_view word;
  bool ScriptHints::* hint;
};

constexpr Needle needles[] = {
    {"curl", &ScriptHints::asks},
    {"wget", &ScriptHints::asks},
    {"xh", &ScriptHints::asks},
    {"Invoke-WebRequest", &ScriptHints::asks},
    {"Invoke-RestMethod", &ScriptHints::asks},
    {"GITHUB_ENV", &ScriptHints::writes},
    {"GITHUB_OUTPUT", &ScriptHints::writes},
    {"GITHUB_PATH", &ScriptHints::writes},
    {"set-output", &ScriptHints::writes},
    {"source", &ScriptHints::calls},
    {"bash", &ScriptHints::calls},
    {"sh", &ScriptHints::calls},
    {"heroku", &ScriptHints::installs},
    {"ssh", &ScriptHints::deploys},
};

constexpr std::array<bool, 256> word_bytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (std::size_t c = '0'; c <= '9'; ++c) table[c] = true;
  table['_'] = table['-'] = true;
  return table;
}();

bool is_word(char c) {
  return word_bytes[static_cast<unsigned char>(c)];
}

/// Which words are worth a look, by their first two letters and their length: made once, for a scan
/// for each would be too dear.
class Beginnings {
 public:
  Beginnings() {
    for (Needle const& needle : needles) add(needle.word);
    for (ProgramSignature const& program : programs()) add(program.name);
    for (std::string_view const word : names_that_run_others()) add(word);
    for (std::string_view const word : {"http", "https", "git", "npm", "yarn", "pnpm", "bun"})
      add(word);
    // `healthcheck` and `health_check` too.
    lengths_[place("health")] = ~std::uint32_t{0};
  }

  bool have(std::string_view word) const {
    return (lengths_[place(word)] & length(word.size())) != 0;
  }

 private:
  static constexpr std::size_t places = 1024;

  static std::size_t place(std::string_view word) {
    auto const first = static_cast<unsigned char>(word[0]);
    auto const second = static_cast<unsigned char>(word.size() > 1 ? word[1] : ' ');
    return (std::size_t{first} * 61U + second) % places;
  }
  static std::uint32_t length(std::size_t size) {
    return std::uint32_t{1} << std::min<std::size_t>(size, 31);
  }
  void add(std::string_view word) { lengths_[place(word)] |= length(word.size()); }

  std::array<std::uint32_t, places> lengths_{};  ///< as bits
};

/// As a word of its own: `--release` is not `release`.
bool has_plain(std::string_view rest, std::string_view word) {
  for (std::size_t at = rest.find(word); at != std::string_view::npos;
       at = rest.find(word, at + 1)) {
    std::size_t const end = at + word.size();
    bool const begins = at > 0 && !is_word(rest[at - 1]);
    if (begins && (end >= rest.size() || !is_word(rest[end]))) return true;
  }
  return false;
}

bool has_word(std::string_view rest, std::string_view word) {
  // Alternatives stand with `|` between them.
  std::size_t begin = 0;
  while (begin <= word.size()) {
    std::size_t const end = std::min(word.find('|', begin), word.size());
    if (has_plain(rest, word.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

/// A word that a signature demands: `*publish*` is a part of one.
bool has_demanded(std::string_view rest, std::string_view pattern) {
  std::size_t const begin = std::min(pattern.find_first_not_of('*'), pattern.size());
  std::string_view const from = pattern.substr(begin);
  return rest.find(from.substr(0, from.find('*'))) != std::string_view::npos;
}

bool may_be(CommandSignature const& command, std::string_view rest) {
  for (std::string_view const word : command.words)
    if (!has_word(rest, word)) return false;
  return command.when.empty() ||
         std::any_of(command.when.begin(), command.when.end(),
                     [rest](std::string_view word) { return has_demanded(rest, word); });
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Scripts and targets of these names build and test; nobody deploys by them.
bool builds(std::string_view name) {
  static constexpr FewWords begins(
      {"build",   "test", "lint", "format",   "fmt",    "type",  "check", "compile",  "cover",
       "install", "add",  "ci",   "prettier", "eslint", "setup", "deps",  "generate", "codegen",
       "e2e",     "unit", "exec", "dlx",      "config", "cache", "audit", "version"});
  return name.empty() || name[0] == '-' || begins.begin_of(name);
}

/// Takes the next word between blanks away from the front of a text.
std::string_view take_word(std::string_view& text) {
  std::size_t begin = 0;
  while (begin < text.size() && is_blank(text[begin])) ++begin;
  std::size_t end = begin;
  while (end < text.size() && !is_blank(text[end])) ++end;
  std::string_view const word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

bool ends_command(char c) {
  return c == '\n' || c == '\r' || c == ';' || c == '&' || c == '|';
}

/// May a request with these words change something: it sends, or names a hook or an API. A mere
/// question, such as a health check, does not deploy.
bool may_send(std::string_view rest) {
  for (std::string_view const word :
       {"POST", "PUT", "PATCH", " -d", "--data", " -F", "--form", "--json", " -T", "--upload",
        "--post", "ook", "OOK", "eploy", "EPLOY", "api", "API", "scm."})
    if (rest.find(word) != std::string_view::npos) return true;
  return false;
}

class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  ScriptHints run() {
    static Beginnings const beginnings;
    std::size_t at = 0;
    while (at < text_.size()) {
      char const c = text_[at];
      if (!is_word(c)) {
        if (c == '.' && !hints_.calls) dot(at);
        ++at;
        continue;
      }
      std::size_t const begin = at;
      while (at < text_.size() && is_word(text_[at])) ++at;
      std::string_view const word = text_.substr(begin, at - begin);
      // `bin/deploy`
      if (begin > 0 && text_[begin - 1] == '/')
        hints_.calls = hints_.calls || speaks_of_deploying(word);
      if (beginnings.have(word) && !look(word, at)) return {true, true, true, true, true, true};
    }
    return hints_;
  }

 private:
  /// Is a command's first word here.
  bool begins_command(std::size_t at) const {
    while (at > 0 && is_blank(text_[at - 1])) --at;
    if (at == 0) return true;
    char const before = text_[at - 1];
    if (std::string_view("\n;&|({!`").find(before) != std::string_view::npos) return true;
    std::size_t begin = at;
    while (begin > 0 && is_word(text_[begin - 1]) && at - begin < 8) --begin;
    std::string_view const word = text_.substr(begin, at - begin);
    return word == "then" || word == "do" || word == "else" || word == "sudo" || word == "time" ||
           word == "exec";
  }

  /// `./x` and `. x`.
  void dot(std::size_t at) {
    char const next = at + 1 < text_.size() ? text_[at + 1] : '\0';
    if (next == ' ') hints_.calls = begins_command(at);
    std::string_view const path = text_.substr(std::min(at + 2, text_.size()));
    bool const is_builder = path.starts_with("gradlew") || path.starts_with("mvnw");
    if (next == '/' && !is_builder && !path.starts_with('.')) hints_.calls = begins_command(at);
  }

  /// False when there is more to look at than in any script: then it is worth reading.
  bool look(std::string_view word, std::size_t end) {
    constexpr std::size_t looks_max = 500;
    constexpr std::size_t reach = 1000;  // how far behind a program its sub-command may stand
    if (++looks_ > looks_max) return false;
    std::string_view const rest = text_.substr(end, reach);
    for (Needle const& needle : needles)
      if (needle.word == word) hints_.*needle.hint = true;
    if (word.starts_with("health")) hints_.asks = true;
    bool const is_client = (word == "http" || word == "https") && !rest.starts_with(':');
    hints_.asks = hints_.asks || is_client;
    if (word == "curl" || word == "wget" || is_client)
      hints_.deploys = hints_.deploys || may_send(rest);
    if (word == "git") git(rest);
    if (word == "make") calls(rest, Runs::anything);
    if (word == "npm") calls(rest, Runs::after_run);
    if (word == "yarn" || word == "pnpm" || word == "bun") calls(rest, Runs::anything);
    hints_.calls = hints_.calls || may_be_unread(word, rest);
    if (ProgramSignature const* program = find_program(word)) look(*program, rest);
    return true;
  }

  void git(std::string_view rest) {
    bool const pushes = rest.find("push") != std::string_view::npos;
    hints_.events = hints_.events || pushes;
    hints_.deploys = hints_.deploys || pushes || rest.find("remote") != std::string_view::npos;
  }

  enum class Runs { anything, after_run };

  /// Is any word of the command one that may be a script or a target.
  void calls(std::string_view rest, Runs runs) {
    if (hints_.calls) return;
    auto const end = std::find_if(rest.begin(), rest.end(), ends_command);
    std::string_view command(rest.begin(), end);
    if (command.size() < rest.size() && command.ends_with('\\')) command = rest;
    bool says_run = runs == Runs::anything;
    while (!command.empty() && !hints_.calls) {
      std::string_view const word = take_word(command);
      bool const is_run = word.starts_with("run") || word == "start" || word == "urn";
      if (!is_run && says_run && !builds(word)) hints_.calls = true;
      says_run = says_run || is_run;
    }
  }

  void look(ProgramSignature const& program, std::string_view rest) {
    for (CommandSignature const& command : program.commands) {
      if (command.remote) continue;
      if (hints_.deploys && (hints_.events || command.role != DeployRole::release)) continue;
      if (!may_be(command, rest)) continue;
      hints_.deploys = true;
      hints_.events = hints_.events || command.role == DeployRole::release;
    }
  }

  std::string_view text_;
  ScriptHints hints_;
  std::size_t looks_ = 0;
};

}  // namespace

ScriptHints script_hints(std::string_view script) {
  return Scan(script).run();
}

bool worth_parsing(std::string_view script) {
  ScriptHints const hints = script_hints(script);
  return hints.deploys || hints.asks || hints.writes || hints.calls || hints.events ||
         hints.installs;
}

}  // namespace landfall
