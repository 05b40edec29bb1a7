// What is known of actions and programs that deploy: signatures/deploys.yaml, made into tables when
// landfall is built, so that a start costs nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace landfall {

/// What a deploy leaves behind: a running service, a published version, a static site, or the
/// machinery under them.
enum class DeployRole { deploy, release, site, infrastructure };
std::string_view role_name(DeployRole role);

/// How an action reads the text of an input that is a flag.
enum class FlagRule {
  none,       ///< it is no flag
  not_false,  ///< every text but "false" is true, the empty one too
  is_true,    ///< "true" is true, every other text is false
  core,       ///< getBooleanInput: true|True|TRUE|false|False|FALSE, else the action fails
  filled,     ///< every text but the empty one is true
};

/// An input of an action, as its action.yml declares it.
struct InputSignature {
  std::string_view name;  ///< in lower case: GitHub compares without regard to it
  bool required = false;
  std::string_view fallback;  ///< its default, "" if it has none
  FlagRule flag = FlagRule::none;
  std::string_view since;  ///< the first version that has it, "" if all do
};

/// Holds if the input has one of the values (flags: "true" or "false", by the action's own rule).
struct InputCondition {
  std::string_view input;
  std::span<std::string_view const> values;
};

/// What of an action is a check of the app's health.
struct HealthInputs {
  std::string_view url;        ///< the input that switches it on
  std::string_view text;       ///< what the answer must contain or be
  std::string_view roll_back;  ///< a flag
};

/// What of an action makes events, and with whose token.
enum class MadeEventKind { none, tag, release, pull_request };

struct ActionSignature {
  std::string_view uses;  ///< owner/name[/path] in lower case
  bool forks = false;     ///< of any owner
  std::string_view provider;
  DeployRole role = DeployRole::deploy;
  bool deploys = true;                       ///< false: known for its inputs or events only
  std::span<std::string_view const> target;  ///< inputs that name it, the first that is given
  std::span<std::string_view const> within;  ///< the same for its namespace, cluster, project...
  std::span<InputCondition const> when;      ///< all must hold
  std::span<InputCondition const> unless;    ///< none may hold
  std::span<InputSignature const> inputs;    ///< those that are known
  bool complete = false;                     ///< `inputs` are all it has in any version
  std::string_view runs;    ///< a command it runs, with {input} in it: "wrangler {command}"
  std::string_view script;  ///< an input that holds a script
  std::string_view host;    ///< the input that names the machine on which the script runs
  HealthInputs health;
  std::string_view needs;  ///< a program that must be on the runner: "heroku"
  MadeEventKind makes = MadeEventKind::none;
  std::string_view token;  ///< the input (or `env.NAME`) that has the token for it
};

/// What is known of the action, nullptr if nothing is. `uses` as written, with or without `@ref`.
ActionSignature const* find_action(std::string_view uses);
/// The declaration of an input, nullptr if the action has none of that name.
InputSignature const* find_input(ActionSignature const& action, std::string_view name);
/// Does the version that `uses` pins have the input: unless it is one older than `since`, yes.
bool has_input(InputSignature const& input, std::string_view uses);
/// What a flag's text means to the action; nullopt if it is not known or refused.
std::optional<bool> flag_value(FlagRule rule, std::string_view text);

/// A command that deploys.
struct CommandSignature {
  std::string_view program;
  std::span<std::string_view const> words;  ///< sub-commands in order; `a|b` is either
  std::string_view provider;
  DeployRole role = DeployRole::deploy;
  std::span<std::string_view const> target;  ///< `--option`, `<1>` a plain word, `$VARIABLE`
  std::span<std::string_view const> within;  ///< the same
  std::span<std::string_view const> unless;  ///< words that make it no deploy: --dry-run
  std::span<std::string_view const> when;    ///< one of these words must be there
  std::string_view to;                       ///< pattern of the target, "" for any
  bool remote = false;                       ///< only on another machine, by ssh
};

/// A request that deploys.
struct CallSignature {
  std::string_view url;       ///< a part of the address, with `{}` and `{target}` for names
  std::string_view variable;  ///< or a part of the name of the variable that holds it
  std::string_view provider;
  DeployRole role = DeployRole::deploy;
  bool any_method = false;  ///< a GET does it as well
  std::string_view body;    ///< a text that the request must have
};

/// A place that `git push` deploys to, told by one of three.
struct RemoteSignature {
  std::string_view url;     ///< a part of the address, with `{}`, `{target}` and `{within}`
  std::string_view name;    ///< a part of the remote's name
  std::string_view branch;  ///< the branch that is pushed
  std::string_view provider;
  DeployRole role = DeployRole::deploy;
};

/// How the words of a program are read.
struct ProgramSignature {
  std::string_view name;
  std::span<std::string_view const> values;  ///< options that take the next word as value
  std::span<CommandSignature const> commands;
};

/// nullptr if the program is in no signature.
ProgramSignature const* find_program(std::string_view name);

// The tables, in the order in which they are tried. Made of signatures/deploys.yaml.
std::span<ActionSignature const> exact_actions();    ///< by name, sorted
std::span<ActionSignature const> forked_actions();   ///< by the repository's name alone
std::span<ActionSignature const> pattern_actions();  ///< with `*`
std::span<ProgramSignature const> programs();        ///< by name, sorted
std::span<CallSignature const> calls();
std::span<RemoteSignature const> push_remotes();

}  // namespace landfall
