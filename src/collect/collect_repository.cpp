// One repository: asking, writing, and what stands in no other file of its round.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "collect/repository_round.h"
#include "collect/rows.h"

namespace landfall {

RepositoryRound::RepositoryRound(std::shared_ptr<Round> round, std::string repository,
                                 std::vector<Target> const& targets)
    : round_(std::move(round)), repository_(std::move(repository)) {
  for (Target const& target : targets) {
    commits_.insert({repository_, target.branch, target.path});
    // Which commit runs is told of the whole branch: a target's commit need not touch its path.
    commits_.insert({repository_, target.branch, ""});
    branches_.insert(target.branch);
    gate_declared_ = gate_declared_ || target.gate.has_value();
  }
}

void RepositoryRound::start() {
  ask(github_repository_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
    if (!answer) return repository_failed(evidence, answer.error());
    take_repository(evidence, *answer);
  });
}

void RepositoryRound::take_repository(std::int64_t evidence, Answer const& answer) {
  Facts const facts = github_repository_facts(repository_, answer.json);
  auto const owner = github_owner(repository_, answer.json);
  if (!facts) return repository_failed(evidence, facts.error());
  if (!owner) return repository_failed(evidence, owner.error());
  store("repository", facts, "github.repository", evidence);
  Fact const& fact = facts->at(0);
  owner_ = *owner;
  default_branch_ = column_of(fact, "default_branch")->text();
  visibility_ = column_of(fact, "visibility")->text();
  if (visibility_.empty())
    visibility_ = column_of(fact, "private")->integer() != 0 ? "private" : "public";
  repository_evidence_ = evidence;
  // A server of one's own has all features, and says so with each answer.
  if (answer.headers.find("x-github-enterprise-version"))
    store("account", std::vector<Fact>{{{"login", lower(owner_.login)}, {"plan", "enterprise"}}},
          "github.plan", evidence, {{"login", lower(owner_.login)}});
  ask_rest();
}

void RepositoryRound::ask(Ask ask, Take take) {
  ++open_;
  round_->ask(std::move(ask), [self = shared_from_this(), take = std::move(take)](
                                  std::int64_t evidence, Result<Answer> answer) mutable {
    take(evidence, std::move(answer));
    if (--self->open_ == 0) self->observe_all();
  });
}

void RepositoryRound::repository_failed(std::int64_t evidence, Error const& error) {
  static constexpr std::array<std::string_view, 13> all{
      "github.repository", "github.workflows", "github.runs",        "github.environments",
      "github.branches",   "github.tags",      "github.commits",     "github.secrets",
      "github.files",      "github.variables", "github.deployments", "github.pending",
      "github.plan"};
  round_->observe(observation_of(repository_, "github.repository", error), all, evidence);
}

void RepositoryRound::ask_rest() {
  ask_workflows();
  ask_files();
  ask_runs(github_runs_ask(repository_));
  ask_waiting_runs();
  ask_deployments();
  ask_environments();
  ask_secrets("");
  if (owner_.is_organization) ask_shared("secret");
  ask_tags();
  for (std::string const& branch : branches_) ask_branch(branch);
  for (CommitScope const& scope : commits_) ask_commits(scope);
}

// Facts are written as they come; the source is observed when all of it is in.

void RepositoryRound::note(std::string const& source, std::int64_t evidence,
                           std::optional<Error> error) {
  Outcome& outcome = outcomes_[source];
  bool const first_error = error && !outcome.error;
  if (outcome.evidence == 0 || first_error) outcome.evidence = evidence;
  if (first_error) outcome.error = std::move(error);
}

void RepositoryRound::store(std::string_view table, Facts const& facts, std::string const& source,
                            std::int64_t evidence, Fact scope) {
  if (!facts) return note(source, evidence, facts.error());
  note(source, evidence);
  if (table != "account") scope.insert(scope.begin(), {"repository", repository_});
  round_->write([&] {
    return round_->store.replace(table, scope, without_repeats(table, *facts), evidence,
                                 round_->world.now());
  });
}

void RepositoryRound::observe_all() {
  for (auto const& [source, outcome] : outcomes_) {
    round_->write([&] {
      Observation observation{
          .subject = repository_, .source = source, .covers_from = outcome.covers_from};
      if (outcome.error) observation = observation_of(repository_, source, *outcome.error);
      return round_->store.observe(observation, outcome.evidence, round_->world.now());
    });
  }
}

void RepositoryRound::ask_tags() {
  ask(github_tags_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
    store("git_tag",
          answer ? github_tags_facts(repository_, answer->json) : std::unexpected(answer.error()),
          "github.tags", evidence);
  });
}

namespace {

Error of_branch(Error error, std::string const& repository, std::string const& branch) {
  if (error.code == "not_found")
    error.text = fmt::format("{} has no branch {}", repository, branch);
  return error;
}

}  // namespace

void RepositoryRound::ask_branch(std::string const& branch) {
  ask(github_branch_ask(repository_, branch),
      [this, branch](std::int64_t evidence, Result<Answer> answer) {
        store("branch",
              answer ? github_branch_facts(repository_, answer->json)
                     : std::unexpected(of_branch(answer.error(), repository_, branch)),
              "github.branches", evidence, {{"branch", branch}});
      });
}

void RepositoryRound::ask_commits(CommitScope const& scope) {
  ask(github_commits_ask(scope), [this, scope](std::int64_t evidence, Result<Answer> answer) {
    Facts const newest =
        answer ? github_commits_facts(scope, answer->json)
               : std::unexpected(of_branch(answer.error(), repository_, scope.branch));
    store("commit_seen", newest ? with_older(scope, *newest) : newest, "github.commits", evidence,
          {{"branch", scope.branch}, {"path", scope.path}});
  });
}

/// The newest commits, and those known from before that are older than all of them: an answer of
/// the newest few says nothing against the others.
RepositoryRound::Facts RepositoryRound::with_older(CommitScope const& scope,
                                                   std::vector<Fact> newest) {
  if (newest.size() < commits_asked) return newest;
  std::int64_t oldest = epoch_seconds(round_->world.now());
  for (Fact const& commit : newest)
    oldest = std::min(oldest, column_of(commit, "committed_at")->integer());
  sql::Rows const known =
      TRY(round_->store.database().query("SELECT commit_id, committed_at, author, title FROM "
                                         "commit_seen WHERE repository = ? AND branch = ? "
                                         "AND path = ? AND committed_at < ? AND valid_to IS NULL",
                                         {scope.repository, scope.branch, scope.path, oldest}));
  for (sql::Row const& row : known)
    newest.push_back({{"repository", scope.repository},
                      {"branch", scope.branch},
                      {"path", scope.path},
                      {"commit_id", row["commit_id"]},
                      {"committed_at", row["committed_at"]},
                      {"author", row["author"]},
                      {"title", row["title"]}});
  return newest;
}

void collect_repository(std::shared_ptr<Round> const& round, std::string const& repository,
                        std::vector<Target> const& targets) {
  std::make_shared<RepositoryRound>(round, repository, targets)->start();
}

}  // namespace landfall
