#include "audit/git_folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"

namespace landfall {
namespace {

constexpr std::size_t small_file = 1 << 20;
constexpr std::size_t refs_max = 500'000;
constexpr int depth_max = 24;
constexpr auto git_patience = 60s;

std::string first_line(std::string_view text) {
  return std::string(trim(text.substr(0, text.find('\n'))));
}

/// `refs/heads/x` of `ref: refs/heads/x`, "" of a commit's name.
std::string symbolic(std::string_view head) {
  constexpr std::string_view mark = "ref:";
  return head.starts_with(mark) ? std::string(trim(head.substr(mark.size()))) : "";
}

/// A path that a file of git names, seen from the folder in which that file stands.
std::string seen_from(std::string const& folder, std::string const& path) {
  std::string const full = path.starts_with('/') ? path : folder + path;
  return full.ends_with('/') ? full : full + "/";
}

/// What matters of .git/config.
struct Config {
  struct Remote {
    std::string name;
    std::string url;
    std::vector<std::string> fetch;
    bool no_tags = false;
  };
  std::vector<Remote> remotes;
  bool reftable = false;

  Remote& remote(std::string const& name) {
    for (Remote& one : remotes)
      if (one.name == name) return one;
    remotes.push_back({.name = name});
    return remotes.back();
  }
  /// `origin`, or the only one there is.
  Remote const* origin() const {
    for (Remote const& one : remotes)
      if (one.name == "origin") return &one;
    return remotes.size() == 1 ? remotes.data() : nullptr;
  }
};

std::string config_value(std::string_view text) {
  std::string value(trim(text));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return value;
}

void read_setting(Config& config, std::string_view section, std::string const& name,
                  std::string const& value) {
  if (lower(section) == "extensions") {
    config.reftable = config.reftable || (name == "refstorage" && lower(value) == "reftable");
    return;
  }
  constexpr std::string_view begin = "remote \"";
  if (!section.starts_with(begin) || !section.ends_with('"')) return;
  section.remove_prefix(begin.size());
  Config::Remote& remote = config.remote(std::string(section.substr(0, section.size() - 1)));
  if (name == "url") remote.url = value;
  if (name == "fetch") remote.fetch.push_back(value);
  if (name == "tagopt") remote.no_tags = value == "--no-tags";
}

Config read_config(std::string_view text) {
  Config config;
  std::string section;
  for (std::string const& line : lines_of(text)) {
    std::string_view const said = trim(line);
    if (said.empty() || said[0] == '#' || said[0] == ';') continue;
    if (said[0] == '[') {
      section = trim(said.substr(1, std::min(said.find(']'), said.size()) - 1));
      continue;
    }
    auto const equals = said.find('=');
    if (equals == std::string_view::npos) continue;
    read_setting(config, section, lower(trim(said.substr(0, equals))),
                 config_value(said.substr(equals + 1)));
  }
  return config;
}

/// Why the refs of this clone are not all that its remote has; "" if they are.
std::string incomplete(World world, std::string const& common, Config const& config) {
  if (world.files.exists(common + "shallow"))
    return "this clone is shallow (with actions/checkout, `fetch-depth: 0` fetches all)";
  Config::Remote const* origin = config.origin();
  if (origin == nullptr) return "";
  bool const all = std::any_of(origin->fetch.begin(), origin->fetch.end(), [](auto const& spec) {
    return spec.find("refs/heads/*:") != std::string::npos ||
           spec.find("refs/*:") != std::string::npos;
  });
  if (!all) return "this clone fetches a part of the branches only";
  return origin->no_tags ? "this clone fetches no tags" : "";
}

class RefReader {
 public:
  RefReader(World world, std::string common) : world_(world), common_(std::move(common)) {}

  GitRefs read() {
    if (auto const packed = world_.files.read(common_ + "packed-refs")) read_packed(*packed);
    walk("refs/heads", 0);
    walk("refs/remotes", 0);
    walk("refs/tags", 0);
    return std::move(refs_);
  }

  /// Takes refs by their full names.
  void add(std::string_view ref) {
    constexpr std::string_view heads = "refs/heads/";
    constexpr std::string_view remotes = "refs/remotes/";
    constexpr std::string_view tags = "refs/tags/";
    if (++count_ > refs_max) return;
    if (ref.starts_with(heads)) {
      refs_.branches.emplace_back(ref.substr(heads.size()));
    } else if (ref.starts_with(tags)) {
      refs_.tags.emplace_back(ref.substr(tags.size()));
    } else if (ref.starts_with(remotes)) {
      auto const slash = ref.find('/', remotes.size());
      if (slash == std::string_view::npos) return;
      std::string_view const name = ref.substr(slash + 1);
      if (name != "HEAD") refs_.branches.emplace_back(name);
    }
  }

  GitRefs take() { return std::move(refs_); }

 private:
  void read_packed(std::string_view text) {
    // "HASH refs/tags/v1"; lines that begin with # or ^ are a head and what an annotated tag names.
    while (!text.empty()) {
      std::size_t const end = std::min(text.find('\n'), text.size());
      std::string_view const line = trim(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
      auto const space = line.find(' ');
      if (space != std::string_view::npos && line[0] != '#') add(line.substr(space + 1));
    }
  }

  void walk(std::string const& folder, int depth) {
    if (depth > depth_max || count_ > refs_max) return;
    auto const names = world_.files.list(common_ + folder);
    if (!names) {
      // No folder: a ref, unless it is one that is just being written.
      if (depth > 0 && !folder.ends_with(".lock")) add(folder);
      return;
    }
    for (std::string const& name : *names) walk(folder + "/" + name, depth + 1);
  }

  World world_;
  std::string common_;
  GitRefs refs_;
  std::size_t count_ = 0;
};

void sort_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

/// What git prints, one item for each line or, with -z, for each NUL. Waits for its end.
Result<std::string> git_output(World world, std::string const& root,
                               std::vector<std::string> const& words) {
  Command command;
  command.arguments = {"git"};
  command.arguments.insert(command.arguments.end(), words.begin(), words.end());
  command.directory = root.empty() ? "." : root;
  for (std::string_view const name : {"PATH", "HOME", "XDG_CONFIG_HOME"})
    if (auto const value = world.variable(name)) command.environment.emplace_back(name, *value);
  command.environment.emplace_back("LC_ALL", "C");
  std::string text;
  std::optional<int> code;
  ProcessId const process = TRY(world.processes.start(
      std::move(command), [&](std::string_view line) { (text += line) += '\n'; },
      [&](Exit exit) {
        code = exit.code;
        world.loop.stop();
      }));
  TimerId const timer =
      world.loop.after(git_patience, [&] { world.processes.signal(process, Signal::kill); });
  world.loop.run();
  world.loop.cancel(timer);
  if (code == 0) return text;
  return fail(ErrorKind::data, fmt::format("git {}: {}", join(words, " "),
                                           text.empty() ? "it failed" : first_line(text)));
}

Result<GitRefs> refs_by_git(World world, std::string const& root) {
  std::string const text = TRY(git_output(world, root, {"for-each-ref", "--format=%(refname)"}));
  RefReader reader(world, "");
  for (std::string const& line : lines_of(text)) reader.add(line);
  return reader.take();
}

/// The folder that holds HEAD, and the one that holds all that working trees share.
struct Folders {
  std::string own;
  std::string common;
};

std::optional<Folders> folders_of(World world, std::string const& root) {
  if (!world.files.exists(root + ".git")) return std::nullopt;
  Folders folders{root + ".git/", ""};
  // A file in the place of the folder: of a second working tree, or of a submodule.
  constexpr std::string_view mark = "gitdir:";
  if (auto const file = world.files.read(root + ".git", small_file); file) {
    std::string const line = first_line(*file);
    if (!line.starts_with(mark)) return std::nullopt;
    folders.own = seen_from(root, std::string(trim(line.substr(mark.size()))));
  }
  auto const common = world.files.read(folders.own + "commondir", small_file);
  folders.common = common ? seen_from(folders.own, first_line(*common)) : folders.own;
  return folders;
}

/// Puts together what the folder's files say.
void read_refs(World world, std::string const& root, Folders const& folders, Config const& config,
               GitFolder& git) {
  git.refs_unknown = incomplete(world, folders.common, config);
  if (!git.refs_unknown.empty()) return;
  if (config.reftable) {
    auto refs = refs_by_git(world, root);
    if (!refs) {
      git.refs_unknown = refs.error().text;
      return;
    }
    git.refs = *std::move(refs);
  } else {
    git.refs = RefReader(world, folders.common).read();
  }
  // The branch of a repository without a commit is nowhere but here.
  auto const head = world.files.read(folders.own + "HEAD", small_file);
  std::string const ref = head ? symbolic(first_line(*head)) : "";
  constexpr std::string_view heads = "refs/heads/";
  if (ref.starts_with(heads) && ref != "refs/heads/.invalid")
    git.refs->branches.push_back(ref.substr(heads.size()));
  if (!git.default_branch.empty()) git.refs->branches.push_back(git.default_branch);
  sort_unique(git.refs->branches);
  sort_unique(git.refs->tags);
}

}  // namespace

RemoteName remote_name(std::string_view url) {
  RemoteName remote;
  std::string_view path;
  if (auto const scheme = url.find("://"); scheme != std::string_view::npos) {
    std::string_view const rest = url.substr(scheme + 3);
    auto const slash = rest.find('/');
    if (url.starts_with("file:") || slash == std::string_view::npos) return remote;
    std::string_view authority = rest.substr(0, slash);
    if (auto const at = authority.rfind('@'); at != std::string_view::npos)
      authority.remove_prefix(at + 1);
    remote.host = lower(authority.substr(0, authority.find(':')));
    path = rest.substr(slash + 1);
  } else if (auto const colon = url.find(':');
             colon != std::string_view::npos && url.find('/') > colon) {
    // [user@]host:path, as scp writes it.
    std::string_view authority = url.substr(0, colon);
    if (auto const at = authority.rfind('@'); at != std::string_view::npos)
      authority.remove_prefix(at + 1);
    remote.host = lower(authority);
    path = url.substr(colon + 1);
  }
  if (remote.host == "ssh.github.com") remote.host = "github.com";
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  std::vector<std::string> const parts = split(path, '/');
  bool const named = parts.size() == 2 && !parts[0].empty() && !parts[1].empty();
  if (named) remote.repository = std::string(path);
  return remote;
}

std::optional<GitFolder> read_git_folder(World world, std::string const& root) {
  auto const folders = folders_of(world, root);
  if (!folders) return std::nullopt;
  GitFolder git;
  if (!world.files.exists(folders->own + "HEAD")) {
    git.refs_unknown = "its .git folder is not there";
    return git;
  }
  auto const text = world.files.read(folders->common + "config", small_file);
  Config const config = text ? read_config(*text) : Config();
  if (Config::Remote const* origin = config.origin()) {
    RemoteName remote = remote_name(origin->url);
    git.host = std::move(remote.host);
    git.repository = std::move(remote.repository);
    std::string const prefix = "refs/remotes/" + origin->name + "/";
    auto const head = world.files.read(folders->common + prefix + "HEAD", small_file);
    std::string const ref = head ? symbolic(first_line(*head)) : "";
    if (ref.starts_with(prefix)) git.default_branch = ref.substr(prefix.size());
  }
  read_refs(world, root, *folders, config, git);
  return git;
}

Result<std::vector<std::string>> git_tracked_files(World world, std::string const& root) {
  std::string const text =
      TRY(git_output(world, root, {"-c", "core.quotePath=false", "ls-files", "--full-name"}));
  return lines_of(text);
}

}  // namespace landfall
