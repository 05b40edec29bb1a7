#include "workflow/schema.h"

#include <algorithm>

#include "workflow/schema_grammar.h"
#include "workflow/schema_problems.h"
#include "workflow/schema_reader.h"
#include "workflow/schema_rules.h"

namespace landfall {
namespace {

using grammar::Problems;
using grammar::Spot;

void append(std::vector<SchemaProblem>& all, std::vector<SchemaProblem> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<SchemaProblem> judged_by(grammar::Grammar const& tables, grammar::Index rule,
                                     yaml::Node const& root, std::string_view text) {
  Problems problems(text);
  grammar::StrictReader(tables, problems).read(Spot{.node = &root}, rule);
  return problems.take();
}

}  // namespace

bool is_refused(std::span<SchemaProblem const> problems) {
  return std::any_of(problems.begin(), problems.end(), [](SchemaProblem const& problem) {
    return problem.kind != SchemaProblem::Kind::doubtful;
  });
}

std::vector<SchemaProblem> judge_workflow(yaml::Node const& root, std::string_view text) {
  grammar::Grammar const& tables = grammar::workflow_grammar();
  std::vector<SchemaProblem> all = judged_by(tables, tables.strict_root, root, text);
  // Each pass has its own limit: many problems of one kind hide none of another.
  Problems events(text);
  grammar::judge_events(root, events);
  Problems jobs(text);
  grammar::judge_jobs(root, jobs);
  append(all, events.take());
  append(all, jobs.take());
  return grammar::in_order(std::move(all));
}

std::vector<SchemaProblem> judge_action(yaml::Node const& root, std::string_view text) {
  grammar::Grammar const& tables = grammar::action_grammar();
  std::vector<SchemaProblem> all = judged_by(tables, tables.strict_root, root, text);
  if (!all.empty()) {
    std::vector<SchemaProblem> const refused = judged_by(tables, tables.loose_root, root, text);
    for (SchemaProblem& problem : all) {
      bool const is_real =
          std::any_of(refused.begin(), refused.end(), [&](SchemaProblem const& each) {
            return each.begin == problem.begin && each.text == problem.text;
          });
      if (!is_real) problem.kind = SchemaProblem::Kind::doubtful;
    }
  }
  Problems steps(text);
  Spot const file{.node = &root};
  for (yaml::Pair const& pair : root.pairs) {
    if (pair.key.text != "runs") continue;
    Spot const runs = file.under(pair);
    for (yaml::Pair const& each : pair.value.pairs)
      if (each.key.text == "steps") grammar::judge_steps(runs.under(each), steps);
  }
  append(all, steps.take());
  return grammar::in_order(std::move(all));
}

}  // namespace landfall
