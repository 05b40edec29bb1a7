#include "workflow/deploy_step.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "workflow/deploy_step_git.h"
#include "workflow/deploy_step_words.h"
#include "workflow/expression.h"
#include "workflow/shell_expand.h"
#include "workflow/shell_scan.h"
#include "workflow/shell_state.h"

// Commands by the signatures: the first one that fits a command says what it deploys, and where its
// words name the target.

namespace landfall {
namespace {

using Words = std::vector<std::string>;

/// A command with everything that names in a signature may mean.
struct Reading {
  ShellCommand const& command;
  DeployScene const& scene;
  std::vector<std::string_view> arguments;  ///< plain words behind the sub-commands
};

/// `name = "x"` and `"name": "x"` at the top of a file.
std::optional<std::string> key_of_file(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::size_t const end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    // Tables of TOML are other things than the whole.
    if (line.starts_with('[')) return std::nullopt;
    line = trim(line);
    bool const is_quoted = line.starts_with('"');
    if (is_quoted) line.remove_prefix(1);
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    if (is_quoted && line.starts_with('"')) line.remove_prefix(1);
    line = trim(line);
    if (!line.starts_with('=') && !line.starts_with(':')) continue;
    line = trim(line.substr(1));
    if (line.starts_with('"') || line.starts_with('\'')) {
      std::size_t const close = line.find(line[0], 1);
      return std::string(line.substr(1, close == std::string_view::npos ? close : close - 1));
    }
    return std::string(trim(line.substr(0, line.find_first_of(",#"))));
  }
  return std::nullopt;
}

std::optional<std::string> file_key(Reading const& reading, std::string_view name) {
  std::size_t const colon = name.find(':');
  if (!reading.scene.read) return std::nullopt;
  auto const path = join_path(reading.command.directory, name.substr(0, colon));
  if (!path) return std::nullopt;
  auto const text = reading.scene.read(*path);
  if (!text) return std::nullopt;
  std::optional<std::string> value = key_of_file(*text, name.substr(colon + 1));
  return value && value->empty() ? std::nullopt : value;
}

std::optional<std::string> variable(Reading const& reading, std::string_view name) {
  for (ShellAssignment const& own : reading.command.assignments)
    if (own.name == name) return own.value;
  return reading.command.host.empty() ? reading.scene.variables(name) : std::nullopt;
}

std::optional<std::string> plain_word(Reading const& reading, std::string_view name) {
  auto const number = parse_integer(name.substr(1, name.size() - 2));
  auto const count = static_cast<std::int64_t>(reading.arguments.size());
  if (!number || *number == 0) return std::nullopt;
  std::int64_t const at = *number < 0 ? count + *number : *number - 1;
  if (at < 0 || at >= count) return std::nullopt;
  return std::string(reading.arguments[static_cast<std::size_t>(at)]);
}

std::optional<std::string> named(Reading const& reading, std::string_view name) {
  if (name.starts_with('$')) return variable(reading, name.substr(1));
  if (name.starts_with('<')) return plain_word(reading, name);
  if (name.starts_with('-')) {
    auto const value = option_value(reading.command.words, name);
    return value ? std::optional(std::string(*value)) : std::nullopt;
  }
  return file_key(reading, name);
}

std::optional<std::string> first_named(Reading const& reading,
                                       std::span<std::string_view const> names) {
  for (std::string_view const name : names)
    if (auto value = named(reading, name); value && !value->empty()) return value;
  return std::nullopt;
}

bool is_wholly_unknown(std::string_view text) {
  return text.size() > 1 && text[0] == unknown_begin && text.find(unknown_end) == text.size() - 1;
}

/// Without tag and digest: `ghcr.io/acme/app:v1` and `ghcr.io/acme/app:v2` are one target.
std::string image_name(std::string_view image) {
  image = image.substr(0, image.find('@'));
  std::size_t const slash = image.rfind('/');
  std::size_t colon = std::string_view::npos;
  for (std::size_t i = slash == std::string_view::npos ? 0 : slash; i < image.size();) {
    if (image[i] == ':' && colon == std::string_view::npos) colon = i;
    i = image[i] == unknown_begin ? skip_shell_piece(image, i) : i + 1;
  }
  return std::string(image.substr(0, colon));
}

/// What texts of one provider's targets mean the same.
void settle(FoundDeploy& deploy, Reading const& reading) {
  if (deploy.provider == "container") deploy.target = image_name(trim(deploy.target));
  if (deploy.provider != "ssh") return;
  if (!reading.command.host.empty()) {
    deploy.target = reading.command.host;
    return;
  }
  // `user@host:/path`.
  std::size_t const colon = deploy.target.find(':');
  if (colon == std::string::npos || deploy.target.find("://") != std::string::npos) return;
  deploy.within = deploy.target.substr(colon + 1);
  deploy.target.resize(colon);
}

bool fits(CommandSignature const& signature, Reading const& reading,
          std::optional<std::string> const& target) {
  Words const& words = reading.command.words;
  if (signature.remote && reading.command.host.empty()) return false;
  auto const given = [&words](std::string_view word) { return has_option(words, word); };
  if (std::any_of(signature.unless.begin(), signature.unless.end(), given)) return false;
  bool const wanted =
      signature.when.empty() || std::any_of(signature.when.begin(), signature.when.end(), given);
  if (!wanted) return false;
  if (signature.to.empty()) return true;
  return target && (is_wholly_unknown(*target) || shell_matches(signature.to, *target));
}

std::string tool_of(CommandSignature const& signature, std::string_view program) {
  std::string tool(program);
  for (std::string_view const word : signature.words)
    tool += " " + std::string(word.substr(0, word.find('|')));
  return tool;
}

/// The app of a command of the Heroku CLI that names none.
std::string heroku_app(Reading const& reading) {
  if (auto const remote = option_value(reading.command.words, "-r|--remote"))
    return heroku_app_of_remote(*remote, reading.scene.remotes).value_or(unknown_text(*remote));
  return heroku_app_of_remotes(reading.scene.remotes).value_or(unknown_text("heroku"));
}

std::vector<FoundDeploy> heroku_deploys(FoundDeploy deploy, Reading const& reading) {
  deploy.needs_heroku_cli = !reading.command.fetched;
  // `heroku container release` is the same as with a colon.
  std::size_t const topic = deploy.tool.find(' ', std::string_view("heroku ").size());
  if (topic != std::string::npos) deploy.tool[topic] = ':';
  std::vector<FoundDeploy> found;
  bool const promotes = deploy.tool.find("promote") != std::string::npos;
  if (!promotes) {
    if (deploy.target.empty() || option_value(reading.command.words, "-r|--remote"))
      deploy.target = heroku_app(reading);
    found.push_back(std::move(deploy));
    return found;
  }
  // Only `--to` names what a promotion deploys; `--app` is where the slug comes from.
  for (std::string_view const value : option_values(reading.command.words, "-t|--to"))
    for (std::string& app : split(value, ',')) {
      deploy.target = std::move(app);
      found.push_back(deploy);
    }
  if (!found.empty()) return found;
  std::array<std::string_view, 2> const source{"--app|-a", "$HEROKU_APP"};
  std::string const app = first_named(reading, source).value_or(heroku_app(reading));
  deploy.target = unknown_text("downstream of " + readable(app));
  found.push_back(std::move(deploy));
  return found;
}

std::vector<FoundDeploy> by_signature(CommandSignature const& signature, Reading const& reading,
                                      std::optional<std::string> target) {
  FoundDeploy deploy;
  deploy.provider = signature.provider;
  deploy.role = signature.role;
  deploy.tool = tool_of(signature, program_of(reading.command));
  deploy.target = std::move(target).value_or("");
  deploy.within = first_named(reading, signature.within).value_or("");
  if (deploy.provider == "heroku") return heroku_deploys(std::move(deploy), reading);
  settle(deploy, reading);
  if (deploy.target.empty()) deploy.target = unknown_text(signature.provider);
  std::vector<FoundDeploy> found;
  found.push_back(std::move(deploy));
  return found;
}

/// `heroku git:remote -a app`.
void note_heroku_remote(Words const& words, Remotes& remotes) {
  if (words.size() < 2 || words[1] != "git:remote") return;
  auto const app = option_value(words, "-a|--app");
  std::string const name(option_value(words, "-r|--remote").value_or("heroku"));
  if (app) remotes[name] = "https://git.heroku.com/" + std::string(*app) + ".git";
}

/// An address whose pieces are not known, by the name of the variable that holds it.
bool names_variable(std::string_view word, std::string_view part) {
  std::size_t const mark = word.find(unknown_begin);
  return mark != std::string_view::npos &&
         replace_all(lower(word.substr(mark)), "-", "_").find(part) != std::string::npos;
}

std::optional<FoundDeploy> call_of(CallSignature const& signature, Words const& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::optional<AddressMatch> match;
    if (!signature.url.empty())
      match = match_address(words[i], signature.url);
    else if (names_variable(words[i], signature.variable))
      match = AddressMatch{words[i], {}};
    if (!match) continue;
    FoundDeploy deploy;
    deploy.provider = signature.provider;
    deploy.role = signature.role;
    deploy.target = match->target.empty() ? unknown_text(signature.provider) : match->target;
    std::string_view const url = signature.url;
    std::size_t const slash = url.find('/');
    deploy.tool = url.empty() || slash == 0 ? "deploy hook" : std::string(url.substr(0, slash));
    // `api.heroku.com builds` tells more than the host alone.
    std::size_t const last = url.rfind('/');
    bool const has_resource = last != std::string_view::npos && slash != 0 &&
                              url.find('{', last) == std::string_view::npos;
    if (has_resource && last != slash) deploy.tool += " " + std::string(url.substr(last + 1));
    return deploy;
  }
  return std::nullopt;
}

std::vector<FoundDeploy> call_deploys(ShellCommand const& command) {
  bool const sends = sends_data(command);
  for (CallSignature const& signature : calls()) {
    if (!sends && !signature.any_method) continue;
    bool const has_body = std::any_of(
        command.words.begin(), command.words.end(),
        [&](std::string const& word) { return word.find(signature.body) != std::string::npos; });
    if (!has_body) continue;
    if (auto deploy = call_of(signature, command.words)) {
      std::vector<FoundDeploy> found;
      found.push_back(std::move(*deploy));
      return found;
    }
  }
  return {};
}

/// `./deploy.sh` and `make deploy` on another machine: nobody can read them, and their names say
/// it.
std::vector<FoundDeploy> remote_deploys(Reading const& reading) {
  Words const& words = reading.command.words;
  static constexpr std::string_view silent[] = {"echo",  "cd", "cat",  "ls",
                                                "mkdir", "rm", "test", "["};
  bool const is_silent =
      std::find(std::begin(silent), std::end(silent), words[0]) != std::end(silent);
  bool const deploys =
      !is_silent && std::any_of(words.begin(), words.end(), [](std::string const& word) {
        return word.find("deploy") != std::string::npos;
      });
  if (!deploys) return {};
  FoundDeploy deploy;
  deploy.provider = "ssh";
  deploy.tool = "ssh " + readable(words[0]);
  deploy.target = reading.command.host;
  std::vector<FoundDeploy> found;
  found.push_back(std::move(deploy));
  return found;
}

}  // namespace

std::vector<FoundDeploy> command_deploys(ShellCommand const& command, DeployScene const& scene) {
  if (command.words.empty()) return {};
  std::string_view const name = program_of(command);
  if (name == "git") return git_deploys(command, scene.remotes);
  static constexpr std::string_view clients[] = {
      "curl", "wget", "http", "https", "xh", "Invoke-WebRequest", "Invoke-RestMethod"};
  if (std::find(std::begin(clients), std::end(clients), name) != std::end(clients))
    return call_deploys(command);
  if (name == "heroku") note_heroku_remote(command.words, scene.remotes);
  ProgramSignature const* program = find_program(name);
  Reading reading{command, scene, {}};
  if (program != nullptr) {
    for (CommandSignature const& signature : program->commands) {
      auto arguments = arguments_after(command.words, signature.words, program->values);
      if (!arguments) continue;
      reading.arguments = std::move(*arguments);
      std::optional<std::string> target = first_named(reading, signature.target);
      if (fits(signature, reading, target))
        return by_signature(signature, reading, std::move(target));
    }
  }
  return command.host.empty() ? std::vector<FoundDeploy>() : remote_deploys(reading);
}

}  // namespace landfall
