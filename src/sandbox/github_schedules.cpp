#include "sandbox/github_schedules.h"

#include <algorithm>

#include "sandbox/github_happening.h"
#include "sandbox/github_start.h"
#include "workflow/cron.h"

namespace landfall::sandbox {
namespace {

using namespace std::chrono_literals;

/// A run a line in five minutes is the most that GitHub starts.
Duration const shortest = 5min;

std::optional<Instant> next_of(std::string const& line, Instant after) {
  auto const cron = Cron::parse(line);
  return cron ? cron->next(after) : std::nullopt;
}

}  // namespace

void reread_schedules(Workflow& workflow, WorkflowFile const& file, Instant now) {
  std::vector<Schedule> const before = std::move(workflow.schedules);
  workflow.schedules.clear();
  landfall::Event const* const event = file.event("schedule");
  if (event == nullptr || !file.problem.empty()) return;
  for (yaml::Node const* line : event->crons) {
    auto const same = std::find_if(before.begin(), before.end(),
                                   [&](Schedule const& one) { return one.cron == line->text; });
    std::string cron(line->text);
    auto const next = same != before.end() ? same->next : next_of(cron, now);
    workflow.schedules.push_back({std::move(cron), next});
  }
}

std::optional<Due> first_due(State const& state) {
  std::optional<Due> first;
  for (Repository const& repository : state.github.repositories) {
    for (Workflow const& workflow : repository.workflows) {
      if (workflow.state != "active" || repository.archived) continue;
      for (std::size_t i = 0; i < workflow.schedules.size(); ++i) {
        auto const& next = workflow.schedules[i].next;
        if (next && (!first || *next < first->at))
          first = Due{*next, repository.id, workflow.id, i};
      }
    }
  }
  return first;
}

void start_due(State& state, Due const& due, Instant now) {
  Repository& repository = *state.github.find(due.repository);
  auto const workflow = std::find_if(repository.workflows.begin(), repository.workflows.end(),
                                     [&](Workflow const& one) { return one.id == due.workflow; });
  Schedule& line = workflow->schedules[due.line];
  line.next = next_of(line.cron, std::max(now, due.at + shortest - 1min));
  Commit const* const head = repository.head();
  if (head == nullptr) return;
  Happening happening{.event = "schedule", .actor = head->author, .schedule = line.cron};
  happening.only = due.workflow;
  // No webhook tells of it.
  start_workflows(state, repository, happening, now);
}

}  // namespace landfall::sandbox
