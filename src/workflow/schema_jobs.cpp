// `jobs`: what the grammar cannot say of them.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "workflow/schema_expression.h"
#include "workflow/schema_rules.h"

namespace landfall::grammar {
namespace {

/// https://docs.github.com/en/actions/reference/limits
constexpr std::size_t most_legs = 256;

/// Why GitHub calls no such workflow; "" if it does.
/// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_iduses
std::string call_problem(std::string_view uses) {
  bool const is_local = uses.starts_with("./") || uses.starts_with("$/");
  std::size_t const at = uses.find('@');
  std::string_view path = uses.substr(0, at);
  if (is_local && at != std::string_view::npos)
    return "a workflow of the same repository has no version: expected no '@'";
  if (!is_local && (at == std::string_view::npos || at + 1 == uses.size()))
    return "expected owner/repository/.github/workflows/FILE@REF or ./.github/workflows/FILE";
  for (int segments = is_local ? 1 : 2; segments > 0; --segments) {
    std::size_t const slash = path.find('/');
    if (slash == std::string_view::npos || slash == 0)
      return "expected owner/repository/.github/workflows/FILE@REF";
    path.remove_prefix(slash + 1);
  }
  constexpr std::string_view folder = ".github/workflows/";
  bool const is_there = path.starts_with(folder) && path.size() > folder.size() &&
                        path.find('/', folder.size()) == std::string_view::npos;
  if (!is_there) return "expected a file directly in .github/workflows";
  bool const is_yaml = path.ends_with(".yml") || path.ends_with(".yaml");
  return is_yaml ? "" : "expected a file that ends in .yml or .yaml";
}

void judge_call(Spot const& uses, Problems& problems) {
  std::string_view const text = uses.node->text;
  bool const is_plain = uses.node->is_scalar() && !text.empty() && !uses.node->is_null() &&
                        find_expression(text) == std::string_view::npos;
  if (!is_plain) return;
  if (std::string const problem = call_problem(text); !problem.empty())
    problems.add(Kind::invalid, *uses.node,
                 fmt::format("{}: {}, found '{}'", name_of(uses), problem, excerpt(text)));
}

void judge_container(Spot const& container, Problems& problems) {
  if (!container.node->is_mapping() || container.node->find("image") != nullptr) return;
  if (problems.is_full()) return;
  // Where an expression is, GitHub waits for its value.
  if (has_expression(*container.node)) return;
  problems.add_missing(Kind::invalid, container,
                       fmt::format("{}: expected a key 'image', found none", name_of(container)));
}

/// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idruns-on
void judge_group(Spot const& group, Problems& problems) {
  std::string_view const name = group.node->text;
  if (!group.node->is_scalar() || find_expression(name) != std::string_view::npos) return;
  std::size_t const slash = name.find('/');
  if (slash == std::string_view::npos) return;
  static constexpr std::array<std::string_view, 4> prefixes{"org", "organization", "ent",
                                                            "enterprise"};
  bool const is_known =
      std::find(prefixes.begin(), prefixes.end(), name.substr(0, slash)) != prefixes.end();
  bool const is_one =
      slash + 1 < name.size() && name.find('/', slash + 1) == std::string_view::npos;
  if (!is_known || !is_one)
    problems.add(Kind::invalid, *group.node,
                 fmt::format("{}: expected NAME, organization/NAME or enterprise/NAME, found '{}'",
                             name_of(group), excerpt(name)));
}

/// A matrix of plain values, to count its combinations.
struct PlainMatrix {
  std::vector<yaml::Pair const*> axes;
  yaml::Node const* exclude = nullptr;
  std::size_t combinations = 1;  ///< before exclusions; at most 2^20
  bool is_plain = true;          ///< all values are written down
};

PlainMatrix plain_matrix(yaml::Node const& matrix) {
  PlainMatrix plain;
  for (yaml::Pair const& pair : matrix.pairs) {
    std::string_view const key = pair.key.text;
    if (key == "include") continue;
    plain.is_plain = plain.is_plain && pair.value.is_sequence() && !has_expression(pair.value);
    if (key == "exclude") plain.exclude = &pair.value;
    if (key == "exclude" || !pair.value.is_sequence()) continue;
    plain.axes.push_back(&pair);
    std::size_t const values = std::max<std::size_t>(pair.value.items.size(), 1);
    plain.combinations = std::min<std::size_t>(plain.combinations * values, 1U << 20U);
  }
  return plain;
}

/// Is the combination of that number excluded by an entry: each of its keys has that value there.
bool is_excluded(PlainMatrix const& matrix, std::size_t number, yaml::Node const& entry) {
  std::size_t met = 0;
  for (yaml::Pair const* axis : matrix.axes) {
    yaml::Node const& value = axis->value.items[number % axis->value.items.size()];
    number /= axis->value.items.size();
    yaml::Node const* wanted = entry.find(axis->key.text);
    if (wanted == nullptr) continue;
    if (!wanted->is_scalar() || !value.is_scalar() || wanted->text != value.text) return false;
    ++met;
  }
  return met == entry.pairs.size() && met > 0;
}

/// At most so many legs has it without `include`, which only adds some.
std::size_t legs_of(PlainMatrix const& matrix) {
  constexpr std::size_t looks_max = 1U << 18U;
  bool const is_none =
      std::any_of(matrix.axes.begin(), matrix.axes.end(),
                  [](yaml::Pair const* axis) { return axis->value.items.empty(); });
  std::size_t const exclusions = matrix.exclude == nullptr ? 0 : matrix.exclude->items.size();
  if (exclusions == 0 || matrix.combinations <= most_legs || is_none) return matrix.combinations;
  // Not counted out, it is not said to be too much.
  if (matrix.combinations * exclusions > looks_max) return 0;
  std::size_t legs = 0;
  for (std::size_t number = 0; number < matrix.combinations; ++number)
    if (std::none_of(matrix.exclude->items.begin(), matrix.exclude->items.end(),
                     [&](yaml::Node const& entry) { return is_excluded(matrix, number, entry); }))
      ++legs;
  return legs;
}

/// What GitHub finds when the job is to start: then it fails.
/// https://docs.github.com/en/actions/reference/limits
void judge_matrix(Spot const& matrix, Problems& problems) {
  PlainMatrix const plain = plain_matrix(*matrix.node);
  for (yaml::Pair const* axis : plain.axes)
    if (axis->value.items.empty() && !problems.is_full())
      problems.add(
          Kind::doubtful, axis->key,
          fmt::format("{}: expected at least one value, found none", name_of(matrix.under(*axis))),
          "the job fails when it is to start");
  std::size_t const legs = plain.is_plain ? legs_of(plain) : 0;
  if (legs > most_legs)
    problems.add_missing(Kind::doubtful, matrix,
                         fmt::format("{} makes {} jobs: expected at most {}, so GitHub fails the "
                                     "run before any of them starts",
                                     name_of(matrix), legs, most_legs));
}

void judge_strategy(Spot const& strategy, Problems& problems) {
  for (yaml::Pair const& pair : strategy.node->pairs)
    if (pair.key.text == "matrix") judge_matrix(strategy.under(pair), problems);
}

void judge_job_key(Spot const& spot, Problems& problems) {
  std::string_view const key = spot.key->text;
  if (key == "steps") {
    judge_steps(spot, problems);
  } else if (key == "uses") {
    judge_call(spot, problems);
  } else if (key == "strategy") {
    judge_strategy(spot, problems);
  } else if (key == "container") {
    judge_container(spot, problems);
  } else if (key == "services") {
    for (yaml::Pair const& service : spot.node->pairs)
      judge_container(spot.under(service), problems);
  } else if (key == "runs-on") {
    for (yaml::Pair const& pair : spot.node->pairs)
      if (pair.key.text == "group") judge_group(spot.under(pair), problems);
  }
}

void judge_job(Spot const& job, Problems& problems) {
  if (std::string problem = id_problem(job.key->text); !problem.empty())
    problems.add(Kind::invalid, *job.key, "job id " + problem);
  if (!job.node->is_mapping()) return;
  bool runs = false;
  bool has_steps = false;
  for (yaml::Pair const& pair : job.node->pairs) {
    runs = runs || pair.key.text == "runs-on";
    has_steps =
        has_steps || pair.key.text == "uses" ||
        (pair.key.text == "steps" && !(pair.value.is_sequence() && pair.value.items.empty()));
    judge_job_key(job.under(pair), problems);
  }
  if (runs && !has_steps)
    problems.add_missing(
        Kind::invalid, job,
        fmt::format("{}: expected 'steps' with at least one, found none", name_of(job)));
}

}  // namespace

bool has_expression(yaml::Node const& node) {
  if (node.is_scalar()) return find_expression(node.text) != std::string_view::npos;
  return std::any_of(node.items.begin(), node.items.end(), has_expression) ||
         std::any_of(node.pairs.begin(), node.pairs.end(), [](yaml::Pair const& pair) {
           return has_expression(pair.key) || has_expression(pair.value);
         });
}

void judge_jobs(yaml::Node const& root, Problems& problems) {
  Spot const file{.node = &root};
  for (yaml::Pair const& pair : root.pairs) {
    if (pair.key.text != "jobs" || !pair.value.is_mapping()) continue;
    Spot const jobs = file.under(pair);
    if (pair.value.pairs.empty())
      problems.add_missing(Kind::zero_jobs, jobs, "'jobs': expected at least one, found none");
    for (yaml::Pair const& job : pair.value.pairs) {
      if (problems.is_full()) return;
      judge_job(jobs.under(job), problems);
    }
    judge_needs(jobs, problems);
  }
}

}  // namespace landfall::grammar
