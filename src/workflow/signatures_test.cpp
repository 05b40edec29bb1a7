#include "workflow/signatures.h"

#include <algorithm>

#include "workflow/deploy_step.h"
#include "workflow/shell_fixture.h"

namespace landfall {
namespace {

std::string line_of(FoundDeploy const& deploy) {
  std::string text = std::string(deploy.provider) + " " + marked(deploy.target);
  if (!deploy.within.empty()) text += " in " + marked(deploy.within);
  text += " by " + deploy.tool;
  if (deploy.role != DeployRole::deploy) text += " (" + std::string(role_name(deploy.role)) + ")";
  return text;
}

Lines deploys_of(std::string_view script, TestFiles const& files = {}) {
  Lines lines;
  Remotes remotes;
  ReadFile const read = files.read();
  ShellVariables const variables = test_variables;
  for (ShellCommand const& command : step_commands({script, "", {}}, variables, read))
    for (FoundDeploy const& deploy : command_deploys(command, {remotes, variables, read}))
      lines.push_back(line_of(deploy));
  return lines;
}

using Inputs = std::vector<std::pair<std::string, std::string>>;

std::vector<FoundDeploy> action_finds(std::string_view uses, Inputs const& inputs) {
  Remotes remotes;
  ReadFile const read;
  ShellVariables const variables = test_variables;
  ActionInputs const input = [&](std::string_view name) -> std::optional<std::string> {
    for (auto const& [key, value] : inputs)
      if (key == name) return value;
    return std::nullopt;
  };
  return action_deploys(uses, input, {remotes, variables, read});
}

Lines action_lines(std::string_view uses, Inputs const& inputs) {
  Lines lines;
  for (FoundDeploy const& deploy : action_finds(uses, inputs)) lines.push_back(line_of(deploy));
  return lines;
}

TEST(Signatures, commands_of_every_provider_deploy) {
  struct Row {
    std::string_view run;
    std::string_view found;
  };
  Row const table[]{
      {"wrangler deploy --env production --name w",
       "cloudflare-workers w in production by wrangler deploy"},
      {"npx wrangler@3 publish", "cloudflare-workers <cloudflare-workers> by wrangler publish"},
      {"wrangler pages deploy dist --project-name=p --branch main",
       "cloudflare-pages p in main by wrangler pages deploy (site)"},
      {"vercel deploy --prod --token=$T", "vercel <vercel> by vercel deploy"},
      {"vercel --prod", "vercel <vercel> by vercel"},
      {"netlify deploy --prod --site s --dir=x", "netlify s by netlify deploy (site)"},
      {"flyctl deploy --remote-only -a f", "fly f by flyctl deploy"},
      {"fly -a f deploy", "fly f by fly deploy"},
      {"railway up --service=s --environment e", "railway s in e by railway up"},
      {"doctl apps create-deployment id", "digitalocean id by doctl apps create-deployment"},
      {"firebase deploy --only hosting --project p", "firebase p in hosting by firebase deploy"},
      {"gcloud run deploy svc --image x --project p --region r",
       "cloud-run svc in p by gcloud run deploy"},
      {"gcloud --quiet run deploy svc", "cloud-run svc by gcloud run deploy"},
      {"gcloud app deploy app.yaml --project p", "app-engine p by gcloud app deploy"},
      {"gcloud functions deploy f --runtime x", "cloud-functions f by gcloud functions deploy"},
      {"aws --region r ecs update-service --cluster c --service s --force-new-deployment",
       "ecs s in c by aws ecs update-service"},
      {"aws lambda update-function-code --function-name f --zip-file fileb://x",
       "lambda f by aws lambda update-function-code"},
      {"aws elasticbeanstalk update-environment --environment-name e --version-label v",
       "elastic-beanstalk e by aws elasticbeanstalk update-environment"},
      {"eb deploy e", "elastic-beanstalk e by eb deploy"},
      {"aws s3 sync dist s3://bucket --delete", "s3 s3://bucket by aws s3 sync (site)"},
      {"sam deploy --stack-name s --no-confirm-changeset", "lambda s by sam deploy"},
      {"serverless deploy --stage prod", "serverless <serverless> in prod by serverless deploy"},
      {"cdk deploy Stack --require-approval never", "cdk Stack by cdk deploy (infrastructure)"},
      {"az webapp deploy --resource-group g --name n --src-path x",
       "azure-web-apps n in g by az webapp deploy"},
      {"az functionapp deployment source config-zip -g g -n n --src x",
       "azure-functions n in g by az functionapp deployment source config-zip"},
      {"az containerapp update -n n -g g --image i",
       "azure-container-apps n in g by az containerapp update"},
      {"kubectl -n prod apply -f k8s/app.yaml", "kubernetes k8s/app.yaml in prod by kubectl apply"},
      {"kubectl set image deployment/web web=i:v --namespace prod",
       "kubernetes deployment/web in prod by kubectl set image"},
      {"kubectl rollout restart deployment/web",
       "kubernetes deployment/web by kubectl rollout restart"},
      {"helm upgrade --install web ./chart -n prod --set image.tag=v --wait",
       "kubernetes web in prod by helm upgrade"},
      {"argocd app sync web --grpc-web", "argocd web by argocd app sync"},
      {"skaffold run -p prod", "kubernetes prod by skaffold run"},
      {"docker stack deploy -c x.yml web", "docker-swarm web by docker stack deploy"},
      {"kamal deploy -d production", "kamal <kamal> in production by kamal deploy"},
      {"bundle exec cap production deploy", "capistrano production by cap"},
      {"ansible-playbook -i prod deploy.yml", "ansible deploy.yml in prod by ansible-playbook"},
      {"rsync -avz -e 'ssh -p 22' dist/ me@host:/srv", "ssh me@host in /srv by rsync"},
      {"scp -i k x me@host:/srv", "ssh me@host in /srv by scp"},
      {"terraform -chdir=infra apply -auto-approve",
       "terraform infra by terraform apply (infrastructure)"},
      {"pulumi up --stack prod --yes", "pulumi prod by pulumi up (infrastructure)"},
      {"npm publish --access public", "npm <npm> by npm publish (release)"},
      {"twine upload -r testpypi dist/*", "pypi <pypi> in testpypi by twine upload (release)"},
      {"python -m twine upload dist/*", "pypi <pypi> by twine upload (release)"},
      {"cargo publish -p c", "crates c by cargo publish (release)"},
      {"docker push ghcr.io:443/a/b:v1", "container ghcr.io:443/a/b by docker push (release)"},
      {"docker compose push", "container <container> by docker compose push (release)"},
      {"docker buildx build -t a/b:v --push .", "container a/b by docker buildx build (release)"},
      {"goreleaser release --clean",
       "github-release <github-release> by goreleaser release (release)"},
      {"gh release create v1 --notes x", "github-release v1 by gh release create (release)"},
      {"npx semantic-release", "release <release> by semantic-release (release)"},
      {"npx changeset publish", "npm <npm> by changeset publish (release)"},
      {"./mvnw -B -DskipTests deploy", "maven <maven> by mvnw (release)"},
      {"./gradlew :lib:publish", "maven <maven> by gradlew (release)"},
      {"gem push x.gem", "rubygems x.gem by gem push (release)"},
      {"git push dokku@host:web main", "dokku web in host by git push"},
      {"git push ssh://dokku@host/web main", "dokku web in host by git push"},
      {"git remote add x https://git.gigalixir.com/web.git; git push x main",
       "gigalixir web by git push"},
      {"git push origin HEAD:gh-pages -f", "github-pages <github-pages> by git push (site)"},
      {"curl -X POST https://api.render.com/deploy/srv-1?key=x", "render srv-1 by api.render.com"},
      {"curl \"https://api.render.com/deploy/srv-1?key=$K\"", "render srv-1 by api.render.com"},
      {"curl $RENDER_DEPLOY_HOOK_URL", "render <$RENDER_DEPLOY_HOOK_URL> by deploy hook"},
      {"curl -X POST \"${DEPLOY_HOOK}\"", "deploy-hook <${DEPLOY_HOOK}> by deploy hook"},
      {"curl -XPOST https://api.vercel.com/v1/integrations/deploy/prj/x",
       "vercel prj by api.vercel.com"},
      {"curl -d x https://app.scm.azurewebsites.net/api/zipdeploy",
       "azure-web-apps app by {target}.scm.azurewebsites.net zipdeploy"},
      {"ssh me@host 'cd app && docker compose up -d'", "ssh me@host by docker compose up"},
      {"ssh me@host ./deploy.sh", "ssh me@host by ssh ./deploy.sh"},
      {"ssh me@host <<EOF\nsystemctl restart web\nEOF", "ssh me@host by systemctl restart"},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.run);
    EXPECT_EQ(deploys_of(row.run), Lines{std::string(row.found)});
    EXPECT_TRUE(script_hints(row.run).deploys);
    EXPECT_TRUE(worth_parsing(row.run));
  }
}

TEST(Signatures, what_only_looks_like_a_deploy_is_none) {
  std::string_view const table[]{
      "wrangler deploy --dry-run",
      "wrangler dev",
      "vercel pull --yes",
      "netlify status",
      "flyctl status -a f",
      "gcloud run services list",
      "aws ecs describe-services --services s",
      "aws s3 sync s3://bucket dist",
      "aws s3 cp s3://bucket/x .",
      "kubectl apply --dry-run=client -f x",
      "kubectl get pods",
      "kubectl rollout status deployment/web",
      "helm template web ./chart",
      "helm upgrade --dry-run web ./chart",
      "docker compose up -d",
      "docker build .",
      "docker pull x",
      "systemctl restart web",
      "terraform plan",
      "terraform apply -destroy",
      "npm publish --dry-run",
      "npm ci",
      "npm run build",
      "cargo publish --dry-run",
      "goreleaser check",
      "goreleaser release --snapshot",
      "gh release view v1",
      "git push origin main",
      "git push --dry-run heroku main",
      "./gradlew publishToMavenLocal",
      "mvn -B verify",
      "rsync -a me@host:/srv .",
      "rsync -a a b",
      "curl https://api.heroku.com/apps/x/builds",
      "curl https://x/health",
      "ssh me@host uptime",
      "ssh me@host 'echo deploy'",
      "heroku rollback -a x",
      "heroku releases -a x",
      "echo kubectl apply",
      "az webapp list",
      "ansible-playbook --check x.yml",
  };
  for (std::string_view const run : table) {
    SCOPED_TRACE(run);
    EXPECT_EQ(deploys_of(run), Lines{});
  }
}

TEST(Signatures, names_are_read_from_the_files_of_the_tools) {
  TestFiles const files{{{"fly.toml", "# x\napp = 'my-app' # c\n[env]\napp = 'other'\n"},
                         {"api/wrangler.toml", "name = \"worker\"\n"},
                         {"package.json", "{\n  \"name\": \"pkg\",\n  \"version\": \"1\"\n}\n"},
                         {"serverless.yml", "service: svc\nprovider:\n  name: aws\n"}}};
  EXPECT_EQ(deploys_of("flyctl deploy", files), Lines{"fly my-app by flyctl deploy"});
  EXPECT_EQ(deploys_of("cd api; wrangler deploy", files),
            Lines{"cloudflare-workers worker by wrangler deploy"});
  EXPECT_EQ(deploys_of("npm publish", files), Lines{"npm pkg by npm publish (release)"});
  EXPECT_EQ(deploys_of("sls deploy", files), Lines{"serverless svc by sls deploy"});
  EXPECT_EQ(deploys_of("cd $X; fly deploy", files), Lines{"fly <fly> by fly deploy"});
}

TEST(Signatures, actions_of_every_provider_deploy) {
  struct Row {
    std::string_view uses;
    Inputs inputs;
    Lines found;
  };
  Row const table[]{
      {"cloudflare/wrangler-action@v3",
       {},
       {"cloudflare-workers <cloudflare-workers> by cloudflare/wrangler-action"}},
      {"cloudflare/wrangler-action@v3",
       {{"command", "pages deploy dist --project-name=p"}},
       {"cloudflare-pages p by cloudflare/wrangler-action (site)"}},
      {"cloudflare/wrangler-action@v3",
       {{"environment", "production"}, {"command", "deploy --name w"}},
       {"cloudflare-workers w in production by cloudflare/wrangler-action"}},
      {"cloudflare/wrangler-action@v3", {{"command", "secret list"}}, {}},
      {"cloudflare/pages-action@v1",
       {{"projectname", "p"}, {"branch", "main"}},
       {"cloudflare-pages p in main by cloudflare/pages-action (site)"}},
      {"amondnet/vercel-action@v25",
       {{"vercel-project-id", "p"}},
       {"vercel p by amondnet/vercel-action"}},
      {"nwtgck/actions-netlify@v3", {}, {"netlify <netlify> by nwtgck/actions-netlify (site)"}},
      {"superfly/flyctl-actions@1.5",
       {{"args", "deploy --remote-only -a f"}},
       {"fly f by superfly/flyctl-actions"}},
      {"superfly/flyctl-actions@1.5", {{"args", "status"}}, {}},
      {"superfly/flyctl-actions/setup-flyctl@master", {}, {}},
      {"johnbeynon/render-deploy-action@v0.0.8",
       {{"service-id", "srv"}},
       {"render srv by johnbeynon/render-deploy-action"}},
      {"google-github-actions/deploy-cloudrun@v2",
       {{"service", "s"}, {"project_id", "p"}},
       {"cloud-run s in p by google-github-actions/deploy-cloudrun"}},
      {"google-github-actions/deploy-cloudrun@v2", {{"service", "s"}, {"no_traffic", "true"}}, {}},
      {"aws-actions/amazon-ecs-deploy-task-definition@v2",
       {{"service", "s"}, {"cluster", "c"}},
       {"ecs s in c by aws-actions/amazon-ecs-deploy-task-definition"}},
      {"Azure/WebApps-Deploy@v3",
       {{"app-name", "a"}, {"slot-name", "staging"}},
       {"azure-web-apps a in staging by azure/webapps-deploy"}},
      {"azure/static-web-apps-deploy@v1", {{"action", "close"}}, {}},
      {"azure/k8s-deploy@v5",
       {{"manifests", "a.yml\nb.yml"}, {"namespace", "prod"}},
       {"kubernetes a.yml in prod by azure/k8s-deploy"}},
      {"azure/k8s-deploy@v5", {{"action", "reject"}}, {}},
      {"appleboy/ssh-action@v1",
       {{"host", "h"}, {"script", "cd x\ngit pull\ndocker compose up -d\npm2 restart x"}},
       {"ssh h by appleboy/ssh-action"}},
      {"appleboy/ssh-action@v1", {{"host", "h"}, {"script", "uptime"}}, {}},
      {"nick-fields/retry@v3",
       {{"command", "heroku container:release web -a $APP"}},
       {"heroku env-app by nick-fields/retry"}},
      {"nick-fields/retry@v3", {{"command", "npm test"}}, {}},
      {"actions/deploy-pages@v4",
       {},
       {"github-pages <github-pages> by actions/deploy-pages (site)"}},
      {"peaceiris/actions-gh-pages@v4",
       {{"destination_dir", "docs"}},
       {"github-pages <github-pages> in docs by peaceiris/actions-gh-pages (site)"}},
      {"docker/build-push-action@v6",
       {{"push", "true"}, {"tags", "a/b:latest\na/b:v1"}},
       {"container a/b by docker/build-push-action (release)"}},
      {"docker/build-push-action@v6", {{"push", "false"}, {"tags", "a/b"}}, {}},
      {"docker/build-push-action@v6", {{"tags", "a/b"}}, {}},
      {"docker/build-push-action@v6",
       {{"push", "\x01${{ x }}\x02"}, {"tags", "a/b"}},
       {"container a/b by docker/build-push-action (release)"}},
      {"pypa/gh-action-pypi-publish@release/v1",
       {},
       {"pypi <pypi> by pypa/gh-action-pypi-publish (release)"}},
      {"JS-DevTools/npm-publish@v3", {{"dry-run", "true"}}, {}},
      {"softprops/action-gh-release@v2",
       {{"tag_name", "v1"}},
       {"github-release v1 by softprops/action-gh-release (release)"}},
      {"changesets/action@v1",
       {{"publish", "pnpm changeset publish"}},
       {"npm <npm> by changesets/action (release)"}},
      {"changesets/action@v1",
       {{"publish", "yarn release"}},
       {"npm <npm> by changesets/action (release)"}},
      {"changesets/action@v1", {}, {}},
      {"pulumi/actions@v6",
       {{"command", "up"}, {"stack-name", "prod"}},
       {"pulumi prod by pulumi/actions (infrastructure)"}},
      {"pulumi/actions@v6", {{"command", "preview"}}, {}},
      {"someone/heroku-deploy@v1",
       {{"heroku_app_name", "a"}},
       {"heroku a by someone/heroku-deploy"}},
      {"actions/checkout@v4", {}, {}},
      {"peter-evans/create-pull-request@v7", {}, {}},
      {"./heroku-deploy", {}, {}},
      {"docker://heroku/deploy", {}, {}},
      {"", {}, {}},
      {"nothing", {}, {}},
  };
  for (Row const& row : table) {
    SCOPED_TRACE(row.uses);
    EXPECT_EQ(action_lines(row.uses, row.inputs), row.found);
  }
}

TEST(Signatures, heroku_deploy_is_read_by_its_own_rules) {
  std::string_view const uses = "akhileshns/heroku-deploy@v3.14.15";
  auto const one = [&](Inputs inputs) {
    inputs.emplace_back("heroku_app_name", "a");
    std::vector<FoundDeploy> found = action_finds(uses, inputs);
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? FoundDeploy() : found[0];
  };
  struct Row {
    std::string_view text;
    std::optional<bool> flag;
  };
  Row const table[]{{"false", false},
                    {"true", true},
                    {"False", true},
                    {"no", true},
                    {"0", true},
                    {"", true},
                    {"\x01x\x02", std::nullopt}};
  for (Row const& row : table) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(one({{"dontautocreate", std::string(row.text)}}).dont_autocreate, row.flag);
    bool const deploys = row.flag != true;
    EXPECT_EQ(!action_finds(uses, {{"justlogin", std::string(row.text)}}).empty(), deploys);
  }
  EXPECT_EQ(one({}).dont_autocreate, false);
  EXPECT_TRUE(one({}).needs_heroku_cli);
  EXPECT_FALSE(one({}).health_check.has_value());
  FoundDeploy const checked = one({{"healthcheck", "https://x/health"},
                                   {"checkstring", "ok"},
                                   {"rollbackonhealthcheckfailed", "true"}});
  ASSERT_TRUE(checked.health_check.has_value());
  EXPECT_EQ(checked.health_check->url, "https://x/health");
  EXPECT_EQ(checked.health_check->text, "ok");
  EXPECT_EQ(checked.health_check->rolls_back, true);
  EXPECT_EQ(checked.action, find_action(uses));
  ASSERT_NE(checked.action, nullptr);
  EXPECT_TRUE(checked.action->complete);
  EXPECT_TRUE(find_input(*checked.action, "Heroku_API_key")->required);
  EXPECT_EQ(find_input(*checked.action, "branch")->fallback, "HEAD");
  EXPECT_EQ(find_input(*checked.action, "dont_autocreate"), nullptr);
}

TEST(Signatures, an_old_version_does_not_know_a_newer_input) {
  InputSignature const* input =
      find_input(*find_action("akhileshns/heroku-deploy"), "dontautocreate");
  ASSERT_NE(input, nullptr);
  struct Row {
    std::string_view ref;
    bool known;
  };
  Row const table[]{{"@v3.9.8", false},  {"@v3.0.4", false}, {"@3.8.10", false}, {"@v3.9.9", true},
                    {"@v3.12.14", true}, {"@v3", true},      {"@v3.8", true},    {"@master", true},
                    {"@a.b.c", true},    {"", true},         {"@", true}};
  for (Row const& row : table) {
    SCOPED_TRACE(row.ref);
    std::string const uses = "akhileshns/heroku-deploy" + std::string(row.ref);
    EXPECT_EQ(has_input(*input, uses), row.known);
    std::vector<FoundDeploy> const found =
        action_finds(uses, {{"heroku_app_name", "a"}, {"dontautocreate", "true"}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].dont_autocreate, row.known);
  }
}

TEST(Signatures, flags_follow_each_actions_rule) {
  EXPECT_EQ(flag_value(FlagRule::core, "TRUE"), true);
  EXPECT_EQ(flag_value(FlagRule::core, "yes"), std::nullopt);
  EXPECT_EQ(flag_value(FlagRule::is_true, "TRUE"), false);
  EXPECT_EQ(flag_value(FlagRule::filled, "false"), true);
  EXPECT_EQ(flag_value(FlagRule::none, "true"), std::nullopt);
}

TEST(Signatures, the_tables_are_sorted_and_of_known_names) {
  auto const by_name = [](auto const& a, auto const& b) { return a.name < b.name; };
  auto const by_uses = [](auto const& a, auto const& b) { return a.uses < b.uses; };
  EXPECT_TRUE(std::is_sorted(programs().begin(), programs().end(), by_name));
  EXPECT_TRUE(std::is_sorted(exact_actions().begin(), exact_actions().end(), by_uses));
  EXPECT_GT(exact_actions().size(), 100U);
  for (ActionSignature const& action : exact_actions()) {
    SCOPED_TRACE(action.uses);
    EXPECT_EQ(find_action(std::string(action.uses) + "@v1"), &action);
    EXPECT_FALSE(action.provider.empty());
    // A condition on a flag is judged by the flag's rule, so its texts are true and false.
    for (InputCondition const& condition : action.when) EXPECT_FALSE(condition.values.empty());
  }
}

TEST(Signatures, scripts_without_a_needle_are_not_worth_reading) {
  std::string_view const no[]{"",
                              "npm ci",
                              "npm run build",
                              "yarn install",
                              "make test",
                              "go test ./...",
                              "cargo build --release",
                              "echo done. Next",
                              "./gradlew build",
                              "pip install -r requirements.txt",
                              "docker build -t x .",
                              "terraform plan",
                              "apt-get install -y jq",
                              "git fetch --tags",
                              "echo https://example.com"};
  for (std::string_view const script : no) {
    SCOPED_TRACE(script);
    EXPECT_FALSE(worth_parsing(script));
  }
  EXPECT_TRUE(script_hints("npm run deploy").calls);
  EXPECT_TRUE(script_hints("a && ./x").calls);
  EXPECT_TRUE(script_hints(". ./env").calls);
  EXPECT_TRUE(script_hints("echo a=b >> $GITHUB_OUTPUT").writes);
  EXPECT_TRUE(script_hints("curl -f https://x").asks);
  EXPECT_TRUE(script_hints("./healthcheck").asks);
  EXPECT_TRUE(script_hints("git push origin v1").events);
  EXPECT_TRUE(script_hints("gh release create v1").events);
  EXPECT_TRUE(script_hints("npm i -g heroku").installs);
}

}  // namespace
}  // namespace landfall
