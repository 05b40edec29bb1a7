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

/// Equal but for places and styles.
bool same(yaml::Node const& a, yaml::Node const& b) {
  if (a.kind != b.kind || a.text != b.text) return false;
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same) &&
         std::equal(a.pairs.begin(), a.pairs.end(), b.pairs.begin(), b.pairs.end(),
                    [](yaml::Pair const& x, yaml::Pair const& y) {
                      return same(x.key, y.key) && same(x.value, y.value);
                    });
}

std::size_t line_start(std::string_view text, std::size_t byte) {
  auto const newline = byte == 0 ? std::string_view::npos : text.rfind('\n', byte - 1);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

/// Where the comment and blank lines that lead up to `begin` start, but not before `floor`.
std::size_t with_leading_comments(std::string_view text, std::size_t begin, std::size_t floor) {
  while (begin > floor) {
    std::size_t const before = line_start(text, begin - 1);
    std::string_view const line = trim(text.substr(before, begin - before));
    if (before < floor || !line.starts_with('#')) break;
    begin = before;
  }
  return begin;
}

/// The first byte after a pair: where the next pair of its mapping, or what follows the mapping,
/// begins.
std::size_t end_of_pair(std::string_view text, std::span<yaml::Pair const> pairs, std::size_t index,
                        std::size_t end_of_mapping) {
  std::size_t const floor = pairs[index].value.end.byte;
  std::size_t const end =
      index + 1 < pairs.size() ? line_start(text, pairs[index + 1].key.begin.byte) : end_of_mapping;
  return with_leading_comments(text, end, floor);
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

/// A tree that is another with one node changed, which `path` leads down to from the root.
struct Change {
  std::vector<yaml::Node const*> path;
  yaml::Node wanted;
};

/// Is `got` the tree with its change? The node may stand in the tree more than once, by aliases:
/// where the path does not lead, it must be as it was.
bool same_but(yaml::Node const& got, Change const& change, std::size_t depth = 0) {
  if (depth + 1 == change.path.size()) return same(got, change.wanted);
  yaml::Node const& old = *change.path[depth];
  auto const as_wanted = [&](yaml::Node const& a, yaml::Node const& b) {
    return &b == change.path[depth + 1] ? same_but(a, change, depth + 1) : same(a, b);
  };
  return got.kind == old.kind && got.text == old.text &&
         std::equal(got.items.begin(), got.items.end(), old.items.begin(), old.items.end(),
                    as_wanted) &&
         std::equal(got.pairs.begin(), got.pairs.end(), old.pairs.begin(), old.pairs.end(),
                    [&](yaml::Pair const& a, yaml::Pair const& b) {
                      return same(a.key, b.key) && as_wanted(a.value, b.value);
                    });
}

yaml::Node const* child(yaml::Node const* node, std::string_view key) {
  return node == nullptr ? nullptr : node->find(key);
}

std::size_t end_of_jobs(std::string_view text, yaml::Node const& root) {
  for (std::size_t i = 0; i + 1 < root.pairs.size(); ++i)
    if (root.pairs[i].key.text == "jobs") return line_start(text, root.pairs[i + 1].key.begin.byte);
  return text.size();
}

}  // namespace

Result<std::string> remove_jobs(std::string_view text, std::string_view file,
                                std::vector<std::string> const& jobs) {
  yaml::Document const document = TRY(yaml::parse(text, file));
  yaml::Node const& root = document.root();
  yaml::Node const* all = root.find("jobs");
  if (all == nullptr || !all->is_mapping() || all->style == yaml::Style::flow)
    return std::unexpected(cannot(file, "its jobs are no block mapping"));
  TRY(check_needs(file, *all, jobs));
  std::size_t const end = end_of_jobs(text, root);
  std::string after(text);
  std::vector<yaml::Pair> left(all->pairs.begin(), all->pairs.end());
  for (std::size_t i = all->pairs.size(); i-- > 0;) {
    if (!contains(jobs, all->pairs[i].key.text)) continue;
    std::size_t const floor = i == 0 ? 0 : all->pairs[i - 1].value.end.byte;
    std::size_t const begin =
        with_leading_comments(text, line_start(text, all->pairs[i].key.begin.byte), floor);
    after.erase(begin, end_of_pair(text, all->pairs, i, end) - begin);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (left.size() + jobs.size() != all->pairs.size())
    return std::unexpected(
        cannot(file, fmt::format("not all of {} are its jobs", join(jobs, ", "))));
  if (left.empty()) return std::string();
  Change change{{&root, all}, *all};
  change.wanted.pairs = left;
  yaml::Document const again = TRY(yaml::parse(after, file));
  if (!same_but(again.root(), change))
    return std::unexpected(cannot(file, "the result would differ in more than these jobs"));
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
