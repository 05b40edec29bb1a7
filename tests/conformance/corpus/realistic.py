"""Whole workflows as repositories have them, drawn from parts: CI, deploys, releases, chores.

Used by the conformance corpus and by bench/audit. `workflow(random)` gives one file's text.
"""
from .forms import indented

SERVICES = ["api", "web", "worker", "billing", "search", "gateway", "admin", "docs", "mailer", "raptor"]
PLACES = ["staging", "production", "preview", "qa", "dev", "canary"]
OWNERS = ["acme", "octo-org", "initech", "globex"]
WORDS = ("build check verify update collect compile package publish report cache prune warm rotate sync lint format "
         "scan measure archive index render notify label triage").split()

LANGUAGES = {
    "node": ("actions/setup-node@v4", {"node-version": "20", "cache": "npm"}, ["npm ci", "npm test", "npm run build"]),
    "ruby": ("ruby/setup-ruby@v1", {"ruby-version": "3.3", "bundler-cache": "true"},
             ["bundle exec rubocop", "bundle exec rspec --format progress"]),
    "python": ("actions/setup-python@v5", {"python-version": "'3.12'", "cache": "pip"},
               ["pip install -r requirements.txt", "pytest -q --maxfail=1", "mypy src"]),
    "go": ("actions/setup-go@v5", {"go-version-file": "go.mod"}, ["go vet ./...", "go test -race ./..."]),
    "java": ("actions/setup-java@v4", {"distribution": "temurin", "java-version": "21"},
             ["./gradlew --no-daemon check", "./gradlew bootJar"]),
    "rust": ("dtolnay/rust-toolchain@stable", {"components": "clippy, rustfmt"},
             ["cargo fmt --check", "cargo clippy -- -D warnings", "cargo test --locked"]),
}


def mapping(pairs):
    return "".join(f"{key}: {value}\n" for key, value in pairs.items())


def step(random, body, name=None):
    lines = ""
    if name or random.random() < 0.6:
        lines += f"name: {name or random.choice(WORDS).capitalize() + ' ' + random.choice(SERVICES)}\n"
    return "- " + indented(lines + body, 2)[2:]


def run(*commands):
    if len(commands) == 1 and ": " not in commands[0] and " #" not in commands[0]:
        return f"run: {commands[0]}\n"
    return "run: |\n" + indented("\n".join(commands), 2)


def checkout(random):
    body = f"uses: actions/checkout@{random.choice(['v4', 'v4', 'v3', 'v5', '8f4b7f84864484a7bf31766abe9204da3cbe65b3'])}\n"
    if random.random() < 0.3:
        body += "with:\n  fetch-depth: 0\n"
    return "- " + indented(body, 2)[2:]


def language_steps(random):
    action, inputs, commands = LANGUAGES[random.choice(list(LANGUAGES))]
    text = checkout(random) + step(random, f"uses: {action}\nwith:\n" + indented(mapping(inputs), 2))
    for command in commands:
        text += step(random, run(command))
    if random.random() < 0.4:
        text += step(random, "uses: actions/upload-artifact@v4\nif: always()\nwith:\n  name: report-${{ github.sha }}\n"
                             "  path: |\n    coverage/\n    reports/**/*.xml\n", "Keep the report")
    return text


def deploy_heroku_action(random, app, place):
    body = ("uses: akhileshns/heroku-deploy@v3.13.15\nwith:\n  heroku_api_key: ${{ secrets.HEROKU_API_KEY }}\n"
            f"  heroku_app_name: {app}\n  heroku_email: deploy@example.com\n")
    if random.random() < 0.5:
        body += "  dontautocreate: true\n"
    if random.random() < 0.4:
        body += f"  healthcheck: https://{app}.herokuapp.com/healthz\n  delay: 10\n"
    return step(random, body, f"Deploy to {place}")


def deploy_heroku_push(random, app, place):
    return step(random, "env:\n  HEROKU_API_KEY: ${{ secrets.HEROKU_API_KEY }}\n" +
                run("curl https://cli-assets.heroku.com/install.sh | sh", f"heroku git:remote -a {app}",
                    "git push heroku HEAD:refs/heads/main --force", f"heroku ps:scale web=1 -a {app}"),
                f"Push to {place}")


def deploy_heroku_container(random, app, place):
    return step(random, run("heroku container:login", f"heroku container:push web -a {app}",
                            f"heroku container:release web -a {app}"), f"Release container to {place}")


def deploy_kubernetes(random, app, place):
    return (step(random, "uses: azure/setup-kubectl@v4\n") +
            step(random, run(f"kubectl -n {place} set image deployment/{app} app=ghcr.io/acme/{app}:${{{{ github.sha }}}}",
                             f"kubectl -n {place} rollout status deployment/{app} --timeout=180s"), f"Roll out {app}"))


def deploy_helm(random, app, place):
    return step(random, run(f"helm upgrade --install {app} ./charts/{app} \\", f"  --namespace {place} --wait --atomic \\",
                            "  --set image.tag=${{ github.sha }} \\", f"  -f charts/{app}/values-{place}.yaml"))


def deploy_aws(random, app, place):
    return (step(random, "uses: aws-actions/configure-aws-credentials@v4\nwith:\n"
                         "  role-to-assume: ${{ secrets.AWS_ROLE }}\n  aws-region: eu-central-1\n", "Log in") +
            step(random, run(f"aws ecs update-service --cluster {place} --service {app} --force-new-deployment",
                             f"aws ecs wait services-stable --cluster {place} --services {app}"), f"Deploy {app}"))


def deploy_pages(random, app, place):
    return (step(random, "uses: actions/upload-pages-artifact@v3\nwith:\n  path: dist\n") +
            step(random, "id: pages\nuses: actions/deploy-pages@v4\n", "Deploy to Pages"))


def deploy_wrangler(random, app, place):
    return step(random, "uses: cloudflare/wrangler-action@v3\nwith:\n  apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}\n"
                        f"  command: deploy --env {place}\n  workingDirectory: apps/{app}\n")


def deploy_fly(random, app, place):
    return (step(random, "uses: superfly/flyctl-actions/setup-flyctl@master\n") +
            step(random, f"env:\n  FLY_API_TOKEN: ${{{{ secrets.FLY_API_TOKEN }}}}\n" +
                 run(f"flyctl deploy --remote-only --app {app}")))


def deploy_vercel(random, app, place):
    return step(random, run("npm install --global vercel@latest",
                            "vercel pull --yes --environment=production --token=${{ secrets.VERCEL_TOKEN }}",
                            "vercel build --prod --token=${{ secrets.VERCEL_TOKEN }}",
                            "vercel deploy --prebuilt --prod --token=${{ secrets.VERCEL_TOKEN }}"), f"Ship {app}")


def deploy_cloud_run(random, app, place):
    return step(random, "uses: google-github-actions/deploy-cloudrun@v2\nwith:\n"
                        f"  service: {app}\n  region: europe-west1\n  image: eu.gcr.io/acme/{app}:${{{{ github.sha }}}}\n")


def deploy_azure(random, app, place):
    return step(random, f"uses: azure/webapps-deploy@v3\nwith:\n  app-name: {app}\n"
                        "  publish-profile: ${{ secrets.AZURE_WEBAPP_PUBLISH_PROFILE }}\n  package: .\n")


DEPLOYS = [deploy_heroku_action, deploy_heroku_push, deploy_heroku_container, deploy_kubernetes, deploy_helm,
           deploy_aws, deploy_pages, deploy_wrangler, deploy_fly, deploy_vercel, deploy_cloud_run, deploy_azure]


def health_check(random, app):
    return step(random, run(*random.choice([
        [f"curl --fail --retry 5 --retry-delay 5 https://{app}.example.com/healthz"],
        ["for i in $(seq 1 10); do", f"  code=$(curl -s -o /dev/null -w '%{{http_code}}' https://{app}.example.com/healthz)",
         "  if [ \"$code\" = \"200\" ]; then exit 0; fi", "  sleep 6", "done", "exit 1"],
        [f"curl -s https://{app}.example.com/healthz | grep '\"status\": \"ok\"' || echo unhealthy"],
    ])), "Is it up")


def events(random):
    return random.choice([
        "on: push\n",
        "on: [push, pull_request]\n",
        "on:\n  push:\n    branches: [main]\n  pull_request:\n    branches: [main]\n",
        "on:\n  push:\n    branches:\n      - main\n      - 'release/**'\n    paths-ignore:\n      - '**.md'\n      - docs/**\n",
        "on:\n  push:\n    tags: ['v*']\n",
        "on:\n  workflow_dispatch:\n    inputs:\n      environment:\n        description: Where to\n        required: true\n"
        "        default: staging\n        type: choice\n        options: [staging, production]\n"
        "      ref:\n        description: What\n        type: string\n        default: main\n",
        "on:\n  workflow_run:\n    workflows: [CI]\n    types: [completed]\n    branches: [main]\n",
        "on:\n  schedule:\n    - cron: '17 3 * * 1-5'\n  workflow_dispatch:\n",
        "on:\n  release:\n    types: [published]\n",
        "on:\n  pull_request_target:\n    types: [opened, synchronize, labeled]\n",
        "on:\n  push:\n    branches: [main]\n  workflow_dispatch:\n    inputs:\n      dry_run:\n        type: boolean\n"
        "        default: false\n",
        "on:\n  issues:\n    types: [opened]\n  issue_comment:\n    types: [created]\n",
    ])


def job(random, name, steps, needs=(), place=None):
    text = ""
    if random.random() < 0.5:
        text += f"name: {name.replace('_', ' ').replace('-', ' ').capitalize()}\n"
    if needs:
        text += f"needs: {needs[0]}\n" if len(needs) == 1 else f"needs: [{', '.join(needs)}]\n"
    if place and random.random() < 0.6:
        text += "if: " + random.choice([
            "github.ref == 'refs/heads/main'", "github.event_name == 'push' && github.ref_name == 'main'",
            "startsWith(github.ref, 'refs/tags/v')", "${{ !cancelled() && github.repository == 'acme/shop' }}",
            "success() && !contains(github.event.head_commit.message, '[no deploy]')"]) + "\n"
    text += "runs-on: " + random.choice(["ubuntu-latest", "ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04",
                                         "[self-hosted, linux]", "${{ vars.RUNNER || 'ubuntu-latest' }}"]) + "\n"
    if place and random.random() < 0.7:
        text += random.choice([f"environment: {place}\n", f"environment:\n  name: {place}\n  url: https://{place}.example.com\n"])
    if random.random() < 0.3:
        text += f"timeout-minutes: {random.randint(5, 60)}\n"
    if place and random.random() < 0.5:
        text += f"concurrency:\n  group: deploy-{place}\n  cancel-in-progress: false\n"
    if random.random() < 0.2:
        text += "permissions:\n  contents: read\n  id-token: write\n"
    if not place and random.random() < 0.25:
        text += ("strategy:\n  fail-fast: false\n  matrix:\n    os: [ubuntu-latest, windows-latest]\n    shard: [1, 2, 3]\n"
                 "    include:\n      - os: macos-latest\n        shard: 1\n")
    if not place and random.random() < 0.2:
        text += ("services:\n  postgres:\n    image: postgres:16\n    env:\n      POSTGRES_PASSWORD: postgres\n"
                 "    ports:\n      - 5432:5432\n    options: >-\n      --health-cmd pg_isready\n      --health-interval 10s\n")
    if random.random() < 0.25:
        text += "env:\n  APP: " + random.choice(SERVICES) + "\n  LOG_LEVEL: debug\n"
    return f"{name}:\n" + indented(text + "steps:\n" + indented(steps, 2), 2)


def chore(random):
    """A step that is no deploy, of the kinds that fill real files."""
    service = random.choice(SERVICES)
    return step(random, random.choice([
        "uses: actions/cache@v4\nwith:\n  path: |\n    ~/.cache\n    vendor/bundle\n"
        "  key: ${{ runner.os }}-deps-${{ hashFiles('**/lockfile') }}\n  restore-keys: |\n    ${{ runner.os }}-deps-\n",
        "uses: docker/build-push-action@v6\nwith:\n  context: .\n  push: ${{ github.event_name != 'pull_request' }}\n"
        f"  tags: ghcr.io/acme/{service}:${{{{ github.sha }}}}\n  cache-from: type=gha\n  cache-to: type=gha,mode=max\n",
        "env:\n  GH_TOKEN: ${{ github.token }}\n" + run(f"gh pr comment ${{{{ github.event.number }}}} --body \"built {service}\""),
        "if: failure()\nuses: slackapi/slack-github-action@v2\nwith:\n  webhook: ${{ secrets.SLACK_WEBHOOK }}\n"
        f"  payload: |\n    {{\"text\": \"{service} failed on ${{{{ github.ref_name }}}}\"}}\n",
        run("set -euo pipefail", f"version=$(jq -r .version packages/{service}/package.json)",
            'echo "version=$version" >> "$GITHUB_OUTPUT"', 'if [ -z "$version" ]; then', '  echo "::error::no version"',
            "  exit 1", "fi"),
        run(f"docker compose -f compose.{service}.yml up -d --wait", f"make -C {service} integration",
            f"docker compose -f compose.{service}.yml logs --no-color > {service}.log"),
        run(f"cat <<'EOF' > {service}.env", "LOG_LEVEL=info", f"NAME={service}", "EOF", f"cat {service}.env"),
    ]))


def workflow(random, jobs=None, steps=None):
    """One file: events, perhaps env, permissions and defaults, a few jobs, perhaps with deploys."""
    text = f"name: {random.choice(['CI', 'Deploy', 'Release', 'Nightly', 'Build and deploy', 'Checks'])}\n\n"
    if random.random() < 0.15:
        text = f"# Kept by the platform team. Ask in #{random.choice(SERVICES)} before you change it.\n" + text
    text += events(random) + "\n"
    if random.random() < 0.3:
        text += "permissions:\n  contents: read\n\n"
    if random.random() < 0.3:
        text += f"env:\n  SERVICE: {random.choice(SERVICES)}\n  REGISTRY: ghcr.io\n  CI: true\n\n"
    if random.random() < 0.2:
        text += "concurrency:\n  group: ${{ github.workflow }}-${{ github.ref }}\n  cancel-in-progress: true\n\n"
    names = []
    parts = []
    for number in range(jobs or random.choice([1, 1, 1, 2, 2, 3, 4])):
        deploys = number > 0 and random.random() < 0.6
        place = random.choice(PLACES) if deploys else None
        app = f"{random.choice(SERVICES)}-{place}" if deploys else random.choice(SERVICES)
        name = f"{'deploy' if deploys else random.choice(['test', 'build', 'lint', 'check'])}_{app}".replace("-", "_")
        if name in names:
            name += f"_{number}"
        body = language_steps(random)
        for _ in range(steps if steps is not None else random.choice([0, 0, 1, 2, 3])):
            body += chore(random)
        if deploys:
            body = checkout(random) + random.choice(DEPLOYS)(random, app, place)
            if random.random() < 0.5:
                body += health_check(random, app)
        needs = names[-1:] if deploys or random.random() < 0.3 else []
        if len(names) > 1 and needs and random.random() < 0.3:
            needs = names[-2:]
        parts.append(job(random, name, body, needs, place))
        names.append(name)
    if random.random() < 0.12:
        parts.append(f"call:\n  needs: {names[-1]}\n  uses: {random.choice(OWNERS)}/workflows/.github/workflows/deploy.yml@v2\n"
                     "  with:\n    environment: staging\n  secrets: inherit\n")
    return text + "jobs:\n" + indented("\n".join(parts), 2)
