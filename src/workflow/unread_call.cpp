#include "workflow/unread_call.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/package_scripts.h"
#include "workflow/shell_wrappers.h"

namespace landfall {
namespace {

/// Programs that run what somebody else wrote.
constexpr std::string_view task_runners[] = {
    "make",  "gmake", "task", "just",   "rake", "mage", "invoke",  "inv",     "nx",
    "turbo", "mvn",   "mvnw", "gradle", "sbt",  "ant",  "gradlew", "fastlane"};
constexpr std::string_view interpreters[] = {"python", "python3", "node",    "ruby",   "perl",
                                             "php",    "tsx",     "ts-node", "pwsh",   "powershell",
                                             "bash",   "sh",      "zsh",     "source", "."};
constexpr std::string_view managers[] = {"npm", "yarn", "pnpm", "bun"};

template <std::size_t Count>
bool is_one_of(std::string_view word, std::string_view const (&words)[Count]) {
  // Most differ in their first letter, which costs less to see than a call of memcmp.
  return !word.empty() &&
         std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view each) { return each[0] == word[0] && each == word; });
}

bool begins_with_any(std::string_view text, std::initializer_list<std::string_view> begins) {
  return std::any_of(begins.begin(), begins.end(),
                     [&](std::string_view begin) { return text.starts_with(begin); });
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// The first word after the program that is no option.
std::string_view first_operand(std::vector<std::string> const& words) {
  for (std::size_t i = 1; i < words.size(); ++i)
    if (!words[i].starts_with('-')) return words[i];
  return {};
}

bool calls_to_deploy(std::vector<std::string> const& words) {
  std::string_view const program = program_name(words[0]);
  if (is_one_of(program, managers)) {
    auto const call = package_call(words);
    return call && speaks_of_deploying(call->script);
  }
  if (is_one_of(program, task_runners))
    return std::any_of(words.begin() + 1, words.end(), [](std::string_view word) {
      return !word.starts_with('-') && word.find('=') == std::string_view::npos &&
             speaks_of_deploying(word);
    });
  if (is_one_of(program, interpreters)) return speaks_of_deploying(first_operand(words));
  // A program of the system, such as one that a step before installed, is no script of anybody's.
  bool const is_path = words[0].find('/') != std::string::npos && words[0].front() != '/';
  return is_path && speaks_of_deploying(program);
}

}  // namespace

bool may_speak_of_deploying(std::string_view word) {
  static constexpr std::string_view begins[] = {"deploy",  "publish", "promote",
                                                "rollout", "ship",    "release"};
  static constexpr std::array<bool, 256> firsts = [] {
    std::array<bool, 256> table{};
    for (char const c : std::string_view("dprsDPRS")) table[static_cast<unsigned char>(c)] = true;
    return table;
  }();
  auto const small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  for (std::size_t at = 0; at + 4 <= word.size(); ++at) {
    if (!firsts[static_cast<unsigned char>(word[at])]) continue;
    std::string_view const rest = word.substr(at);
    char const first = small(word[at]);
    char const second = small(word[at + 1]);
    for (std::string_view const begin : begins)
      if (begin[0] == first && begin[1] == second && begin.size() <= rest.size() &&
          std::equal(begin.begin() + 2, begin.end(), rest.begin() + 2,
                     [&](char a, char b) { return a == small(b); }))
        return true;
  }
  return false;
}

bool speaks_of_deploying(std::string_view name) {
  if (!may_speak_of_deploying(name)) return false;
  // The file's name counts, and not the folder in which it lies.
  std::string const text = lower(name.substr(name.rfind('/') + 1));
  bool speaks = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_letter(text[end])) ++end;
    std::string_view const word = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (begins_with_any(word,
                        {"test",      "build",    "check",   "lint",    "note",     "version",
                         "verify",    "valid",    "wait",    "status",  "dry",      "prepare",
                         "notif",     "assemble", "bundle",  "compile", "install",  "setup",
                         "changelog", "draft",    "preview", "config",  "undeploy", "deployment"}))
      return false;
    speaks = speaks || word == "ship" || word == "shipit" || word == "release" ||
             begins_with_any(word, {"deploy", "publish", "promote", "rollout"});
  }
  return speaks;
}

std::string unread_call(ShellCommand const& command) {
  constexpr std::size_t shown_max = 60;
  bool const is_other = command.followed || command.in_condition || !command.host.empty() ||
                        command.words.empty() || command.words[0].empty();
  if (is_other || !calls_to_deploy(command.words)) return {};
  return shortened(readable(join(command.words, " ")), shown_max);
}

bool runs_others(std::string_view program) {
  return is_one_of(program, task_runners) || is_one_of(program, interpreters);
}

bool may_be_unread(std::string_view program, std::string_view rest) {
  if (!runs_others(program)) return false;
  std::string_view const line = rest.substr(0, rest.find('\n'));
  for (std::string_view const word : {"eploy", "ublish", "elease", "romote", "ship", "ollout"})
    if (line.find(word) != std::string_view::npos) return true;
  return false;
}

bool is_deploying_use(std::string_view uses) {
  std::string_view name = uses.substr(0, uses.find('@'));
  for (std::string_view const end : {".yml", ".yaml"})
    if (name.ends_with(end)) name.remove_suffix(end.size());
  // Actions that make releases and notes of them are many; few of them bring anything out.
  return speaks_of_deploying(name) && lower(name).find("deploy") != std::string::npos;
}

}  // namespace landfall
