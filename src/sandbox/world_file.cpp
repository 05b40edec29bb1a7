#include "sandbox/world_file.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/archive.h"
#include "base/text.h"
#include "sandbox/fault_reader.h"
#include "sandbox/heroku.h"
#include "sandbox/sandbox.h"

namespace landfall::sandbox {
namespace {

std::size_t const files_max = 20'000;
std::size_t const bytes_max = 256 << 20;
std::vector<std::string> const top_keys{"clock", "users", "tokens", "heroku", "github", "faults"};

Result<yaml::Document> parse_world(std::string_view text, std::string_view file) {
  auto document = yaml::parse(text, file);
  if (!document) document.error().kind = ErrorKind::config;
  return document;
}

Result<> load_users(State& state, Section const& world) {
  for (yaml::Pair const& pair : TRY(world.pairs("users"))) {
    std::string const name(pair.key.text);
    auto const section = TRY(Section::open(world.file(), pair.value, "user '" + name + "'",
                                           {"id", "name", "email", "plan"}));
    User user;
    user.login = name;
    user.id = TRY(section.integer("id")).value_or(state.next_id());
    user.uuid = named_id("user " + name);
    user.name = TRY(section.text_or("name", name));
    user.email = TRY(section.text_or("email", name + "@users.example"));
    user.plan = TRY(section.text_or("plan", ""));
    state.users.push_back(std::move(user));
  }
  return {};
}

Result<> load_tokens(State& state, Section const& world) {
  for (yaml::Pair const& pair : TRY(world.pairs("tokens"))) {
    // The token is not repeated in errors: somebody may have put a real one here.
    auto const section =
        TRY(Section::open(world.file(), pair.value, "token",
                          {"service", "user", "role", "repositories", "actions_of"}));
    Token token;
    std::string const service = TRY(section.text("service"));
    if (service != "heroku" && service != "github") {
      return std::unexpected(section.error("service", "expected heroku or github"));
    }
    token.platform = service == "heroku" ? Platform::heroku : Platform::github;
    token.actions_of = TRY(section.text_or("actions_of", ""));
    if (token.actions_of.empty()) token.user = TRY(login(state, section, "user", ""));
    if (auto const names = TRY(section.texts("repositories")))
      token.repositories = std::set<std::string>(names->begin(), names->end());
    std::string const role = TRY(section.text_or("role", "write"));
    if (role != "read" && role != "write" && role != "admin") {
      return std::unexpected(section.error("role", "expected read, write or admin"));
    }
    token.role = role == "read" ? Role::read : role == "write" ? Role::write : Role::admin;
    token.place = static_cast<std::int64_t>(state.tokens.size());
    state.tokens.emplace(std::string(pair.key.text), std::move(token));
  }
  return {};
}

/// Files knows no kinds: what can be listed is a folder.
Result<> add_folder(Files& files, std::string const& folder, std::string const& prefix,
                    Tree& tree) {
  std::size_t bytes = 0;
  for (std::string const& name : TRY(files.list(folder))) {
    if (name == ".git" || name == "__pycache__") continue;
    std::string const path = folder + "/" + name;
    if (files.list(path)) {
      TRY(add_folder(files, path, prefix + name + "/", tree));
      continue;
    }
    TreeFile file{.content = TRY(files.read(path))};
    if (file.content.starts_with("#!")) file.mode = 0755;
    bytes += file.content.size();
    tree.emplace(prefix + name, std::move(file));
    if (tree.size() > files_max || bytes > bytes_max) {
      return fail(ErrorKind::config, folder + ": too many files for a sandbox", "too_large");
    }
  }
  return {};
}

}  // namespace

Result<std::string> login(State const& state, Section const& section, std::string_view key,
                          std::string_view fallback) {
  std::string const name =
      fallback.empty() ? TRY(section.text(key)) : TRY(section.text_or(key, fallback));
  if (state.user(name) != nullptr) return name;
  std::vector<std::string> known;
  for (User const& user : state.users) known.push_back(user.login);
  std::string const meant = nearest(name, known);
  return std::unexpected(section.error(
      key, fmt::format("no user '{}' is declared{}", printable(name),
                       meant.empty() ? "" : fmt::format(": did you mean '{}'?", meant))));
}

namespace {

bool is_tar(std::string_view name) {
  return name.ends_with(".tgz") || name.ends_with(".tar") || name.ends_with(".tar.gz") ||
         name.ends_with(".tar.zst");
}

/// A link is taken for the file that it names, as in a folder.
Result<Tree> read_tar(Files& files, std::string const& path) {
  std::string const bytes = TRY(files.read(path, bytes_max));
  auto const entries = without_top_directory(TRY(during(path, unpack(bytes))));
  Tree tree;
  for (ArchiveEntry const& entry : entries)
    if (entry.kind == EntryKind::file) tree[entry.path] = {entry.content, entry.mode};
  for (ArchiveEntry const& entry : entries) {
    if (entry.kind != EntryKind::symlink) continue;
    std::string const folder = entry.path.substr(0, entry.path.rfind('/') + 1);
    auto const file = tree.find(normal_path(folder + entry.content));
    if (file != tree.end()) tree[entry.path] = TreeFile(file->second);
  }
  return tree;
}

}  // namespace

Result<Tree> read_folder(Files& files, std::string const& folder) {
  if (is_tar(folder)) return read_tar(files, folder);
  Tree tree;
  TRY(add_folder(files, folder, "", tree));
  return tree;
}

Result<> load_world(State& state, std::string_view text, std::string_view file,
                    FolderReader const& read, Instant now) {
  yaml::Document const document = TRY(parse_world(text, file));
  auto const world = TRY(Section::open(file, document.root(), "the world file", top_keys));
  TRY(world.instant_or_none("clock"));
  state.github.advanced_to = now;
  state.github.key_seed = state.secret();
  TRY(load_users(state, world));
  TRY(load_tokens(state, world));
  if (yaml::Node const* const heroku = world.find("heroku")) {
    TRY(load_heroku(state, file, *heroku, read));
  }
  if (yaml::Node const* const github = world.find("github")) {
    TRY(load_github(state, file, *github, read));
  }
  TRY(load_faults(state, world, now));
  for (auto const& [name, app] : state.heroku.apps) {
    if (app.created_at > now) {
      return fail(ErrorKind::config,
                  fmt::format("{}: the app '{}' is created at {}, after the sandbox starts at {}",
                              file, name, iso8601(app.created_at), iso8601(now)));
    }
  }
  return {};
}

}  // namespace landfall::sandbox

namespace landfall {

Result<std::optional<Instant>> clock_of_world_file(std::string_view text, std::string const& file) {
  yaml::Document const document = TRY(sandbox::parse_world(text, file));
  auto const world =
      TRY(sandbox::Section::open(file, document.root(), "the world file", sandbox::top_keys));
  return world.instant_or_none("clock");
}

}  // namespace landfall
