#include "workflow/library.h"

#include "base/text.h"

namespace landfall {
namespace {

/// GitHub itself takes no larger workflow.
constexpr yaml::Limits limits{.bytes = 1 << 20, .nodes = 100'000};

}  // namespace

LoadedWorkflow const* Library::called_workflow(std::string_view uses) {
  if (!uses.starts_with("./") || !read_) return nullptr;
  std::string const path = normal_path(uses);
  auto const found = workflows_.find(path);
  if (found != workflows_.end()) return found->second.get();
  std::unique_ptr<LoadedWorkflow>& place = workflows_[path];
  std::optional<std::string> text = read_(path);
  if (!text) return nullptr;
  auto document = yaml::read(std::move(*text), limits);
  if (!document) return nullptr;
  place = std::make_unique<LoadedWorkflow>(LoadedWorkflow{path, std::move(*document), {}});
  place->workflow = read_workflow(place->document.root());
  return place.get();
}

LoadedAction const* Library::local_action(std::string_view uses) {
  if (!uses.starts_with("./") || !read_) return nullptr;
  std::string const folder = normal_path(uses);
  auto const found = actions_.find(folder);
  if (found != actions_.end()) return found->second.get();
  std::unique_ptr<LoadedAction>& place = actions_[folder];
  for (std::string_view const name : {"action.yml", "action.yaml"}) {
    std::string const path = normal_path(folder + "/" + std::string(name));
    std::optional<std::string> text = read_(path);
    if (!text) continue;
    auto document = yaml::read(std::move(*text), limits);
    if (!document) return nullptr;
    place = std::make_unique<LoadedAction>(LoadedAction{path, std::move(*document), {}});
    place->action = read_action(place->document.root());
    return place.get();
  }
  return nullptr;
}

std::optional<std::string_view> Library::text(std::string_view path) {
  if (!read_) return std::nullopt;
  auto const found = texts_.find(path);
  std::string const* text = nullptr;
  if (found != texts_.end()) {
    text = found->second.get();
  } else {
    std::optional<std::string> content = read_(path);
    std::unique_ptr<std::string>& place = texts_[std::string(path)];
    if (content) place = std::make_unique<std::string>(std::move(*content));
    text = place.get();
  }
  return text == nullptr ? std::nullopt : std::optional<std::string_view>(*text);
}

ScriptCommands Library::commands(StepScript const& script, ShellVariables const& variables) {
  ReadFile const files = [this](std::string_view path) { return text(path); };
  return scripts_.read(script, variables, files);
}

}  // namespace landfall
