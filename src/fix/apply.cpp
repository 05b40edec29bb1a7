#include <fmt/core.h>

#include <memory>

#include "base/text.h"
#include "fix/fix.h"

namespace landfall {
namespace {

using Applied = std::function<void(Result<std::vector<std::string>>)>;

/// The calls of one fix, one after the other; the first refusal ends it.
class Application : public std::enable_shared_from_this<Application> {
 public:
  Application(World world, Store& store, Platforms const& platforms, Fix fix, Applied done)
      : client_(world, store, platforms), fix_(std::move(fix)), done_(std::move(done)) {}

  void start() { fix_.environment ? look_up_reviewer() : change_file(); }

 private:
  using Taken = std::function<void(Answer const&, std::int64_t)>;

  void ask(std::string method, std::string path, Json body, Taken taken) {
    Ask ask{.service = Service::github,
            .source = "fix." + fix_.check,
            .path = std::move(path),
            .method = std::move(method),
            .body = std::move(body)};
    client_.ask(std::move(ask), [self = shared_from_this(), taken = std::move(taken)](
                                    std::int64_t evidence, Result<Answer> answer) {
      if (!answer) return self->done_(std::unexpected(std::move(answer).error()));
      taken(*answer, evidence);
    });
  }

  std::string environment_path() const {
    return fmt::format("/repos/{}/environments/{}", fix_.repository,
                       url_encode(fix_.environment->name));
  }

  void look_up_reviewer() {
    std::size_t const index = reviewers_.is_array() ? reviewers_.as_array().size() : 0;
    if (index == fix_.environment->reviewers.size()) return put_environment();
    ask("GET", "/users/" + url_encode(fix_.environment->reviewers[index]), {},
        [this](Answer const& answer, std::int64_t) {
          auto const id = answer.json.integer("id");
          if (!id) return done_(std::unexpected(id.error()));
          reviewers_.push(Json::object({{"type", "User"}, {"id", *id}}));
          look_up_reviewer();
        });
  }

  void put_environment() {
    EnvironmentIntent const& wanted = *fix_.environment;
    Json policy;
    if (!wanted.branches.empty())
      policy = Json::object({{"protected_branches", false}, {"custom_branch_policies", true}});
    auto const minutes =
        std::int64_t{std::chrono::duration_cast<std::chrono::minutes>(wanted.wait_timer).count()};
    Json body = Json::object({{"wait_timer", minutes},
                              {"prevent_self_review", false},
                              {"reviewers", reviewers_.is_null() ? Json::array() : reviewers_},
                              {"deployment_branch_policy", std::move(policy)}});
    ask("PUT", environment_path(), std::move(body), [this](Answer const&, std::int64_t evidence) {
      said_.push_back(fmt::format("environment {} has {} [E{}]", fix_.environment->name,
                                  counted(std::ssize(fix_.environment->reviewers),
                                          "required reviewer", "required reviewers"),
                                  evidence));
      if (fix_.environment->branches.empty()) return done_(said_);
      ask("GET", environment_path() + "/deployment-branch-policies", {},
          [this](Answer const& answer, std::int64_t) { add_policies(answer.json); });
    });
  }

  void add_policies(Json const& existing) {
    missing_ = fix_.environment->branches;
    if (Json const* policies = existing.find("branch_policies");
        policies != nullptr && policies->is_array())
      for (Json const& policy : policies->as_array())
        if (auto const name = policy.text("name")) std::erase(missing_, *name);
    add_next_policy();
  }

  void add_next_policy() {
    if (missing_.empty()) return done_(said_);
    std::string const branch = missing_.front();
    missing_.erase(missing_.begin());
    ask("POST", environment_path() + "/deployment-branch-policies",
        Json::object({{"name", branch}, {"type", "branch"}}),
        [this, branch](Answer const&, std::int64_t evidence) {
          said_.push_back(fmt::format("branch {} may deploy to it [E{}]", branch, evidence));
          add_next_policy();
        });
  }

  void change_file() {
    std::string const message =
        fmt::format("{}\n\nProposed by `landfall fix {}`.", fix_.title, fix_.check);
    Json body = Json::object({{"message", message}, {"sha", fix_.sha}, {"branch", fix_.branch}});
    if (!fix_.after.empty()) body.set("content", base64(fix_.after));
    ask(fix_.after.empty() ? "DELETE" : "PUT",
        fmt::format("/repos/{}/contents/{}", fix_.repository, fix_.path), std::move(body),
        [this](Answer const& answer, std::int64_t evidence) {
          auto const commit = answer.json.text("commit.sha");
          said_.push_back(fmt::format("commit {} on {} [E{}]",
                                      commit ? commit->substr(0, 8) : "(unnamed)", fix_.branch,
                                      evidence));
          done_(said_);
        });
  }

  Client client_;
  Fix fix_;
  Applied done_;
  Json reviewers_;
  std::vector<std::string> missing_;
  std::vector<std::string> said_;
};

}  // namespace

void apply_fix(World world, Store& store, Platforms const& platforms, Fix const& fix,
               Applied done) {
  std::make_shared<Application>(world, store, platforms, fix, std::move(done))->start();
}

}  // namespace landfall
