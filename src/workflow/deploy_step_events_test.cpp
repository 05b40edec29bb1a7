#include "workflow/deploy_step_events.h"

#include "workflow/shell_fixture.h"

namespace landfall {
namespace {

std::string text_of(std::optional<MadeEvent> const& made) {
  if (!made) return "";
  std::string text = made->kind == MadeEventKind::tag       ? "tag"
                     : made->kind == MadeEventKind::release ? "release"
                                                            : "pull request";
  if (!made->ref.empty()) text += " " + made->ref;
  text += " by " + made->tool;
  if (!made->token_name.empty()) text += " with " + made->token_name + "=" + made->token;
  return marked(text);
}

TEST(MadeEvents, of_commands) {
  struct Row {
    std::string_view run;
    std::string_view made;
  };
  Row const table[]{
      {"git push origin v1.2.3", "tag v1.2.3 by git push"},
      {"git push --tags", "tag by git push"},
      {"git push origin main --follow-tags", "tag by git push"},
      {"git push origin refs/tags/x", "tag x by git push"},
      {"git push origin tag x", "tag x by git push"},
      {"git push origin \"v$VERSION\"", "tag v<$VERSION> by git push"},
      {"git push origin $TAG", "tag <$TAG> by git push"},
      {"git push https://x:$PAT@github.com/a/b v1.0",
       "tag v1.0 by git push with the remote's address=x:<$PAT>"},
      {"git push origin main", ""},
      {"git push origin $BRANCH", ""},
      {"git push --dry-run --tags", ""},
      {"git push origin :v1", ""},
      {"git tag v1", ""},
      {"gh release create v1 --generate-notes", "release v1 by gh release create"},
      {"GH_TOKEN=$PAT gh release create \"$TAG\"",
       "release <$TAG> by gh release create with GH_TOKEN=<$PAT>"},
      {"gh release create v1 --draft", ""},
      {"gh release view v1", ""},
      {"npx semantic-release", "release by semantic-release"},
      {"npx semantic-release --dry-run", ""},
      {"goreleaser release --clean", "release by goreleaser release"},
      {"goreleaser check", ""},
      {"gh pr create --fill", "pull request by gh pr create"},
      {"gh api repos/a/b/git/refs -f ref=refs/tags/v1 -f sha=x", "tag by gh"},
      {"gh api repos/a/b/git/refs -f ref=refs/heads/x -f sha=x", ""},
      {"gh api repos/a/b/releases", ""},
      {"curl -X POST https://api.github.com/repos/a/b/releases -d '{}'", "release by curl"},
      {"curl https://api.github.com/repos/a/b/releases", ""},
      {"", ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.run);
    std::vector<ShellCommand> const commands = commands_of(row.run);
    ShellCommand const command = commands.empty() ? ShellCommand() : commands[0];
    EXPECT_EQ(text_of(command_makes(command, test_variables)), row.made);
    EXPECT_EQ(pushes_tag(command),
              row.made.starts_with("tag") && row.made.find("git push") != std::string::npos);
    bool const by_api = row.made.ends_with("curl");
    EXPECT_EQ(creates_release(command), row.made.starts_with("release") && !by_api);
  }
}

TEST(MadeEvents, of_actions_name_their_token) {
  struct Row {
    std::string_view uses;
    std::vector<std::pair<std::string, std::string>> inputs;
    std::string_view made;
  };
  Row const table[]{
      {"softprops/action-gh-release@v2", {}, "release by softprops/action-gh-release with token="},
      {"softprops/action-gh-release@v2",
       {{"token", "pat"}, {"tag_name", "v1"}},
       "release v1 by softprops/action-gh-release with token=pat"},
      {"softprops/action-gh-release@v2", {{"draft", "true"}}, ""},
      {"googleapis/release-please-action@v4",
       {{"token", "pat"}},
       "release by googleapis/release-please-action with token=pat"},
      {"actions/create-release@v1", {}, "release by actions/create-release with GITHUB_TOKEN=env"},
      {"ncipollo/release-action@v1",
       {{"tag", "v2"}},
       "release v2 by ncipollo/release-action with token=env"},
      {"peter-evans/create-pull-request@v7",
       {{"token", "pat"}},
       "pull request by peter-evans/create-pull-request with token=pat"},
      {"mathieudutour/github-tag-action@v6",
       {{"github_token", "t"}},
       "tag by mathieudutour/github-tag-action with github_token=t"},
      {"stefanzweifel/git-auto-commit-action@v5", {}, ""},
      {"stefanzweifel/git-auto-commit-action@v5",
       {{"tagging_message", "v1"}},
       "tag v1 by stefanzweifel/git-auto-commit-action"},
      {"actions/checkout@v4", {}, ""},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.uses);
    ActionInputs const inputs = [&](std::string_view name) -> std::optional<std::string> {
      for (auto const& [key, value] : row.inputs)
        if (key == name) return value;
      return std::nullopt;
    };
    bool const has_env = row.made.ends_with("=env");
    ShellVariables const variables = [&](std::string_view name) -> std::optional<std::string> {
      return has_env && name == "GITHUB_TOKEN" ? std::optional<std::string>("env") : std::nullopt;
    };
    EXPECT_EQ(text_of(action_makes(row.uses, inputs, variables)), row.made);
  }
}

TEST(HerokuCli, is_installed_or_used) {
  struct Row {
    std::string_view run;
    bool installs;
    bool uses;
  };
  Row const table[]{
      {"curl https://cli-assets.heroku.com/install.sh | sh", true, false},
      {"wget -qO- https://toolbelt.heroku.com/install-ubuntu.sh | sh", true, false},
      {"npm install -g heroku", true, false},
      {"npm i -g heroku@10", true, false},
      {"sudo snap install heroku --classic", true, false},
      {"brew tap heroku/brew && brew install heroku", true, false},
      {"npm install heroku-client", false, false},
      {"npm run heroku", false, false},
      {"heroku container:push web", false, true},
      {"npx heroku container:push web", false, false},
      {"ssh host heroku ps", false, false},
      {"command -v heroku", false, false},
      {"git push heroku main", false, false},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.run);
    std::vector<ShellCommand> const commands = commands_of(row.run);
    bool installs = false;
    bool uses = false;
    for (ShellCommand const& command : commands) {
      installs = installs || installs_heroku_cli(command);
      uses = uses || uses_heroku_cli(command);
    }
    EXPECT_EQ(installs, row.installs);
    EXPECT_EQ(uses, row.uses);
  }
  EXPECT_TRUE(action_installs_heroku_cli("actionshub/heroku@main"));
  EXPECT_TRUE(action_installs_heroku_cli("someone/setup-heroku@v1"));
  EXPECT_TRUE(action_installs_heroku_cli("sergioalvz/heroku-cli@v1"));
  EXPECT_FALSE(action_installs_heroku_cli("akhileshns/heroku-deploy@v3"));
  EXPECT_FALSE(action_installs_heroku_cli("a/setup-node@heroku"));
}

}  // namespace
}  // namespace landfall
