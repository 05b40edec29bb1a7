#include "workflow/deploy_step_events.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/deploy_step_git.h"
#include "workflow/deploy_step_words.h"
#include "workflow/expression.h"
#include "workflow/shell_expand.h"

namespace landfall {
namespace {

using Words = std::vector<std::string>;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// `v1`, `refs/tags/x`, `$VERSION`, `${{ github.ref_name }}`: no branch is called so.
bool looks_like_tag(std::string_view ref) {
  if (ref.starts_with("refs/tags/")) return true;
  if (ref.starts_with("refs/heads/")) return false;
  if (ref.size() > 1 && ref[0] == 'v' && ref[1] >= '0' && ref[1] <= '9') return true;
  if (ref.size() > 2 && ref.find('.') != std::string_view::npos && ref[0] >= '0' && ref[0] <= '9')
    return true;
  if (is_known(ref)) return false;
  std::string const text = lower(readable(ref));
  return text.find("tag") != std::string::npos || text.find("version") != std::string::npos ||
         (text.starts_with('v') && text.size() > 1 && text[1] == '$');
}

/// The tag that a push sends, "" if it is not named; nullopt if it sends none.
std::optional<std::string> pushed_tag(ShellCommand const& command) {
  auto const push = git_push(command);
  if (!push) return std::nullopt;
  for (std::string const& ref : push->refs) {
    if (!looks_like_tag(ref)) continue;
    std::string_view const tag = ref;
    return std::string(tag.starts_with("refs/tags/") ? tag.substr(10) : tag);
  }
  // `git push origin tag v1`.
  Words const& words = command.words;
  for (std::size_t i = 1; i + 1 < words.size(); ++i)
    if (words[i] == "tag") return words[i + 1];
  return push->tags ? std::optional<std::string>("") : std::nullopt;
}

/// Programs that make a release: their words, and where the tag stands among them.
struct ReleaseProgram {
  std::string_view program;
  std::string_view first;
  std::string_view second;
  std::size_t tag = 0;  ///< 0: it finds its own
};

constexpr ReleaseProgram release_programs[] = {
    {"gh", "release", "create", 3},
    {"hub", "release", "create", 0},
    {"semantic-release", "", "", 0},
    {"release-it", "", "", 0},
    {"goreleaser", "release", "", 0},
    {"goreleaser", "", "", 0},
    {"release-please", "github-release", "", 0},
    {"ghr", "", "", 0},
    {"auto", "shipit", "", 0},
    {"auto", "release", "", 0},
    {"cargo", "release", "", 0},
    {"release-plz", "release", "", 0},
    {"lerna", "publish", "", 0},
    {"lerna", "version", "", 0},
};

bool tries_only(Words const& words) {
  return std::any_of(words.begin(), words.end(), [](std::string const& word) {
    return is_one_of(word, {"--dry-run", "-d", "--draft", "--draft=true", "--snapshot", "--noop",
                            "--version", "--help", "--skip=publish", "--skip-publish"});
  });
}

std::optional<MadeEvent> made_release(ShellCommand const& command) {
  std::string_view const name = program_of(command);
  Words const& words = command.words;
  auto const word = [&words](std::size_t at) {
    return at < words.size() ? std::string_view(words[at]) : std::string_view();
  };
  if (tries_only(words)) return std::nullopt;
  for (ReleaseProgram const& program : release_programs) {
    if (program.program != name) continue;
    if (!program.first.empty() && word(1) != program.first) continue;
    if (!program.second.empty() && word(2) != program.second) continue;
    // `goreleaser check` is none.
    bool const is_other = program.first.empty() && !word(1).empty() && !word(1).starts_with('-');
    if (is_other && name != "ghr") continue;
    MadeEvent made;
    made.kind = MadeEventKind::release;
    made.tool = name;
    for (std::string_view const part : {program.first, program.second})
      if (!part.empty()) made.tool += " " + std::string(part);
    if (program.tag > 0 && !word(program.tag).starts_with('-')) made.ref = word(program.tag);
    return made;
  }
  return std::nullopt;
}

/// `gh pr create`, and `gh api`/curl to the API's releases and refs.
std::optional<MadeEvent> made_by_api(ShellCommand const& command) {
  std::string_view const name = program_of(command);
  Words const& words = command.words;
  MadeEvent made;
  made.tool = name;
  if (name == "gh" && words.size() > 2 && words[1] == "pr" && words[2] == "create") {
    made.kind = MadeEventKind::pull_request;
    made.tool = "gh pr create";
    return made;
  }
  bool const asks_api = name == "gh" && words.size() > 1 && words[1] == "api";
  if (!asks_api && name != "curl") return std::nullopt;
  bool const has_fields = asks_api && (option_value(words, "-f|--raw-field|-F|--field") ||
                                       option_value(words, "--input"));
  if (!sends_data(command) && !has_fields) return std::nullopt;
  for (std::string const& word : words) {
    if (!asks_api && word.find("api.github.com/repos/") == std::string::npos) continue;
    std::string_view const path = std::string_view(word).substr(0, word.find('?'));
    if (path.ends_with("/releases")) made.kind = MadeEventKind::release;
    if (path.ends_with("/git/refs")) made.kind = MadeEventKind::tag;
    if (path.ends_with("/pulls")) made.kind = MadeEventKind::pull_request;
  }
  bool const is_branch = made.kind == MadeEventKind::tag &&
                         std::any_of(words.begin(), words.end(), [](std::string const& word) {
                           return word.find("refs/heads/") != std::string::npos;
                         });
  if (made.kind == MadeEventKind::none || is_branch) return std::nullopt;
  return made;
}

void add_token(MadeEvent& made, ShellCommand const& command, ShellVariables const& variables) {
  // gh prefers GH_TOKEN.
  for (std::string_view const name : {"GH_TOKEN", "GITHUB_TOKEN"}) {
    std::optional<std::string> value;
    for (ShellAssignment const& own : command.assignments)
      if (own.name == name) value = own.value;
    if (!value) value = variables(name);
    if (!value) continue;
    made.token = std::move(*value);
    made.token_name = name;
    return;
  }
}

bool acts(ActionSignature const& action, ActionInputs const& inputs) {
  auto const holds = [&](InputCondition const& condition) -> std::optional<bool> {
    std::optional<std::string> const given = inputs(condition.input);
    if (!given) return false;
    if (!is_known(*given)) return std::nullopt;
    return std::any_of(condition.values.begin(), condition.values.end(),
                       [&](std::string_view value) {
                         return value == "*" ? !given->empty() : lower(*given) == value;
                       });
  };
  for (InputCondition const& condition : action.when)
    if (holds(condition) == false) return false;
  for (InputCondition const& condition : action.unless)
    if (holds(condition) == true) return false;
  return true;
}

}  // namespace

std::optional<MadeEvent> action_makes(std::string_view uses, ActionInputs const& inputs,
                                      ShellVariables const& variables) {
  ActionSignature const* action = find_action(uses);
  if (action == nullptr || action->makes == MadeEventKind::none || !acts(*action, inputs))
    return std::nullopt;
  MadeEvent made;
  made.kind = action->makes;
  made.tool = lower(trim(uses.substr(0, uses.find('@'))));
  for (std::string_view const name :
       {"tag_name", "tag", "automatic_release_tag", "custom_tag", "tagging_message", "tag-name"})
    if (auto ref = inputs(name); ref && made.ref.empty()) made.ref = std::move(*ref);
  std::string_view const token = action->token;
  if (token.starts_with("env.")) {
    made.token_name = token.substr(4);
    made.token = variables(made.token_name).value_or("");
    // Most of them take an input as well.
    for (std::string_view const name : {"token", "github_token", "github-token"})
      if (auto given = inputs(name); given && made.token.empty()) {
        made.token = std::move(*given);
        made.token_name = name;
      }
  } else if (!token.empty()) {
    made.token_name = token;
    made.token = inputs(token).value_or("");
    if (made.token.empty()) made.token = variables("GITHUB_TOKEN").value_or("");
  }
  return made;
}

std::optional<MadeEvent> command_makes(ShellCommand const& command,
                                       ShellVariables const& variables) {
  if (command.words.empty() || !command.host.empty()) return std::nullopt;
  if (auto tag = pushed_tag(command)) {
    MadeEvent made;
    made.kind = MadeEventKind::tag;
    made.ref = std::move(*tag);
    made.tool = "git push";
    // A remote with a token in it brings its own.
    std::string const remote = git_push(command)->remote;
    if (remote.find('@') != std::string::npos && remote.find("://") != std::string::npos) {
      std::size_t const begin = remote.find("://") + 3;
      made.token = remote.substr(begin, remote.find('@') - begin);
      made.token_name = "the remote's address";
    }
    return made;
  }
  std::optional<MadeEvent> made = made_release(command);
  if (!made) made = made_by_api(command);
  if (made) add_token(*made, command, variables);
  return made;
}

bool pushes_tag(ShellCommand const& command) {
  return pushed_tag(command).has_value();
}

bool creates_release(ShellCommand const& command) {
  return !command.words.empty() && made_release(command).has_value();
}

bool installs_heroku_cli(ShellCommand const& command) {
  if (command.words.empty()) return false;
  std::string_view const name = program_of(command);
  Words const& words = command.words;
  auto const says = [&words](std::string_view part) {
    return std::any_of(words.begin(), words.end(), [part](std::string const& word) {
      return word.find(part) != std::string::npos;
    });
  };
  if (is_one_of(name, {"curl", "wget"}))
    return says("cli-assets.heroku.com") || says("toolbelt.heroku.com") ||
           says("heroku.com/install") || says("cli.heroku.com");
  bool const installs = std::any_of(words.begin() + 1, words.end(), [](std::string const& word) {
    return is_one_of(word, {"install", "i", "add", "global", "ci", "-S", "upgrade", "tap"});
  });
  if (!installs) return false;
  static constexpr std::string_view managers[] = {"npm",    "yarn",    "pnpm", "bun",   "snap",
                                                  "brew",   "apt-get", "apt",  "dnf",   "choco",
                                                  "winget", "asdf",    "mise", "volta", "yum"};
  bool const manages =
      std::find(std::begin(managers), std::end(managers), name) != std::end(managers);
  return manages && std::any_of(words.begin() + 1, words.end(), [](std::string const& word) {
           std::string_view const package = std::string_view(word).substr(0, word.find('@', 1));
           return package == "heroku" || package == "heroku-cli" || package == "heroku-toolbelt" ||
                  package == "heroku/brew/heroku" || package == "Heroku.HerokuCLI";
         });
}

bool action_installs_heroku_cli(std::string_view uses) {
  std::string const name = lower(uses.substr(0, uses.find('@')));
  if (name.find("heroku") == std::string::npos) return false;
  return name.find("cli") != std::string::npos || name.find("setup") != std::string::npos ||
         name.find("install") != std::string::npos || name == "actionshub/heroku";
}

bool uses_heroku_cli(ShellCommand const& command) {
  return program_of(command) == "heroku" && !command.fetched && command.host.empty();
}

}  // namespace landfall
