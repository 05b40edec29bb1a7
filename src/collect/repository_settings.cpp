// Environments and what they hold, secrets, variables, and the plan that decides which rules hold.
#include <algorithm>

#include "base/text.h"
#include "collect/repository_round.h"
#include "collect/rows.h"

namespace landfall {

// Environments wait for their policies, so that none is seen to change.

void RepositoryRound::ask_environments() {
  ask(github_environments_ask(repository_), [this](std::int64_t evidence, Result<Answer> answer) {
    Facts facts = answer ? github_environments_facts(repository_, answer->json)
                         : std::unexpected(answer.error());
    if (facts)
      return take_environments(without_repeats("environment", *std::move(facts)), evidence);
    note("github.environments", evidence, facts.error());
    environments_done();
  });
}

void RepositoryRound::take_environments(std::vector<Fact> environments, std::int64_t evidence) {
  environments_ = std::move(environments);
  environments_evidence_ = evidence;
  round_->write([&] { return end_what_is_no_environments(evidence); });
  policies_open_ = 1;
  bool by_protection = false;
  for (Fact& environment : environments_) {
    ask_secrets(column_of(environment, "environment")->text());
    std::string const policy = column_of(environment, "branch_policy")->text();
    if (policy == "custom") ask_policies(environment);
    by_protection = by_protection || policy == "protected";
  }
  if (by_protection) ask_protected_branches();
  policies_done();
}

/// What belonged to environments that are gone is gone.
Result<> RepositoryRound::end_what_is_no_environments(std::int64_t evidence) {
  for (std::string const table : {"secret_name", "variable_name", "environment_policy"}) {
    sql::Rows const known = TRY(round_->store.database().query(
        "SELECT DISTINCT environment FROM " + table +
            " WHERE repository = ? AND environment <> '' AND valid_to IS NULL",
        {repository_}));
    for (sql::Row const& row : known) {
      sql::Value const name = row["environment"];
      bool const there =
          std::any_of(environments_.begin(), environments_.end(), [&](Fact const& environment) {
            return column_of(environment, "environment")->text() == name.text();
          });
      if (there) continue;
      Fact const scope{{"repository", repository_}, {"environment", name}};
      TRY(round_->store.replace(table, scope, {}, evidence, round_->world.now()));
    }
  }
  return {};
}

void RepositoryRound::ask_policies(Fact& environment) {
  ++policies_open_;
  std::string const name = column_of(environment, "environment")->text();
  ask(github_policies_ask(repository_, name), [this, &environment, name](std::int64_t evidence,
                                                                         Result<Answer> answer) {
    Facts const policies = answer ? github_policies_facts(repository_, name, answer->json)
                                  : std::unexpected(answer.error());
    store("environment_policy", policies, "github.environments", evidence, {{"environment", name}});
    if (policies) set_column(environment, "policies", policy_names(*policies));
    policies_done();
  });
}

void RepositoryRound::ask_protected_branches() {
  ++policies_open_;
  ask(github_protected_branches_ask(repository_),
      [this](std::int64_t evidence, Result<Answer> answer) {
        store("protected_branch",
              answer ? github_protected_branches_facts(repository_, answer->json)
                     : std::unexpected(answer.error()),
              "github.environments", evidence);
        policies_done();
      });
}

void RepositoryRound::policies_done() {
  if (--policies_open_ > 0) return;
  // What is half known would look like an environment without policies.
  if (!outcomes_["github.environments"].error)
    store("environment", environments_, "github.environments", environments_evidence_);
  environments_done();
}

void RepositoryRound::environments_done() {
  environments_known_ = true;
  if (workflows_known_ && files_open_ == 0) ask_variables_of_deploys();
  ask_plan();
}

void RepositoryRound::ask_secrets(std::string const& environment) {
  ask(github_secrets_ask(repository_, environment),
      [this, environment](std::int64_t evidence, Result<Answer> answer) {
        store("secret_name",
              answer ? github_secrets_facts(repository_, environment, answer->json)
                     : std::unexpected(answer.error()),
              "github.secrets", evidence, {{"environment", environment}});
      });
}

void RepositoryRound::ask_shared(std::string const& kind) {
  Ask shared = github_shared_ask(repository_, kind);
  std::string const source = shared.source;
  ask(std::move(shared), [this, kind, source](std::int64_t evidence, Result<Answer> answer) {
    store("shared_name",
          answer ? github_shared_facts(repository_, kind, answer->json)
                 : std::unexpected(answer.error()),
          source, evidence, {{"kind", kind}});
  });
}

/// Variables take a right of their own, so they are asked for only if a deploy names one; if none
/// does, then all that there is to know of them is known.
void RepositoryRound::ask_variables_of_deploys() {
  bool const named =
      std::any_of(deploy_paths_.begin(), deploy_paths_.end(),
                  [&](std::string const& path) { return paths_with_variables_.contains(path); });
  if (!named) return note("github.variables", folder_evidence_);
  ask_variables("");
  for (Fact const& environment : environments_)
    ask_variables(column_of(environment, "environment")->text());
  if (owner_.is_organization) ask_shared("variable");
}

void RepositoryRound::ask_variables(std::string const& environment) {
  ask(github_variables_ask(repository_, environment),
      [this, environment](std::int64_t evidence, Result<Answer> answer) {
        store("variable_name",
              answer ? github_variables_facts(repository_, environment, answer->json)
                     : std::unexpected(answer.error()),
              "github.variables", evidence, {{"environment", environment}});
      });
}

/// The plan decides nothing about a public or internal repository, nor where no gate is declared or
/// set; and few tokens are shown it.
void RepositoryRound::ask_plan() {
  bool const ruled =
      std::any_of(environments_.begin(), environments_.end(), [](Fact const& environment) {
        return column_of(environment, "reviewers")->integer() > 0 ||
               column_of(environment, "wait_timer")->integer() > 0 ||
               column_of(environment, "branch_policy")->text() != "all";
      });
  bool const matters = visibility_ == "private" && (gate_declared_ || ruled);
  if (outcomes_.contains("github.plan")) return;
  if (!matters) return note("github.plan", repository_evidence_);
  ask(github_plan_ask(owner_), [this](std::int64_t evidence, Result<Answer> answer) {
    store("account",
          answer ? github_plan_facts(owner_, answer->json) : std::unexpected(answer.error()),
          "github.plan", evidence, {{"login", lower(owner_.login)}});
  });
}

}  // namespace landfall
