#include "workflow/unread_call.h"

#include <algorithm>

#include "base/few_words.h"
#include "base/text.h"
#include "workflow/expression.h"
#include "workflow/package_scripts.h"
#include "workflow/shell_wrappers.h"

namespace landfall {
namespace {

/// Programs that run what somebody else wrote.
constexpr FewWords task_runners({"make", "gmake", "task", "just", "rake", "mage", "invoke", "inv",
                                 "nx", "turbo", "mvn", "mvnw", "gradle", "sbt", "ant", "gradlew",
                                 "fastlane"});
constexpr FewWords interpreters({"python", "python3", "node", "ruby", "perl", "php", "tsx",
                                 "ts-node", "pwsh", "powershell", "bash", "sh", "zsh", "source",
                                 "."});
constexpr FewWords managers({"npm", "yarn", "pnpm", "bun"});

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
  if (managers.has(program)) {
    auto const call = package_call(words);
    return call && speaks_of_deploying(call->script);
  }
  if (task_runners.has(program))
    return std::any_of(words.begin() + 1, words.end(), [](std::string_view word) {
      return !word.starts_with('-') && word.find('=') == std::string_view::npos &&
             speaks_of_deploying(word);
    });
  if (interpreters.has(program)) return speaks_of_deploying(first_operand(words));
  // A program of the system, such as one that a step before installed, is no script of anybody's.
  bool const is_path = words[0].find('/') != std::string::npos && words[0].front() != '/';
  return is_path && speaks_of_deploying(program);
}

}  // namespace

bool may_speak_of_deploying(std::string_view text) {
  static constexpr FewWords words({"deploy", "publish", "promote", "rollout", "ship", "release"});
  return words.within(text);
}

bool speaks_of_deploying(std::string_view name) {
  if (!may_speak_of_deploying(name)) return false;
  static constexpr FewWords others({"test",    "build",   "check",    "lint",      "note",
                                    "version", "verify",  "valid",    "wait",      "status",
                                    "dry",     "prepare", "notif",    "assemble",  "bundle",
                                    "compile", "install", "setup",    "changelog", "draft",
                                    "preview", "config",  "undeploy", "deployment"});
  static constexpr FewWords begins({"deploy", "publish", "promote", "rollout"});
  static constexpr FewWords exact({"ship", "shipit", "release"});
  // The file's name counts, and not the folder in which it lies.
  std::string const text = lower(name.substr(name.rfind('/') + 1));
  bool speaks = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_letter(text[end])) ++end;
    std::string_view const word = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (others.begin_of(word)) return false;
    speaks = speaks || exact.has(word) || begins.begin_of(word);
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

std::vector<std::string_view> names_that_run_others() {
  std::vector<std::string_view> names(task_runners.begin(), task_runners.end());
  names.insert(names.end(), interpreters.begin(), interpreters.end());
  return names;
}

bool runs_others(std::string_view program) {
  return task_runners.has(program) || interpreters.has(program);
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
