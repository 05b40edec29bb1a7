#include "workflow/package_scripts.h"

#include <algorithm>

#include "base/text.h"
#include "base/yaml.h"
#include "workflow/shell_state.h"
#include "workflow/shell_wrappers.h"

namespace landfall {
namespace {

constexpr std::size_t file_bytes_max = 256 << 10;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Reads the words of one call.
class CallReader {
 public:
  explicit CallReader(std::vector<std::string> const& words)
      : words_(words), manager_(program_name(words[0])) {}

  std::optional<PackageCall> read() {
    bool const is_npm = manager_ == "npm";
    runs_ = !is_npm;
    for (at_ = 1; at_ < words_.size(); ++at_) {
      std::string_view const word = words_[at_];
      if (call_.script.empty() ? word == "--" : word == "--" && is_npm) {
        take_rest(at_ + 1);
        break;
      }
      if (!call_.script.empty() && !is_npm) {
        take_rest(word == "--" ? at_ + 1 : at_);
        break;
      }
      if (word.starts_with('-'))
        option(word);
      else if (!take_word(word))
        return std::nullopt;
    }
    // `npm publish` is npm's own, `npm start` and `npm test` are scripts.
    bool const is_short = is_one_of(call_.script, {"start", "test", "stop", "restart"});
    if (call_.script.empty() || (!runs_ && !is_short)) return std::nullopt;
    return std::move(call_);
  }

 private:
  bool take_word(std::string_view word) {
    if (!call_.script.empty()) {
      call_.arguments.emplace_back(word);
      return true;
    }
    if (is_one_of(word, {"run", "run-script", "rum", "urn"})) {
      runs_ = true;
      says_run_ = true;
      return true;
    }
    if (manager_ == "yarn" && word == "workspace" && at_ + 1 < words_.size()) {
      call_.workspace = words_[++at_];
      return true;
    }
    if (manager_ == "yarn" && is_one_of(word, {"workspaces", "foreach"})) {
      call_.everywhere = true;
      return true;
    }
    // `pnpm --filter app deploy dist` copies a package; https://pnpm.io/cli/deploy
    bool const is_own = manager_ == "pnpm" && !says_run_ && word == "deploy" &&
                        (!call_.workspace.empty() || call_.everywhere);
    call_.script = word;
    return !is_own;
  }

  void option(std::string_view word) {
    std::size_t const equals = word.find('=');
    std::string_view const name = word.substr(0, equals);
    bool const is_pnpm = manager_ == "pnpm";
    if (is_one_of(name, {"--prefix", "-C", "--cwd", "--dir"})) {
      call_.directory = value(word, equals);
    } else if (name == "--workspace" || name == "--filter" || name == "-F" ||
               (name == "-w" && !is_pnpm)) {
      filter(value(word, equals));
    } else if (is_one_of(name, {"-r", "--recursive", "-ws", "--workspaces", "-A", "--all"})) {
      call_.everywhere = true;
    } else if (is_one_of(name, {"--loglevel", "--registry", "--userconfig", "--cache", "--reporter",
                                "--workspace-concurrency", "--network-timeout", "--mutex"})) {
      value(word, equals);
    }
  }

  std::string value(std::string_view word, std::size_t equals) {
    if (equals != std::string_view::npos) return std::string(word.substr(equals + 1));
    return at_ + 1 < words_.size() ? words_[++at_] : std::string();
  }

  /// A second filter adds packages, and so do patterns.
  void filter(std::string name) {
    bool const is_pattern = name.find_first_of("*![") != std::string::npos || name.empty() ||
                            name.find("...") != std::string::npos;
    if (is_pattern || !call_.workspace.empty())
      call_.everywhere = true;
    else
      call_.workspace = std::move(name);
  }

  void take_rest(std::size_t from) {
    for (std::size_t i = from; i < words_.size(); ++i) call_.arguments.push_back(words_[i]);
  }

  std::vector<std::string> const& words_;
  std::string_view manager_;
  std::size_t at_ = 1;
  bool runs_ = false;
  bool says_run_ = false;
  PackageCall call_;
};

std::optional<std::string> script_of(Json const& json, std::string const& name) {
  Json const* scripts = json.find("scripts");
  if (scripts == nullptr || !scripts->is_object()) return std::nullopt;
  for (auto const& [key, value] : scripts->as_object())
    if (key == name && value.is_string()) return value.as_string();
  return std::nullopt;
}

/// JSON is YAML, whose reader knows where everything stands.
void place(std::string_view text, std::string const& name, PackageScript& script) {
  auto const document = yaml::read(std::string(text), {.bytes = file_bytes_max, .nodes = 20'000});
  if (!document) return;
  yaml::Node const* scripts = document->root().find("scripts");
  yaml::Node const* value = scripts == nullptr ? nullptr : scripts->find(name);
  if (value == nullptr) return;
  script.line = value->begin.line - 1;
  script.column = value->begin.column - 1;
}

}  // namespace

std::optional<PackageCall> package_call(std::vector<std::string> const& words) {
  bool const is_manager =
      !words.empty() && is_one_of(program_name(words[0]), {"npm", "yarn", "pnpm", "bun"});
  return is_manager ? CallReader(words).read() : std::nullopt;
}

PackageFiles::File const* PackageFiles::file(std::string const& directory) {
  auto const path = join_path(directory, "package.json");
  if (!path) return nullptr;
  auto const [place, is_new] = files_.try_emplace(*path);
  if (is_new) {
    auto const text = read_(*path);
    Result<Json> json =
        text && text->size() <= file_bytes_max ? Json::parse(*text) : fail(ErrorKind::missing, "");
    if (json) place->second = File{*path, *text, std::move(*json)};
  }
  return place->second ? &*place->second : nullptr;
}

std::vector<PackageScript> PackageFiles::scripts(PackageCall const& call,
                                                 std::string const& directory) {
  std::optional<std::string> const where = directory_of(call, directory);
  File const* package = where ? file(*where) : nullptr;
  if (package == nullptr) return {};
  std::vector<PackageScript> found;
  for (std::string const& one : {"pre" + call.script, call.script, "post" + call.script}) {
    std::optional<std::string> body = script_of(package->json, one);
    if (!body) continue;
    if (one == call.script)
      for (std::string const& argument : call.arguments) *body += " '" + argument + "'";
    PackageScript script{.text = std::move(*body), .file = package->path, .directory = *where};
    place(package->text, one, script);
    found.push_back(std::move(script));
  }
  return found;
}

std::optional<std::string> PackageFiles::directory_of(PackageCall const& call,
                                                      std::string const& from) {
  if (call.everywhere) return std::nullopt;
  auto const base = call.directory.empty() ? from : join_path(from, call.directory);
  if (!base || call.workspace.empty()) return base;
  std::string_view name = call.workspace;
  if (name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
  auto const as_path = join_path(*base, name);
  if (as_path && file(*as_path) != nullptr) return as_path;
  return workspace_named(name, *base);
}

std::optional<std::string> PackageFiles::workspace_named(std::string_view name,
                                                         std::string const& root) {
  // No folder can be listed here: packages whose folder is called as they are, are found.
  std::string const folder(name.substr(name.rfind('/') + 1));
  for (std::string pattern : workspace_patterns(root)) {
    std::size_t const star = pattern.find('*');
    if (star != std::string::npos) pattern = pattern.substr(0, star) + folder;
    auto const path = join_path(root, pattern);
    File const* package = path ? file(*path) : nullptr;
    Json const* own = package == nullptr ? nullptr : package->json.find("name");
    if (own != nullptr && own->is_string() && own->as_string() == name) return path;
  }
  return std::nullopt;
}

std::vector<std::string> PackageFiles::workspace_patterns(std::string const& root) {
  std::vector<std::string> patterns;
  if (File const* package = file(root)) {
    Json const* list = package->json.find("workspaces");
    if (list != nullptr && list->is_object()) list = list->find("packages");
    if (list != nullptr && list->is_array())
      for (Json const& each : list->as_array())
        if (each.is_string()) patterns.push_back(each.as_string());
  }
  auto const path = join_path(root, "pnpm-workspace.yaml");
  auto const text = path ? read_(*path) : std::nullopt;
  if (!text || text->size() > file_bytes_max) return patterns;
  auto const document = yaml::read(std::string(*text), {.bytes = file_bytes_max, .nodes = 20'000});
  if (!document) return patterns;
  if (yaml::Node const* packages = document->root().find("packages"))
    for (yaml::Node const& item : packages->items) patterns.emplace_back(item.text);
  return patterns;
}

}  // namespace landfall
