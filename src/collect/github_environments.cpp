#include "base/text.h"
#include "collect/github.h"
#include "collect/rows.h"

namespace landfall {
namespace {

/// The protection rules of one environment, as the columns of its row.
struct Rules {
  std::int64_t wait_timer = 0;
  bool prevent_self_review = false;
  std::vector<std::string> reviewers;
};

Result<std::string> reviewer_name(Json const& entry) {
  std::string const type = TRY(entry.text("type"));
  return entry.text(type == "Team" ? "reviewer.slug" : "reviewer.login");
}

Result<> take_reviewers(Json const& rule, Rules& rules) {
  rules.prevent_self_review = TRY(boolean_or(rule, "prevent_self_review", false));
  Json::Array const& reviewers = *TRY(rule.items("reviewers"));
  for (std::size_t i = 0; i < reviewers.size(); ++i)
    rules.reviewers.push_back(
        TRY(during(fmt::format("reviewers[{}]", i), reviewer_name(reviewers[i]))));
  return {};
}

Result<> take_rule(Json const& rule, Rules& rules) {
  std::string const type = TRY(rule.text("type"));
  if (type == "wait_timer") rules.wait_timer = TRY(rule.integer("wait_timer"));
  if (type == "required_reviewers") TRY(take_reviewers(rule, rules));
  return {};
}

Result<Rules> rules_of(Json const& environment) {
  Rules rules;
  Json const* list = environment.find("protection_rules");
  if (list == nullptr || list->is_null()) return rules;
  Json::Array const& items = *TRY(environment.items("protection_rules"));
  for (std::size_t i = 0; i < items.size(); ++i)
    TRY(during(fmt::format("protection_rules[{}]", i), take_rule(items[i], rules)));
  return rules;
}

Result<std::string> branch_policy(Json const& environment) {
  Json const* policy = environment.find("deployment_branch_policy");
  if (policy == nullptr || policy->is_null()) return "all";
  if (TRY(environment.boolean("deployment_branch_policy.custom_branch_policies"))) return "custom";
  bool const is_protected = TRY(environment.boolean("deployment_branch_policy.protected_branches"));
  return is_protected ? "protected" : "all";
}

}  // namespace

Ask github_environments_ask(std::string const& repository) {
  return {.service = Service::github,
          .source = "github.environments",
          .path = repository_path(repository, "/environments?per_page=100"),
          .pages = Pages::all,
          .items = "environments"};
}

Result<std::vector<Fact>> github_environments_facts(std::string const& repository,
                                                    Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    Rules const rules = TRY(rules_of(item));
    Fact fact{{"repository", repository}};
    fact.emplace_back("environment", TRY(item.text("name")));
    fact.emplace_back("created_at", TRY(seconds_at(item, "created_at")));
    fact.emplace_back("reviewers", rules.reviewers.size());
    fact.emplace_back("reviewer_names", join(rules.reviewers, " "));
    fact.emplace_back("wait_timer", rules.wait_timer);
    fact.emplace_back("prevent_self_review", rules.prevent_self_review);
    fact.emplace_back("branch_policy", TRY(branch_policy(item)));
    fact.emplace_back("policies", "");
    fact.emplace_back("admins_bypass", TRY(boolean_or(item, "can_admins_bypass", true)));
    return fact;
  });
}

Ask github_policies_ask(std::string const& repository, std::string const& environment) {
  std::string const rest =
      "/environments/" + url_encode(environment) + "/deployment-branch-policies?per_page=100";
  return {.service = Service::github,
          .source = "github.environments",
          .path = repository_path(repository, rest),
          .pages = Pages::all,
          .items = "branch_policies"};
}

Result<std::vector<Fact>> github_policies_facts(std::string const& repository,
                                                std::string const& environment, Json const& json) {
  return rows_of(json, [&](Json const& item) -> Result<Fact> {
    Fact fact{{"repository", repository}, {"environment", environment}};
    fact.emplace_back("kind", TRY(item.text_or_null("type")).value_or("branch"));
    fact.emplace_back("pattern", TRY(item.text("name")));
    return fact;
  });
}

std::string policy_names(std::vector<Fact> const& policies) {
  std::vector<std::string> names;
  for (Fact const& policy : policies) {
    std::string const pattern = column_of(policy, "pattern")->text();
    bool const is_tag = column_of(policy, "kind")->text() == "tag";
    names.push_back(is_tag ? "tag:" + pattern : pattern);
  }
  return join(names, " ");
}

}  // namespace landfall
