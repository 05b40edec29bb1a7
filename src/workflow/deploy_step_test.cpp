#include "workflow/deploy_step.h"

#include <gtest/gtest.h>

#include "workflow/deploy_paths_fixture.h"

namespace landfall {
namespace {

TEST(DeploySteps, commands_that_deploy_are_recognised) {
  struct Row {
    std::string_view run;
    Lines found;
  };
  Row const table[]{
      {"git push https://git.heroku.com/an-app.git HEAD:main -f", {"an-app by git push"}},
      {"git push https://heroku:$HEROKU_API_KEY@git.heroku.com/an-app.git main",
       {"an-app by git push"}},
      {"git -C backend push git@heroku.com:an-app.git main", {"an-app by git push"}},
      {"git push heroku main", {"? heroku by git push"}},
      {"heroku git:remote -a an-app\ngit push heroku main", {"an-app by git push"}},
      {"heroku git:remote --app=an-app --remote prod\ngit push --force prod main",
       {"an-app by git push"}},
      {"git remote add production https://git.heroku.com/an-app.git && git push production main",
       {"an-app by git push"}},
      {"git subtree push --prefix backend heroku main", {"? heroku by git push"}},
      {"git push origin main", {}},
      {"git push --dry-run heroku main", {}},
      {"echo git push heroku main", {}},
      {"# git push heroku main", {}},
      {"echo 'x' # ; git push heroku", {}},
      {"cat <<'EOF' > notes\ngit push heroku main\nEOF\ntrue", {}},
      {"heroku container:push web -a an-app", {}},
      {"heroku container:push web -a an-app\nheroku container:release web -a an-app",
       {"an-app by heroku container:release"}},
      {"heroku container release web --app an-app", {"an-app by heroku container:release"}},
      {"/usr/local/bin/heroku container:release -aan-app web",
       {"an-app by heroku container:release"}},
      {"HEROKU_APP=an-app heroku container:release web", {"an-app by heroku container:release"}},
      {"npx heroku container:release web", {"? heroku by heroku container:release"}},
      {"heroku container:release web \\\n  -a \\\n  an-app",
       {"an-app by heroku container:release"}},
      {"if true; then sudo timeout 60 heroku container:release web -a an-app; fi",
       {"an-app by heroku container:release"}},
      {"heroku pipelines:promote -a an-app",
       {"? downstream of an-app by heroku pipelines:promote"}},
      {"heroku pipelines:promote -a x --to p1,p2",
       {"p1 by heroku pipelines:promote", "p2 by heroku pipelines:promote"}},
      {"curl -X POST https://api.heroku.com/apps/an-app/builds -d @x -H 'Accept: y'",
       {"an-app by api.heroku.com builds"}},
      {"ID=$(curl -sf -XPOST \"https://api.heroku.com/apps/$APP/builds\" --data @x | jq -r .id)",
       {"env-app by api.heroku.com builds"}},
      {"ID=`curl -X POST https://api.heroku.com/apps/an-app/releases`",
       {"an-app by api.heroku.com releases"}},
      {"curl https://api.heroku.com/apps/an-app/builds", {}},
      {"curl -X PATCH https://api.heroku.com/apps/an-app/formation -d '{\"docker_image\": 1}'",
       {"an-app by api.heroku.com formation"}},
      {"curl -X PATCH https://api.heroku.com/apps/an-app/formation -d '{\"quantity\": 1}'", {}},
      {"git push https://git.heroku.com/$APP.git", {"env-app by git push"}},
      {"git push \"https://git.heroku.com/${APP}.git\"", {"env-app by git push"}},
      {"git push https://git.heroku.com/${{ env.APP }}.git", {"env-app by git push"}},
      {"git push 'https://git.heroku.com/$APP.git'", {"? $APP by git push"}},
      {"git push https://git.heroku.com/$OTHER.git", {"? $OTHER by git push"}},
      {"git push https://git.heroku.com/${OTHER:-x}.git", {"? ${OTHER:-x} by git push"}},
      {"git push https://git.heroku.com/$1.git", {"? $1 by git push"}},
      {"N=own\ngit push https://git.heroku.com/$N.git", {"own by git push"}},
      {"export N=\"own-$APP\"; git push https://git.heroku.com/$N.git",
       {"own-env-app by git push"}},
      {"N=$(cat name)\ngit push https://git.heroku.com/$N.git", {"? $N by git push"}},
      {"APP=a; APP=b; git push https://git.heroku.com/$APP.git", {"b by git push"}},
      {"case $1 in\n p) APP=prod ;;\n *) APP=stage ;;\nesac\ngit push "
       "https://git.heroku.com/$APP.git",
       {"prod by git push", "stage by git push"}},
      {"if [ -n \"$X\" ]; then APP=prod; fi\nheroku container:release web -a $APP",
       {"prod by heroku container:release", "env-app by heroku container:release"}},
      {"for APP in a b; do git push https://git.heroku.com/$APP.git; done",
       {"a by git push", "b by git push"}},
      {"read APP < f\ngit push https://git.heroku.com/$APP.git", {"? $APP by git push"}},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.run);
    std::string steps = "      - run: |\n";
    for (std::string const& line : lines_of(row.run)) steps += "          " + line + "\n";
    Lines wanted;
    for (std::string const& found : row.found) wanted.push_back("push [] d.1 -> " + found);
    EXPECT_EQ(paths_of(workflow("push", "    env: {APP: env-app}\n", steps)), wanted);
  }
}

TEST(DeploySteps, remotes_and_variables_live_from_step_to_step) {
  EXPECT_EQ(paths_of(workflow("push", "",
                              "      - run: heroku git:remote -a an-app\n"
                              "      - run: git push heroku main\n")),
            Lines{"push [] d.2 -> an-app by git push"});
  EXPECT_EQ(paths_of(workflow("push", "    env: {APP: a, B: b}\n",
                              "      - run: echo \"APP=$(cat x)\" >> \"$GITHUB_ENV\"\n"
                              "      - run: git push https://git.heroku.com/$APP.git\n"
                              "      - run: git push https://git.heroku.com/$B.git\n"
                              "      - run: cat x >> $GITHUB_ENV\n"
                              "      - run: git push https://git.heroku.com/$B.git\n"
                              "      - env: {B: own}\n"
                              "        run: git push https://git.heroku.com/$B.git\n")),
            (Lines{"push [] d.2 -> ? $APP by git push", "push [] d.3 -> b by git push",
                   "push [] d.5 -> ? $B by git push", "push [] d.6 -> ? $B by git push"}));
}

TEST(DeploySteps, the_flag_follows_the_actions_own_rule) {
  struct Row {
    std::string_view flag;
    std::string_view wanted;
  };
  Row const table[]{{"true", " no-create"}, {"false", " creates"},         {"'false'", " creates"},
                    {"False", " creates"},  {"'False'", " no-create"},     {"no", " no-create"},
                    {"0", " no-create"},    {"''", " no-create"},          {"", " no-create"},
                    {"${{ vars.X }}", ""},  {"${{ 'false' }}", " creates"}};
  for (Row const& row : table) {
    SCOPED_TRACE(row.flag);
    std::string const steps =
        "      - uses: akhileshns/heroku-deploy@v3\n        with:\n"
        "          heroku_app_name: an-app\n          dontautocreate: " +
        std::string(row.flag) + "\n";
    EXPECT_EQ(paths_of(workflow("push", "", steps)),
              Lines{"push [] d.1 -> an-app by akhileshns/heroku-deploy" + std::string(row.wanted)});
  }
}

TEST(DeploySteps, other_actions_are_recognised_by_their_names) {
  auto const of = [](std::string_view uses, std::string_view with) {
    return paths_of(workflow(
        "push", "",
        "      - uses: " + std::string(uses) + "\n        with: {" + std::string(with) + "}\n"));
  };
  EXPECT_EQ(of("someone/heroku-deploy@main", "heroku_app_name: a-b"),
            Lines{"push [] d.1 -> a-b by someone/heroku-deploy creates"});
  EXPECT_EQ(of("gonuit/heroku-docker-deploy@v1", "heroku_app_name: a-b"),
            Lines{"push [] d.1 -> a-b by gonuit/heroku-docker-deploy"});
  EXPECT_EQ(of("akhileshns/heroku-deploy@v3", "heroku_app_name: a-b, justlogin: true"), Lines{});
  EXPECT_EQ(of("akhileshns/heroku-deploy@v3", "heroku_app_name: a-b, healthcheck: 'https://x'"),
            Lines{"push [] d.1 -> a-b by akhileshns/heroku-deploy creates checked"});
  EXPECT_EQ(of("actions/checkout@v4", "app: a-b"), Lines{});
  EXPECT_EQ(of("./heroku-deploy", "heroku_app_name: a-b"), Lines{});
}

TEST(DeploySteps, only_a_later_question_to_the_app_is_a_health_check) {
  struct Row {
    std::string_view before;
    std::string_view after;
    bool checked;
  };
  Row const table[]{
      {"curl -f https://app/health", "true", false},
      {"true", "curl -f https://app/health", true},
      {"true", "STATUS=$(curl -so /dev/null -w '%{http_code}' $URL)", true},
      {"true", "./scripts/health-check.sh", true},
      {"true", "echo health is fine", false},
      {"true", "curl -fsSL https://cli-assets.heroku.com/install.sh | sh", false},
      {"true", "curl -X POST -d '{}' $SLACK_WEBHOOK", false},
      {"true", "curl https://api.heroku.com/apps/an-app/releases", false},
      {"true", "wget -q https://app/", true},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.after);
    std::string const push = "git push https://git.heroku.com/an-app.git";
    std::string const script = "      - run: |\n          " + std::string(row.before) +
                               "\n          " + push + "\n          " + std::string(row.after) +
                               "\n";
    std::string const steps = "      - run: " + std::string(row.before) + "\n      - run: " + push +
                              "\n      - run: " + std::string(row.after) + "\n";
    std::string const end = row.checked ? " checked" : "";
    EXPECT_EQ(paths_of(workflow("push", "", script)),
              Lines{"push [] d.1 -> an-app by git push" + end});
    EXPECT_EQ(paths_of(workflow("push", "", steps)),
              Lines{"push [] d.2 -> an-app by git push" + end});
  }
}

TEST(DeploySteps, names_are_resolved_where_the_file_tells) {
  struct Row {
    std::string_view name;
    std::string_view app;
  };
  Row const table[]{
      {"plain-app", " -> plain-app"},
      {"${{ 'lit' }}", " -> lit"},
      {"shop-${{ matrix.to }}", " -> shop-eu"},
      {"${{ matrix.more.app }}", " -> deep"},
      {"${{ matrix['to'] }}", " -> eu"},
      {"${{ env.GLOBAL }}", " -> global-app"},
      {"${{ env.BOTH }}", " -> job-app"},
      {"${{ env.MADE }}", " -> made-eu"},
      {"${{ format('{0}-{1}', 'shop', matrix.to) }}", " -> shop-eu"},
      {"${{ github.ref == 'refs/heads/main' && 'shop' || 'other' }}", " -> shop"},
      {"${{ (1 < 2 && !(2 >= 3)) && 'yes' }}", " -> yes"},
      {"${{ case(matrix.to == 'us', 'a', matrix.to == 'EU', 'b', 'c') }}", " -> b"},
      {"${{ join(fromJSON('[\"a\",\"b\"]'), '-') }}", " -> a-b"},
      {"${{ endsWith('x.y', '.Y') && 'e' || 'f' }}", " -> e"},
      {"${{ github.ref_name }}-app", " -> main-app"},
      {"${{ secrets.APP }}", " -> ? ${{ secrets.APP }}"},
      {"shop-${{ vars.TO }}", " -> ? shop-${{ vars.TO }}"},
      {"shop-${{ inputs.to }}", " -> ? shop-${{ inputs.to }}"},
      {"${{ inputs.to }}", " -> ? ${{ inputs.to }}"},
      {"${{ env.NONE }}", " -> ? ${{ env.NONE }}"},
      {"${{ env.HIDDEN }}", " -> ? ${{ env.HIDDEN }}"},
      {"${{ fromJSON(vars.X).app }}", " -> ? ${{ fromJSON(vars.X).app }}"},
      {"Not A Name", " -> ? Not A Name"},
      {"", " -> ? "},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.name);
    std::string const text =
        "on: {push: {branches: [main]}}\nenv: {GLOBAL: global-app, BOTH: x}\n"
        "jobs:\n  d:\n    runs-on: x\n    strategy: {matrix: {to: [eu], more: [{app: deep}]}}\n"
        "    env: {BOTH: job-app, MADE: \"made-${{ matrix.to }}\", "
        "HIDDEN: \"${{ secrets.X }}\"}\n"
        "    steps:\n      - uses: AkhileshNS/Heroku-Deploy@v3\n"
        "        with:\n          heroku_app_name: '" +
        replace_all(std::string(row.name), "'", "''") + "'\n";
    EXPECT_EQ(paths_of(text), (Lines{"push branch [main] d.1" + std::string(row.app) +
                                     " by akhileshns/heroku-deploy creates"}));
  }
}

TEST(DeploySteps, a_matrix_makes_a_path_of_each_leg) {
  std::string const begin =
      "on: {push: {branches: [main]}}\njobs:\n  d:\n    runs-on: x\n    strategy:\n"
      "      matrix:\n";
  std::string const end =
      "    environment: ${{ matrix.env }}\n    steps:\n"
      "      - run: git push https://git.heroku.com/${{ matrix.app }}.git\n";
  auto const way = [](std::string_view rest) {
    return "push branch [main] d.1 -> " + std::string(rest);
  };
  EXPECT_EQ(paths_of(begin +
                     "        app: [a-1, a-2, a-3]\n        env: [e]\n"
                     "        exclude: [{app: a-2}]\n" +
                     end),
            (Lines{way("a-1 by git push in e"), way("a-3 by git push in e")}));
  EXPECT_EQ(paths_of(begin +
                     "        include:\n          - {app: a-1, env: e1}\n"
                     "          - {app: a-2, env: e2}\n" +
                     end),
            (Lines{way("a-1 by git push in e1"), way("a-2 by git push in e2")}));
  EXPECT_EQ(
      paths_of(begin +
               "        app: [a-1, a-2]\n        include:\n"
               "          - {env: e}\n          - {app: a-2, env: f}\n"
               "          - {app: a-3}\n" +
               end),
      (Lines{way("a-1 by git push in e"), way("a-2 by git push in f"), way("a-3 by git push")}));
  EXPECT_EQ(paths_of(begin + "        app: ${{ fromJSON(vars.APPS) }}\n" + end),
            Lines{way("? ${{ matrix.app }} by git push in ${{ matrix.env }}")});
}

}  // namespace
}  // namespace landfall
