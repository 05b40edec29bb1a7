#include "workflow/deploy_step_health.h"

#include <algorithm>

#include "base/few_words.h"
#include "base/text.h"
#include "workflow/deploy_step_words.h"
#include "workflow/expression.h"

namespace landfall {
namespace {

using Words = std::vector<std::string>;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_client(std::string_view name) {
  return is_one_of(name, {"curl", "wget", "http", "https", "xh", "Invoke-WebRequest",
                          "Invoke-RestMethod", "iwr", "irm"});
}

/// A short option by its letter, also among others: `-fsS`.
bool has_letter(Words const& words, char letter) {
  // Options whose value is the rest of the word.
  static constexpr std::string_view with_value = "oHdFXwuAbceEKmTxyzrtPQCD";
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string const& word = words[i];
    if (word.size() < 2 || word[0] != '-' || word[1] == '-') continue;
    for (std::size_t k = 1; k < word.size(); ++k) {
      if (word[k] == letter) return true;
      if (with_value.find(word[k]) != std::string_view::npos) break;
    }
  }
  return false;
}

bool has_long(Words const& words, std::string_view begin) {
  return std::any_of(words.begin(), words.end(),
                     [begin](std::string const& word) { return word.starts_with(begin); });
}

bool is_address(std::string_view word) {
  if (has(word, "://")) return !word.starts_with('-');
  return has(word, "localhost") || word.starts_with("127.0.0.1");
}

std::string address_of(Words const& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string_view const word = words[i];
    bool const is_value = i > 1 && is_one_of(words[i - 1], {"-H", "--header", "-e", "--referer",
                                                            "-x", "--proxy", "-d", "--data"});
    if (!is_value && is_address(word)) return std::string(word);
  }
  // `curl $URL`: a word that is not known at all, and no option's value.
  for (std::size_t i = words.size(); i-- > 1;) {
    bool const is_value = i > 1 && words[i - 1].starts_with('-') && words[i - 1].size() == 2 &&
                          !has("fsSLkivI", std::string_view(words[i - 1]).substr(1));
    if (!is_value && !words[i].starts_with('-') && !is_known(words[i])) return words[i];
  }
  for (std::size_t i = words.size(); i-- > 1;)
    if (has(words[i], ".") && !words[i].starts_with('-') && !has(words[i], " ") &&
        !words[i - 1].starts_with('-'))
      return words[i];
  return {};
}

std::string host_of(std::string_view url) {
  std::size_t const scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  std::size_t const user = url.rfind('@');
  if (user != std::string_view::npos) url.remove_prefix(user + 1);
  std::size_t const port = url.rfind(':');
  if (port != std::string_view::npos) url = url.substr(0, port);
  return is_known(url) ? std::string(url) : std::string();
}

/// Does a later command of the same script look at a variable: `[ "$STATUS" != 200 ]`.
bool is_compared(std::span<ShellCommand const> commands, std::size_t index,
                 std::string_view variable) {
  std::string const plain = "$" + std::string(variable);
  std::string const braced = "${" + std::string(variable);
  for (std::size_t i = index + 1; i < commands.size(); ++i) {
    ShellCommand const& later = commands[i];
    if (later.file != commands[index].file || later.words.empty()) continue;
    std::string_view const name = later.words[0];
    bool const compares =
        later.in_condition || is_one_of(name, {"[", "[[", "test", "((", "grep", "exit", "jq"});
    bool const piped = is_one_of(name, {"echo", "printf"}) && later.writes_pipe;
    if (!compares && !piped) continue;
    auto const mentions = [&](std::string_view text) {
      return has(text, plain) || has(text, braced);
    };
    if (std::any_of(later.words.begin(), later.words.end(), mentions)) return true;
    if (later.input && mentions(*later.input)) return true;
  }
  return false;
}

/// Does something right of it in the pipe look at the answer: `| grep -q ok`.
bool is_piped_to_judge(std::span<ShellCommand const> commands, std::size_t index) {
  for (std::size_t i = index; i + 1 < commands.size() && commands[i].writes_pipe; ++i) {
    ShellCommand const& next = commands[i + 1];
    if (!next.reads_pipe || next.words.empty()) return false;
    std::string_view const name = program_of(next);
    if (is_one_of(name, {"grep", "egrep", "fgrep", "rg"})) return true;
    if (name == "jq" && (has_letter(next.words, 'e') || has_long(next.words, "--exit-status")))
      return true;
  }
  return false;
}

bool fails_by_itself(ShellCommand const& command) {
  std::string_view const name = program_of(command);
  Words const& words = command.words;
  if (name == "curl") return has_letter(words, 'f') || has_long(words, "--fail");
  if (name == "http" || name == "https" || name == "xh")
    return has_long(words, "--check-status") || name == "xh";
  // wget and PowerShell fail on 4xx and 5xx.
  if (is_one_of(name, {"Invoke-WebRequest", "Invoke-RestMethod", "iwr", "irm"}))
    return !has_long(words, "-SkipHttpErrorCheck");
  return true;
}

bool retries_by_itself(ShellCommand const& command) {
  Words const& words = command.words;
  return command.in_loop || has_long(words, "--retry") || has_long(words, "--tries") ||
         has_long(words, "-MaximumRetryCount") || has_long(words, "--waitretry") ||
         (program_of(command) == "wget" && !has_long(words, "-t1") && !has_long(words, "--spider"));
}

/// `"status":"ok"`, `"ok": true`: a name in quotes, a colon, and more.
bool is_json_member(std::string_view text) {
  std::string plain;
  for (char const c : text)
    if (c != '\\') plain += c;
  std::size_t at = plain.find('"');
  while (at != std::string::npos) {
    std::size_t const close = plain.find('"', at + 1);
    if (close == std::string::npos) return false;
    std::size_t next = close + 1;
    // A pattern that allows for blanks says so.
    if (next < plain.size() && (plain[next] == '*' || plain[next] == '[' || plain[next] == 's'))
      return false;
    while (next < plain.size() && plain[next] == ' ') ++next;
    if (next < plain.size() && plain[next] == ':') {
      std::string_view const rest = std::string_view(plain).substr(next + 1);
      bool const allows = rest.starts_with("[[:space:]]") || rest.starts_with("s*") ||
                          rest.starts_with(" *") || rest.starts_with("[ ]") ||
                          rest.starts_with(".*") || rest.starts_with(" ?") ||
                          rest.starts_with("s?");
      return !allows;
    }
    at = close;
  }
  return false;
}

}  // namespace

bool asks_for_an_answer(ShellCommand const& command) {
  if (command.words.empty()) return false;
  std::string_view const name = program_of(command);
  // Answers of these say nothing of the app.
  static constexpr std::string_view others[] = {"heroku.com/install",
                                                "api.heroku.com",
                                                "cli-assets.heroku.com",
                                                "api.github.com",
                                                "raw.githubusercontent.com",
                                                "//github.com",
                                                "slack.com",
                                                "discord.com",
                                                "api.telegram.org",
                                                "sentry.io",
                                                "pagerduty.com",
                                                "newrelic.com",
                                                "datadoghq.com",
                                                "api.render.com",
                                                "api.vercel.com",
                                                "api.netlify.com",
                                                "api.cloudflare.com",
                                                "registry.npmjs.org",
                                                "dl.google.com",
                                                "get.docker.com",
                                                "install.sh",
                                                ".tar.gz",
                                                ".deb"};
  if (is_client(name)) {
    for (std::string const& word : command.words) {
      if (word.size() < 4) continue;
      std::string const lowered = lower(word);
      for (std::string_view const other : others)
        if (has(lowered, other)) return false;
    }
    return !sends_data(command);
  }
  static constexpr FewWords silent({"echo",  "printf", "cat", "grep",  "git", "sed",   "jq",
                                    "exit",  "test",   "[",   "[[",    "cd",  "rm",    "cp",
                                    "mkdir", "chmod",  "set", "local", "ssh", "export"});
  static constexpr FewWords telling({"health"});
  return !silent.has(name) &&
         std::any_of(command.words.begin(), command.words.end(),
                     [](std::string const& word) { return telling.within(word); });
}

bool action_asks_for_an_answer(std::string_view uses) {
  static constexpr FewWords telling({"health", "wait_for_response", "wait-for-response", "wait-on",
                                     "http-request", "smoke", "ping-url", "url-check", "uptime"});
  return telling.within(uses.substr(0, uses.find('@')));
}

std::optional<HealthQuestion> health_question(std::span<ShellCommand const> commands,
                                              std::size_t index) {
  ShellCommand const& command = commands[index];
  if (!asks_for_an_answer(command)) return std::nullopt;
  HealthQuestion question;
  if (!is_client(program_of(command))) {
    // A script of the repository: what is in it stands in commands of its own, if it could be read.
    question.fails_on_status = true;
    question.retries = true;
    return question;
  }
  Words const& words = command.words;
  question.url = address_of(words);
  question.host = host_of(question.url);
  bool const is_captured = !command.captured_by.empty();
  bool const compared = is_captured && (command.captured_by == "[" ||
                                        is_compared(commands, index, command.captured_by));
  question.fails_on_status =
      fails_by_itself(command) || compared || is_piped_to_judge(commands, index);
  question.retries = retries_by_itself(command);
  question.follows_redirects =
      program_of(command) == "wget" || has_letter(words, 'L') || has_long(words, "--location");
  return question;
}

std::optional<std::string> greps_json(ShellCommand const& command) {
  std::string_view const name = program_of(command);
  Words const& words = command.words;
  bool const searches = is_one_of(name, {"grep", "egrep", "fgrep", "rg", "sed", "awk", "gawk"});
  bool const compares = is_one_of(name, {"[", "[[", "test"});
  if (!searches && !compares) return std::nullopt;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string const& word = words[i];
    bool const is_pattern = !compares || is_one_of(words[i - 1], {"=", "==", "!=", "=~"});
    if (is_pattern && is_json_member(word)) return word;
  }
  return std::nullopt;
}

}  // namespace landfall
