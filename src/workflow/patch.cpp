#include "workflow/patch.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "base/yaml.h"
#include "workflow/edit.h"

namespace landfall {
namespace {

Error cannot(std::string_view file, std::string_view why) {
  return {ErrorKind::data,
          fmt::format("{}: cannot be patched safely: {}; change it by hand", file, why)};
}

bool contains(std::vector<std::string> const& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Result<> check_needs(std::string_view file, yaml::Node const& jobs,
                     std::vector<std::string> const& removed) {
  for (yaml::Pair const& job : jobs.pairs) {
    if (contains(removed, job.key.text)) continue;
    yaml::Node const* needs = job.value.find("needs");
    if (needs == nullptr) continue;
    std::vector<std::string_view> names{needs->text};
    for (yaml::Node const& item : needs->items) names.push_back(item.text);
    for (std::string_view const name : names)
      if (contains(removed, name))
        return std::unexpected(cannot(file, fmt::format("job {} needs {}", job.key.text, name)));
  }
  return {};
}

yaml::Node const* child(yaml::Node const* node, std::string_view key) {
  return node == nullptr ? nullptr : node->find(key);
}

}  // namespace

Result<std::string> remove_jobs(std::string_view text, std::string_view file,
                                std::vector<std::string> const& jobs) {
  std::string after(text);
  for (std::string const& name : jobs) {
    yaml::Document const document = TRY(yaml::parse(after, file));
    yaml::Node const* all = document.root().find("jobs");
    if (all == nullptr || !all->is_mapping() || all->style == yaml::Style::flow)
      return std::unexpected(cannot(file, "its jobs are no block mapping"));
    if (all->find(name) == nullptr)
      return std::unexpected(cannot(file, fmt::format("{} is none of its jobs", name)));
    TRY(check_needs(file, *all, jobs));
    if (all->pairs.size() == 1) return std::string();
    TextEdit const edit = TRY(during(file, remove_pair(document, *all, name, CommentsAbove::go)));
    after = edited(after, {edit});
  }
  return after;
}

Result<std::string> set_step_input(std::string_view text, std::string_view file,
                                   std::string_view job, int step,
                                   std::pair<std::string, std::string> const& input) {
  yaml::Document const document = TRY(yaml::parse(text, file));
  yaml::Node const* jobs = document.root().find("jobs");
  yaml::Node const* body = child(jobs, job);
  yaml::Node const* steps = child(body, "steps");
  if (steps == nullptr || step < 1 || static_cast<std::size_t>(step) > steps->items.size())
    return std::unexpected(cannot(file, fmt::format("job {} has no step {}", job, step)));
  yaml::Node const* with = steps->items[static_cast<std::size_t>(step) - 1].find("with");
  if (with == nullptr || !with->is_mapping())
    return std::unexpected(cannot(file, "the step has no inputs"));
  TextEdit const edit = TRY(during(file, set_key(document, *with, input.first, input.second)));
  return edited(text, {edit});
}

}  // namespace landfall
