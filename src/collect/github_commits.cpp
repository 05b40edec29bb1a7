#include <fmt/core.h>

#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {
namespace {

Json slim(Json json) {
  return only_members(std::move(json), {"sha", "commit", "author", "message"});
}

// The account is what people know each other by; a commit of none has the name that git was told.
Result<std::string> author_of(Json const& item) {
  std::optional<std::string> const login = TRY(item.text_or_null("author.login"));
  if (login) return *login;
  return TRY(item.text_or_null("commit.author.name")).value_or("");
}

}  // namespace

Ask github_commits_ask(CommitScope const& scope) {
  std::string rest =
      fmt::format("/commits?per_page={}&sha={}", commits_asked, url_encode(scope.branch));
  if (!scope.path.empty()) rest += "&path=" + url_encode(scope.path);
  return {.service = Service::github,
          .source = "github.commits",
          .path = repository_path(scope.repository, rest),
          .redact = slim};
}

Result<std::vector<Fact>> github_commits_facts(CommitScope const& scope, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    std::string const message = TRY(item.text("commit.message"));
    Fact fact{{"repository", scope.repository}, {"branch", scope.branch}, {"path", scope.path}};
    fact.emplace_back("commit_id", TRY(item.text("sha")));
    fact.emplace_back("committed_at", TRY(seconds_at(item, "commit.committer.date")));
    fact.emplace_back("author", TRY(author_of(item)));
    fact.emplace_back("title", message.substr(0, message.find('\n')));
    return fact;
  });
}

}  // namespace landfall
