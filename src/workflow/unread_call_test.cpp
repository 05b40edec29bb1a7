#include "workflow/unread_call.h"

#include "workflow/shell_fixture.h"

namespace landfall {
namespace {

TEST(UnreadCalls, are_told_by_what_names_say) {
  for (std::string_view const name :
       {"deploy", "deploy-prod", "prod:deploy", "bin/deploy.py", "publishToMavenCentral", "release",
        "ci/ship", "promote", "Deploy", "deploy_all", ":app:publish", "k8s-rollout"})
    EXPECT_TRUE(speaks_of_deploying(name)) << name;
  for (std::string_view const name :
       {"", "build", "test-deploy", "release-notes", "deploy-status", "shipping", "deploy/build.sh",
        "assembleRelease", "check_release.py", "undeploy", "deployments", "deploy-dry-run", "-"})
    EXPECT_FALSE(speaks_of_deploying(name)) << name;
  EXPECT_TRUE(is_deploying_use("acme/deploy-action@v1"));
  EXPECT_TRUE(is_deploying_use("acme/x/.github/workflows/deploy.yml@main"));
  EXPECT_FALSE(is_deploying_use("deploy/checkout@v1"));
  EXPECT_FALSE(is_deploying_use("release-drafter/release-drafter@v6"));
  EXPECT_FALSE(is_deploying_use("chrnorm/deployment-action@v2"));
}

TEST(UnreadCalls, are_scripts_targets_and_tasks) {
  struct Row {
    std::string_view script;
    std::string_view call;
  };
  for (Row const& row : {
           Row{"make deploy", "make deploy"},
           {"make -C x DEPLOY=1 all", ""},
           {"make build", ""},
           {"npm run deploy:prod", "npm run deploy:prod"},
           {"npm install deploy", ""},
           {"yarn deploy", "yarn deploy"},
           {"yarn add deploy", ""},
           {"python -u scripts/deploy.py x", "python -u scripts/deploy.py x"},
           {"python scripts/x.py deploy", ""},
           {"node deploy.mjs", "node deploy.mjs"},
           {"just deploy prod", "just deploy prod"},
           {"./gradlew :app:publish", "./gradlew :app:publish"},
           {"./gradlew assembleRelease", ""},
           {"mvn -B deploy", "mvn -B deploy"},
           {"bin/deploy $APP", "bin/deploy env-app"},
           {"./deploy-$STAGE.sh", "./deploy-$STAGE.sh"},
           {"/usr/bin/deploy", ""},
           {"ssh host ./deploy.sh", ""},
           {"if ./deploy.sh --check; then x; fi", ""},
           {"echo deploy", ""},
           {"deploy", ""},
       }) {
    std::string found;
    for (ShellCommand const& command : commands_of(row.script))
      if (std::string call = unread_call(command); !call.empty()) found = std::move(call);
    EXPECT_EQ(found, row.call) << row.script;
  }
  std::string const long_call = "make deploy " + std::string(500, 'x');
  EXPECT_LE(unread_call(commands_of(long_call).front()).size(), 70U);
}

TEST(UnreadCalls, are_worth_reading_a_script_for) {
  for (std::string_view const script :
       {"make deploy", "make -C web deploy", "npm --prefix web run deploy", "npm -w app run ship",
        "pnpm --filter app ship", "pnpm ship", "bun ship", "yarn workspace a ship", "bin/deploy",
        "python scripts/deploy.py", "node deploy.js", "just deploy", "mvn -B deploy"})
    EXPECT_TRUE(script_hints(script).calls) << script;
  for (std::string_view const script :
       {"make build", "npm ci", "npm run build", "npm run test -- --watch=false", "pnpm install",
        "pnpm -r build", "yarn install --frozen-lockfile", "python -m pytest", "node x.js",
        "mvn -B verify", "make"})
    EXPECT_FALSE(script_hints(script).calls) << script;
}

}  // namespace
}  // namespace landfall
