#include "audit/checkout.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace landfall {
namespace {

constexpr std::string_view workflow_folder = ".github/workflows";
/// GitHub refuses a workflow of more than a few hundred kilobytes; the reader says so of any below
/// this, and nothing reads more into memory.
constexpr std::size_t file_max = 16 << 20;
constexpr int levels_max = 64;

bool is_workflow_name(std::string_view name) {
  return name.ends_with(".yml") || name.ends_with(".yaml");
}

/// "a/b/" of "a/b", "" of ".".
std::string as_root(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  if (path.empty() || path == ".") return "";
  return path.ends_with('/') ? path : path + "/";
}

/// The folder above, by its name alone; nullopt above "/".
std::optional<std::string> above(std::string const& root) {
  if (root == "/") return std::nullopt;
  if (root.empty() || root == "../" || root.ends_with("/../")) return root + "../";
  auto const slash = root.rfind('/', root.size() - 2);
  return slash == std::string::npos ? "" : root.substr(0, slash + 1);
}

/// The folder in which a file stands, as a root, and its name.
std::pair<std::string, std::string> folder_and_name(std::string const& path) {
  auto const slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {as_root(path.substr(0, slash + 1)), path.substr(slash + 1)};
}

Result<std::vector<std::string>> workflows_in(World world, std::string const& root) {
  std::vector<std::string> found;
  std::string const folder = root + std::string(workflow_folder);
  auto const names = world.files.list(folder);
  if (!names && names.error().kind == ErrorKind::refused)
    return fail(ErrorKind::refused,
                fmt::format("{}: cannot be listed: let your user read it", printable(folder)));
  if (!names) return found;
  for (std::string const& name : *names)
    if (is_workflow_name(name)) found.push_back(fmt::format("{}/{}", workflow_folder, name));
  return found;
}

std::string people_name(std::string const& root) {
  if (root.empty()) return ".";
  return root == "/" ? root : root.substr(0, root.size() - 1);
}

std::unexpected<Error> no_workflows(std::string const& root, bool repository) {
  return fail(
      ErrorKind::usage,
      fmt::format("{}: no workflows: looked for {}/*.yml and *.yaml {}; name the folder of a "
                  "checkout, or one workflow file",
                  printable(people_name(root)), workflow_folder,
                  repository ? "in this repository" : "here and in the folders above"),
      "no_workflows");
}

Result<Checkout> around_folder(World world, std::string const& place) {
  std::optional<std::string> root = as_root(place);
  for (int level = 0; root && level < levels_max; ++level, root = above(*root)) {
    std::vector<std::string> workflows = TRY(workflows_in(world, *root));
    bool const repository = world.files.exists(*root + ".git");
    if (!workflows.empty())
      return Checkout{*root, std::move(workflows), read_git_folder(world, *root)};
    if (repository) return no_workflows(*root, true);
  }
  return no_workflows(as_root(place), false);
}

/// What stands where a workflow should, and what to do about it.
std::string why_unread(World world, std::string const& path, Error const& error) {
  auto const kind = world.files.kind(path);
  if (kind && *kind == FileKind::folder)
    return fmt::format("{}: is a folder, and GitHub runs files only: rename it or move it away",
                       path);
  if (kind && *kind == FileKind::other)
    return fmt::format("{}: is a pipe, a socket or a device, and no file: move it away", path);
  if (kind && *kind == FileKind::link && error.kind == ErrorKind::missing)
    return fmt::format("{}: links to {}, and there is no such file: mend the link or remove it",
                       path, world.files.destination(path).value_or("nothing"));
  if (error.kind == ErrorKind::refused) return error.text + ": let your user read it";
  return error.text;
}

/// One file: what it calls by `./` is looked up from the root of its repository.
Result<Checkout> around_file(World world, std::string const& path) {
  auto const [folder, name] = folder_and_name(path);
  std::string const folder_name = fmt::format("{}/", workflow_folder);
  if (folder.ends_with(folder_name) &&
      (folder == folder_name || folder.ends_with("/" + folder_name))) {
    std::string const root = folder.substr(0, folder.size() - folder_name.size());
    return Checkout{root, {folder_name + name}, read_git_folder(world, root)};
  }
  std::optional<std::string> root = folder;
  for (int level = 0; root && level < levels_max; ++level, root = above(*root)) {
    if (!world.files.exists(*root + ".git")) continue;
    if (!folder.starts_with(*root)) break;
    return Checkout{*root, {folder.substr(root->size()) + name}, read_git_folder(world, *root)};
  }
  return Checkout{folder, {name}, std::nullopt};
}

}  // namespace

std::string Checkout::shown_root() const {
  return people_name(root);
}

Result<Checkout> find_checkout(World world, std::string const& place) {
  if (!world.files.exists(place))
    return fail(ErrorKind::usage,
                fmt::format("{}: there is no such folder or file", printable(place)), "no_place");
  auto const listed = world.files.list(place);
  if (listed) return around_folder(world, place);
  if (listed.error().kind == ErrorKind::refused)
    return fail(ErrorKind::refused,
                fmt::format("{}: cannot be listed: let your user read it", printable(place)));
  if (is_workflow_name(place)) return around_file(world, place);
  return fail(ErrorKind::usage,
              fmt::format("{}: expected the folder of a checkout, a workflow file (.yml or .yaml) "
                          "or an action.yml, found another file",
                          printable(place)),
              "no_workflow_file");
}

void CheckoutReader::pretend(std::string path, std::string text) {
  pretended_.insert_or_assign(std::move(path), std::move(text));
}

std::optional<std::string> CheckoutReader::read(std::string_view path) {
  if (auto const found = pretended_.find(path); found != pretended_.end()) return found->second;
  std::string const whole = root_ + std::string(path);
  auto text = world_.files.read(whole, file_max);
  // A pipe that nobody writes to looks empty.
  if (text && text->empty()) {
    auto const kind = world_.files.kind(whole);
    if (kind && *kind == FileKind::other) text = fail(ErrorKind::data, whole);
  }
  if (text) return *std::move(text);
  // What a workflow names may be anything: a folder, or a path through a file. That is no fault.
  bool const closed = text.error().kind == ErrorKind::refused || text.error().code == "too_large";
  bool const listed = std::binary_search(workflows_.begin(), workflows_.end(), path);
  if (closed || listed) {
    Error error = std::move(text).error();
    error.text = why_unread(world_, whole, error);
    errors_.push_back(std::move(error));
  }
  return std::nullopt;
}

AuditInput audit_input(World world, Checkout const& checkout, CheckoutReader& reader) {
  AuditInput input;
  input.files = checkout.workflows;
  input.read = [&reader](std::string_view path) { return reader.read(path); };
  if (!checkout.git) return input;
  input.names = {checkout.git->repository, checkout.git->default_branch};
  input.refs = checkout.git->refs;
  if (input.refs)
    input.tracked_files = [world, root = checkout.root] {
      auto files = git_tracked_files(world, root);
      return files ? std::optional(*std::move(files)) : std::nullopt;
    };
  return input;
}

}  // namespace landfall
