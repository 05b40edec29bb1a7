#include "workflow/shell_wrappers.h"

#include <algorithm>

#include "base/few_words.h"
#include "base/text.h"
#include "workflow/shell_scan.h"
#include "workflow/signatures.h"

namespace landfall {
namespace {

struct Wrapper {
  std::string_view name;
  std::string_view second;    ///< a sub-command that must follow: `bundle exec`
  std::string_view values;    ///< options that take the next word, each between blanks
  std::size_t arguments = 0;  ///< words of its own before the program
  bool fetches = false;
  bool retries = false;
};

// Sub-commands before the plain program: `npm exec` before nothing, for npm itself is none.
constexpr Wrapper wrappers[] = {
    {"sudo", "", " -u -g -h -p -C -r -t --user --group "},
    {"doas", "", " -u "},
    {"time", "", " -f -o "},
    {"nohup", "", " "},
    {"exec", "", " -a "},
    {"builtin", "", " "},
    {"nice", "", " -n "},
    {"ionice", "", " -c -n "},
    {"stdbuf", "", " -i -o -e "},
    {"unbuffer", "", " "},
    {"chronic", "", " "},
    {"setsid", "", " "},
    {"xvfb-run", "", " -e -n -s "},
    {"timeout", "", " -s -k --signal --kill-after ", 1},
    {"gtimeout", "", " -s -k ", 1},
    {"xargs", "", " -I -n -P -L -d -a -E -s "},
    {"retry", "", " -t -d -m -s --times --delay --tries --sleep --max ", 0, false, true},
    {"flock", "", " -w -E ", 1},
    {"npx", "", " -p --package -c ", 0, true},
    {"bunx", "", " ", 0, true},
    {"uvx", "", " --from --with -p ", 0, true},
    {"npm", "exec", " -p --package -w --workspace ", 0, true},
    {"pnpm", "dlx", " --package ", 0, true},
    {"yarn", "dlx", " -p --package ", 0, true},
    {"bun", "x", " ", 0, true},
    {"pnpm", "exec", " "},
    {"yarn", "exec", " "},
    {"pipx", "run", " --spec ", 0, true},
    {"poetry", "run", " "},
    {"pipenv", "run", " "},
    {"uv", "run", " --with -p --python --group --extra "},
    {"hatch", "run", " "},
    {"pdm", "run", " "},
    {"rye", "run", " "},
    {"bundle", "exec", " "},
    {"devbox", "run", " "},
    {"mise", "exec", " "},
    {"nix", "run", " "},
    {"doppler", "run", " -p -c -t --project --config --token "},
    {"infisical", "run", " --env --path --projectId --token "},
    {"op", "run", " --env-file "},
    {"dotenv", "", " -e -f "},
    {"dotenvx", "run", " -f "},
    {"chamber", "exec", " ", 1},
    {"aws-vault", "exec", " -d ", 1},
    {"saml2aws", "exec", " -a "},
    {"sshpass", "", " -p -f -d "},
    {"direnv", "exec", " ", 1},
    {"python", "-m", " "},
    {"python3", "-m", " "},
    {"py", "-m", " "},
};

bool has_word(std::string_view list, std::string_view word) {
  std::size_t const at = list.find(word);
  return at != std::string_view::npos && at > 0 && list[at - 1] == ' ' &&
         at + word.size() < list.size() && list[at + word.size()] == ' ' && !word.empty();
}

class Unwrapping {
 public:
  explicit Unwrapping(std::vector<ShellField> const& fields) : fields_(fields) {}

  UnwrappedCommand run() {
    while (step()) continue;
    found_.first = std::min(found_.first, fields_.size());
    return std::move(found_);
  }

 private:
  std::string_view word(std::size_t ahead) const {
    std::size_t const at = found_.first + ahead;
    return at < fields_.size() ? std::string_view(fields_[at].text) : std::string_view();
  }

  bool step() {
    std::string_view const name = program_name(word(0));
    if (name.empty()) return false;
    if (name == "env") return env();
    // `command -v heroku` asks whether there is one.
    if (name == "command") return !word(1).starts_with('-') && wraps({"command", "", " "});
    for (Wrapper const& wrapper : wrappers)
      if (wrapper.name == name && (wrapper.second.empty() || wrapper.second == word(1)))
        return wraps(wrapper);
    return runs_binary(name);
  }

  bool wraps(Wrapper const& wrapper) {
    std::size_t at = wrapper.second.empty() ? 1 : 2;
    while (word(at).starts_with('-')) {
      bool const ends = word(at) == "--";
      at += has_word(wrapper.values, word(at)) ? 2 : 1;
      if (ends) break;
    }
    at += wrapper.arguments;
    while (word(at) == "--") ++at;
    // Alone it is a program like any other: `time`, `exec > file`.
    if (word(at).empty()) return false;
    found_.first += at;
    found_.fetched = found_.fetched || wrapper.fetches;
    found_.retries = found_.retries || wrapper.retries;
    return true;
  }

  bool env() {
    std::size_t at = 1;
    for (; !word(at).empty(); ++at) {
      AssignedName const assigned = assigned_name(word(at));
      if (!assigned.name.empty())
        found_.assignments.push_back(
            {std::string(assigned.name), std::string(word(at).substr(assigned.value))});
      else if (word(at) == "-u" || word(at) == "-C" || word(at) == "--unset")
        ++at;
      else if (!word(at).starts_with('-'))
        break;
    }
    if (word(at).empty()) return false;
    found_.first += at;
    return true;
  }

  /// `yarn wrangler deploy` and `yarn run wrangler deploy` run the program of that name.
  bool runs_binary(std::string_view name) {
    if (name != "yarn" && name != "pnpm" && name != "bun") return false;
    std::size_t const at = name == "yarn" && word(1) == "run" ? 2 : 1;
    std::string_view const next = program_name(word(at));
    static constexpr std::string_view own[] = {"npm", "yarn", "pnpm", "bun", "make", "node"};
    bool const is_own = std::find(std::begin(own), std::end(own), next) != std::end(own);
    if (is_own || word(at + 1).empty() || find_program(next) == nullptr) return false;
    found_.first += at;
    return true;
  }

  std::vector<ShellField> const& fields_;
  UnwrappedCommand found_;
};

}  // namespace

bool may_wrap(std::string_view program) {
  static constexpr FewWords names = [] {
    std::string_view all[std::size(wrappers) + 2]{"env", "command"};
    std::transform(std::begin(wrappers), std::end(wrappers), std::begin(all) + 2,
                   [](Wrapper const& wrapper) { return wrapper.name; });
    return FewWords(all);
  }();
  return names.has(program);
}

UnwrappedCommand unwrap(std::vector<ShellField> const& fields) {
  return Unwrapping(fields).run();
}

std::string_view program_name(std::string_view word) {
  bool const is_scoped = word.starts_with('@');
  if (!is_scoped) word = word.substr(word.rfind('/') + 1);
  std::size_t const version = word.find('@', 1);
  if (version != std::string_view::npos && word.find(':') == std::string_view::npos)
    word = word.substr(0, version);
  if (word.ends_with(".exe")) word.remove_suffix(4);
  return word;
}

}  // namespace landfall
