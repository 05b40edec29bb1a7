// Who may see and do what, how often, and under which headers; and webhooks.
#include <deque>

#include "sandbox/github_world_fixture.h"

namespace landfall {
namespace {

using GitHubAccessTest = HubTest;

TEST_F(GitHubAccessTest, tells_hidden_from_forbidden) {
  struct Row {
    char const* name;
    char const* who;
    char const* method;
    std::string path;
    int status;
  };
  Row const table[]{
      {"private, to nobody", "", "GET", "/repos/acme/secret", 404},
      {"private, to a stranger", "eve", "GET", "/repos/acme/secret", 404},
      {"private, to a collaborator", "bob", "GET", "/repos/acme/secret", 200},
      {"private, to an owner", "ada", "GET", "/repos/acme/secret", 200},
      {"private, beyond the token", "narrow", "GET", "/repos/acme/secret", 404},
      {"private, to another's runs", "robot", "GET", "/repos/acme/secret", 404},
      {"to write as a reader", "bob", "PUT", "/repos/acme/secret/contents/x", 403},
      {"to write as a stranger", "eve", "PUT", "/repos/acme/shop/contents/x", 403},
      {"to write beyond the token", "narrow", "PUT", "/repos/acme/shop/contents/x", 403},
      {"to administer as a writer", "bob", "DELETE", "/repos/acme/shop", 403},
      {"hooks of a writer's", "bob", "GET", "/repos/acme/shop/hooks", 404},
      {"secrets of nobody's", "", "GET", "/repos/acme/shop/actions/secrets", 401},
      {"teams to a stranger", "eve", "GET", "/orgs/acme/teams", 404},
      {"an organisation's secrets", "bob", "GET", "/orgs/acme/actions/secrets", 403},
      {"a token that is none", "nonsense", "GET", "/repos/acme/shop", 401},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(github(row.method, row.path, "{}", row.who).status, row.status);
  }
}

TEST_F(GitHubAccessTest, refusals_name_their_page_of_the_manual) {
  Json const refused = json(as("ada", "POST", repo + "/issues", "{}"));
  EXPECT_EQ(*refused.text("message"), "Invalid request.\n\n\"title\" wasn't supplied.");
  EXPECT_EQ(*refused.text("documentation_url"),
            "https://docs.github.com/rest/issues/issues#create-an-issue");
  Json const invalid = json(as("ada", "POST", repo + "/issues", R"({"title":" "})"));
  EXPECT_EQ(*invalid.text("message"), "Validation Failed");
  EXPECT_EQ(*invalid.find("errors")->as_array().at(0).text("code"), "missing_field");
}

TEST_F(GitHubAccessTest, a_renamed_repository_is_found_by_its_old_name) {
  Response const moved = as("ada", "GET", "/repos/acme/store/branches?per_page=1");
  EXPECT_EQ(moved.status, 301);
  EXPECT_EQ(*moved.headers.find("Location"), hub("/repositories/1000/branches?per_page=1"));
  EXPECT_EQ(*get("/repositories/1000/branches").as_array()[0].text("name"), "main");
  EXPECT_EQ(as("ada", "PATCH", "/repos/acme/store", "{}").status, 307);
  EXPECT_EQ(as("ada", "PATCH", repo, R"({"name":"shop2"})").status, 200);
  EXPECT_EQ(as("ada", "GET", repo).status, 301);
  made("/orgs/acme/repos", R"({"name":"shop"})");
  EXPECT_EQ(as("ada", "GET", repo).status, 200) << "the name is taken again";
}

TEST_F(GitHubAccessTest, reads_headers_as_github_does) {
  auto const ask = [&](char const* name, char const* value) {
    Request request{.url = hub(repo)};
    request.headers.set("Authorization", "Bearer ada");
    request.headers.set(name, value);
    return answer(request);
  };
  EXPECT_EQ(ask("X-GitHub-Api-Version", "2022-11-28").status, 200);
  EXPECT_EQ(ask("X-GitHub-Api-Version", "1999-01-01").status, 400);
  EXPECT_EQ(ask("Accept", "application/vnd.github+json").status, 200);
  EXPECT_EQ(ask("Accept", "text/plain").status, 415);
  EXPECT_EQ(ask("Accept", "text/html,*/*;q=0.8").status, 200);
  EXPECT_EQ(ask("Authorization", "token ada").status, 200);
  EXPECT_EQ(ask("Authorization", ("Basic " + base64("x:ada")).c_str()).status, 200);
  EXPECT_EQ(*ask("Accept", "*/*").headers.find("X-GitHub-Api-Version-Selected"), "2022-11-28");
}

TEST_F(GitHubAccessTest, contents_come_in_the_form_that_is_asked_for) {
  auto const ask = [&](std::string const& path, char const* accept) {
    Request request{.url = hub(repo + "/contents/" + path)};
    request.headers.set("Accept", accept);
    return answer(request);
  };
  EXPECT_EQ(ask("README.md", "application/vnd.github.raw+json").body, "# Shop\n");
  Json const folder = json(ask(".github", "application/vnd.github.object+json"));
  EXPECT_EQ(*folder.text("type"), "dir");
  EXPECT_EQ(folder.find("entries")->as_array().size(), 1U);
}

TEST_F(GitHubAccessTest, refs_move_forward_unless_they_are_forced) {
  std::string const old = head();
  std::string const newer = commit("a");
  auto const move = [&](std::string const& ref, std::string const& body) {
    return as("ada", "PATCH", repo + "/git/refs/" + ref, body);
  };
  EXPECT_EQ(message(move("heads/main", R"({"sha":")" + old + "\"}")),
            "Update is not a fast forward");
  EXPECT_EQ(message(move("heads/none", R"({"sha":")" + old + "\"}")), "Reference does not exist");
  EXPECT_EQ(message(move("heads/main", R"({"sha":"1234"})")), "Object does not exist");
  EXPECT_EQ(move("heads/main", R"({"force":true,"sha":")" + old + "\"}").status, 200);
  EXPECT_EQ(head(), old);
  EXPECT_EQ(move("heads/main", R"({"sha":")" + newer + "\"}").status, 200);
  auto const make = [&](std::string const& ref) {
    return message(
        as("ada", "POST", repo + "/git/refs", R"({"ref":")" + ref + R"(","sha":")" + old + "\"}"));
  };
  EXPECT_EQ(make("refs/heads/main"), "Reference already exists");
  EXPECT_EQ(make("main"), "Reference name is not valid");
  EXPECT_EQ(make("refs/heads/a..b"), "Reference name is not valid");
  EXPECT_EQ(make("refs/heads/x"), "");
  EXPECT_EQ(as("ada", "DELETE", repo + "/git/refs/heads/x").status, 204);
  EXPECT_EQ(as("ada", "DELETE", repo + "/git/refs/heads/x").status, 422);
  EXPECT_EQ(as("ada", "DELETE", repo + "/git/refs/heads/main").status, 422) << "the default one";
}

TEST_F(GitHubAccessTest, paths_that_are_too_deep_or_lead_out_are_refused) {
  std::string deep = "a";
  for (int i = 0; i < 3000; ++i) deep += "/a";
  Json const blob = made(repo + "/git/blobs", R"({"content":"x"})");
  for (std::string const& path :
       {deep, std::string("../x"), std::string("a//b"), std::string(".git/config"),
        std::string("a/.GIT/hooks"), std::string("/etc/passwd")}) {
    SCOPED_TRACE(path.substr(0, 40));
    Json const entry = Json::object(
        {{"path", path}, {"mode", "100644"}, {"type", "blob"}, {"sha", *blob.text("sha")}});
    Json const body = Json::object({{"tree", Json::array({entry})}});
    EXPECT_EQ(as("ada", "POST", repo + "/git/trees", body.dump()).status, 422);
  }
  EXPECT_EQ(
      as("ada", "PUT", repo + "/contents/" + deep, R"({"message":"m","content":"eA=="})").status,
      422);
}

TEST_F(GitHubAccessTest, a_protected_branch_is_changed_by_pull_requests_only) {
  EXPECT_EQ(as("ada", "PUT", repo + "/branches/main/protection",
               R"({"required_status_checks":null,"enforce_admins":true,
                   "required_pull_request_reviews":{},"restrictions":null})")
                .status,
            200);
  Response const refused =
      as("ada", "PUT", repo + "/contents/x", R"({"message":"m","content":"eA=="})");
  EXPECT_EQ(refused.status, 422);
  made(repo + "/git/refs", R"({"ref":"refs/heads/topic","sha":")" + head() + "\"}");
  commit("x", "topic");
  Json const pull = made(repo + "/pulls", R"({"title":"T","head":"topic","base":"main"})");
  std::string const path = repo + "/pulls/" + std::to_string(*pull.integer("number"));
  EXPECT_EQ(*pull.integer("changed_files"), 1);
  EXPECT_EQ(
      as("ada", "POST", repo + "/pulls", R"({"title":"T","head":"topic","base":"main"})").status,
      422)
      << "there is one";
  EXPECT_EQ(as("ada", "PUT", path + "/merge", R"({"sha":"1"})").status, 409);
  EXPECT_EQ(as("ada", "PUT", path + "/merge").status, 200);
  EXPECT_EQ(as("ada", "PUT", path + "/merge").status, 405);
  EXPECT_EQ(get(repo + "/commits/main").find("parents")->as_array().size(), 2U);
  EXPECT_EQ(github("GET", repo + "/contents/x", "", "").status, 200);
}

TEST_F(GitHubAccessTest, what_changed_on_both_sides_is_not_merged) {
  made(repo + "/git/refs", R"({"ref":"refs/heads/topic","sha":")" + head() + "\"}");
  commit("same", "topic");
  commit("same", "main");
  Json const pull = made(repo + "/pulls", R"({"title":"T","head":"topic","base":"main"})");
  std::string const path = repo + "/pulls/" + std::to_string(*pull.integer("number"));
  EXPECT_EQ(as("ada", "PUT", path + "/merge").status, 405);
}

TEST_F(GitHubAccessTest, hooks_are_signed_kept_and_sent_again) {
  std::deque<Request> heard;
  auto const port =
      sim_->process("receiver").server.listen(0, [&](Request request, Respond respond) {
        heard.push_back(std::move(request));
        respond({.status = heard.size() == 2 ? 500 : 200, .body = "thanks"});
      });
  ASSERT_TRUE(port);
  Json const hook =
      made(repo + "/hooks", fmt::format(R"({{"events":["push","workflow_run"],"config":
                             {{"url":"http://127.0.0.1:{}/hook","content_type":"json",
                               "secret":"s3cret"}}}})",
                                        *port));
  EXPECT_EQ(*hook.text("config.secret"), "********");
  wait(1s);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(*heard[0].headers.find("X-GitHub-Event"), "ping");
  std::string const sha = commit("src/a.c");
  wait(1s);
  ASSERT_EQ(heard.size(), 3U);
  Request const& push = heard[1];
  EXPECT_EQ(*push.headers.find("X-GitHub-Event"), "push");
  EXPECT_EQ(*push.headers.find("X-Hub-Signature-256"),
            "sha256=" + to_hex(hmac_sha256("s3cret", push.body)));
  Json const payload = *Json::parse(push.body);
  EXPECT_EQ(*payload.text("after"), sha);
  EXPECT_EQ(*payload.text("repository.full_name"), "acme/shop");
  EXPECT_EQ(*payload.find("head_commit.added")->as_array().at(0).text(""), "src/a.c");
  EXPECT_EQ(*Json::parse(heard[2].body)->text("action"), "requested");
  wait(2min);
  ASSERT_EQ(heard.size(), 4U) << "the run has ended, and nobody asked";
  EXPECT_EQ(*Json::parse(heard[3].body)->text("workflow_run.conclusion"), "success");

  std::string const path = repo + "/hooks/" + std::to_string(*hook.integer("id"));
  Json const deliveries = get(path + "/deliveries");
  ASSERT_EQ(deliveries.as_array().size(), 4U);
  Json const& failed = deliveries.as_array()[2];
  EXPECT_EQ(*failed.integer("status_code"), 500);
  EXPECT_EQ(*failed.text("status"), "Invalid HTTP Response: 500");
  std::string const one = path + "/deliveries/" + std::to_string(*failed.integer("id"));
  EXPECT_EQ(*get(one).text("request.payload.after"), sha);
  EXPECT_EQ(as("ada", "POST", one + "/attempts").status, 202);
  wait(1s);
  ASSERT_EQ(heard.size(), 5U);
  EXPECT_EQ(heard[4].body, push.body);
  EXPECT_EQ(*heard[4].headers.find("X-GitHub-Delivery"), *push.headers.find("X-GitHub-Delivery"));
  EXPECT_TRUE(get(path + "/deliveries").as_array()[0].find("redelivery")->as_bool());
}

TEST_F(GitHubAccessTest, hooks_never_leave_this_machine) {
  Json const hook = made(repo + "/hooks", R"({"config":{"url":"https://example.com/hook"}})");
  wait(1s);
  Json const deliveries =
      get(repo + "/hooks/" + std::to_string(*hook.integer("id")) + "/deliveries");
  EXPECT_EQ(*deliveries.as_array().at(0).text("status"), "the sandbox sends to this machine only");
  for (char const* body : {R"({"config":{}})", R"({"config":{"url":"nonsense"}})", "{}",
                           R"({"name":"email","config":{"url":"http://127.0.0.1/"}})"})
    EXPECT_EQ(as("ada", "POST", repo + "/hooks", body).status, 422) << body;
}

TEST_F(GitHubAccessTest, writing_too_fast_meets_the_secondary_limit) {
  start(replace_all(hub_world, "writes_a_minute: 0", "writes_a_minute: 3"));
  for (int i = 0; i < 3; ++i) made(repo + "/issues", R"({"title":"x"})");
  Response const refused = as("ada", "POST", repo + "/issues", R"({"title":"x"})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(message(refused).find("secondary rate limit"), std::string::npos);
  auto const seconds = parse_integer(*refused.headers.find("Retry-After"));
  ASSERT_TRUE(seconds);
  EXPECT_EQ(made(repo + "/issues", R"({"title":"x"})", "bob").is_object(), true) << "another's";
  wait(std::chrono::seconds(*seconds));
  made(repo + "/issues", R"({"title":"x"})");
}

TEST_F(GitHubAccessTest, a_runs_token_has_a_thousand_requests_for_its_repository) {
  EXPECT_EQ(*as("robot", "GET", repo).headers.find("X-RateLimit-Limit"), "1000");
  Json const left = get("/rate_limit", "robot");
  EXPECT_EQ(*left.integer("resources.core.remaining"), 999);
  EXPECT_EQ(*left.integer("rate.used"), 1);
}

}  // namespace
}  // namespace landfall
