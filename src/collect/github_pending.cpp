// Runs that the rules of an environment hold back.
#include <fmt/core.h>

#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {
namespace {

// Environments and reviewers come with a dozen URLs each.
Json slim(Json json) {
  return without_members(std::move(json),
                         {"avatar_url", "gravatar_id", "events_url", "gists_url", "followers_url",
                          "following_url", "starred_url", "subscriptions_url", "organizations_url",
                          "repos_url", "received_events_url", "html_url", "url"});
}

Result<std::string> reviewer_names(Json const& pending) {
  Json const* list = pending.find("reviewers");
  if (list == nullptr || list->is_null()) return "";
  std::vector<std::string> names;
  for (Json const& entry : *TRY(pending.items("reviewers"))) {
    bool const is_team = TRY(entry.text("type")) == "Team";
    names.push_back(TRY(entry.text(is_team ? "reviewer.slug" : "reviewer.login")));
  }
  return join(names, " ");
}

}  // namespace

Ask github_waiting_runs_ask(std::string const& repository) {
  Ask ask = github_runs_ask(repository);
  ask.source = "github.pending";
  ask.path = repository_path(repository, "/actions/runs?per_page=100&status=waiting");
  return ask;
}

Ask github_pending_ask(std::string const& repository, std::int64_t run) {
  return {
      .service = Service::github,
      .source = "github.pending",
      .path = repository_path(repository, fmt::format("/actions/runs/{}/pending_deployments", run)),
      .redact = slim};
}

Result<std::vector<Fact>> github_pending_facts(std::string const& repository, Fact const& run,
                                               Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    sql::Value const began = TRY(seconds_or_null(item, "wait_timer_started_at"));
    Fact fact{{"repository", repository}, {"run_id", *column_of(run, "run_id")}};
    fact.emplace_back("environment", TRY(item.text("environment.name")));
    fact.emplace_back("reviewer_names", TRY(reviewer_names(item)));
    fact.emplace_back("can_approve", TRY(boolean_or(item, "current_user_can_approve", false)));
    fact.emplace_back("wait_timer", TRY(item.integer_or_null("wait_timer")).value_or(0));
    fact.emplace_back("waits_from", began.is_null() ? *column_of(run, "updated_at") : began);
    return fact;
  });
}

}  // namespace landfall
