#include "workflow/deploy_step_health.h"

#include <algorithm>

#include "base/text.h"

namespace landfall {
namespace {

using Words = std::vector<std::string>;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The program's own name, without its folder.
std::string_view program(ShellCommand const& command) {
  if (command.words.empty()) return {};
  std::string_view const word = command.words[0];
  return word.substr(word.rfind('/') + 1);
}

bool sends_data(Words const& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string const& word = words[i];
    std::string const next = i + 1 < words.size() ? words[i + 1] : "";
    bool const is_method = word == "-X" || word == "--request";
    if (is_method && next != "GET" && next != "HEAD") return true;
    if (word == "-XPOST" || word == "-XPATCH" || word == "-XPUT" || word == "--request=POST")
      return true;
    if (word == "-d" || word == "-F" || word == "--json" || word == "--form" ||
        word == "--upload-file" || word == "-T" || word.starts_with("--data") ||
        word.starts_with("--post-data"))
      return true;
  }
  return false;
}

}  // namespace

bool asks_for_an_answer(ShellCommand const& command) {
  std::string_view const name = program(command);
  static constexpr std::string_view clients[] = {"curl", "wget", "http", "https", "xh"};
  static constexpr std::string_view silent[] = {"echo", "printf", "cat",  "grep", "git",
                                                "sed",  "jq",     "exit", "test", "["};
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
                                                "datadoghq.com"};
  if (std::find(std::begin(clients), std::end(clients), name) != std::end(clients)) {
    for (std::string const& word : command.words)
      for (std::string_view const other : others)
        if (has(lower(word), other)) return false;
    return !sends_data(command.words);
  }
  if (std::find(std::begin(silent), std::end(silent), name) != std::end(silent)) return false;
  return std::any_of(command.words.begin(), command.words.end(),
                     [](std::string const& word) { return has(lower(word), "health"); });
}

bool action_asks_for_an_answer(std::string_view uses) {
  std::string const name = lower(uses);
  return has(name, "health") || has(name, "wait_for_response") || has(name, "wait-for-response");
}

}  // namespace landfall
