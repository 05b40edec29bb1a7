#include <fmt/core.h>

#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {
namespace {

// A run comes with two repositories and a commit's authors, some 20 kB of what is no fact here.
Json slim(Json json) {
  Json const* runs = json.find("workflow_runs");
  if (runs == nullptr) return json;
  Json::Array const* list = runs->is_array() ? &runs->as_array() : nullptr;
  if (list == nullptr) return json;
  Json kept =
      only_members({*list}, {"id", "name", "path", "event", "head_branch", "head_sha", "status",
                             "conclusion", "run_attempt", "created_at", "updated_at"});
  json.set("workflow_runs", std::move(kept));
  return json;
}

Ask runs_ask(std::string path, std::size_t enough) {
  return {.service = Service::github,
          .source = "github.runs",
          .path = std::move(path),
          .pages = Pages::all,
          .items = "workflow_runs",
          .redact = slim,
          .enough = enough};
}

}  // namespace

Ask github_runs_ask(std::string const& repository) {
  return runs_ask(repository_path(repository, "/actions/runs?per_page=100"), 100);
}

Ask github_workflow_runs_ask(std::string const& repository, std::int64_t workflow,
                             std::string const& event) {
  std::string const rest =
      fmt::format("/actions/workflows/{}/runs?per_page=100&event={}", workflow, url_encode(event));
  return runs_ask(repository_path(repository, rest), runs_enough);
}

Result<std::vector<Fact>> github_runs_facts(std::string const& repository, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    // GitHub writes ".github/workflows/x.yml@main" where the file came from another ref.
    std::string const path = TRY(item.text("path"));
    Fact fact{{"repository", repository}};
    fact.emplace_back("run_id", TRY(item.integer("id")));
    fact.emplace_back("path", path.substr(0, path.find('@')));
    fact.emplace_back("event", TRY(item.text("event")));
    fact.emplace_back("ref", TRY(item.text_or_null("head_branch")).value_or(""));
    fact.emplace_back("commit_id", TRY(item.text("head_sha")));
    fact.emplace_back("status", TRY(item.text("status")));
    fact.emplace_back("conclusion", TRY(item.text_or_null("conclusion")));
    fact.emplace_back("created_at", TRY(seconds_at(item, "created_at")));
    fact.emplace_back("updated_at", TRY(seconds_at(item, "updated_at")));
    return fact;
  });
}

}  // namespace landfall
