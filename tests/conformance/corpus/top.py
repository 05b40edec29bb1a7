"""Keys at the top of a workflow file, each right and each wrong."""
from .forms import JOBS, files_of, of_top

NAMES = {
    "name": "name: CI",
    "name-empty": "name:",
    "name-number": "name: 42",
    "name-expression": "name: ${{ github.ref }}",
    "name-list": "name: [a, b]",
    "run-name": "run-name: Deploy ${{ inputs.environment }} by @${{ github.actor }}",
    "run-name-secret": "run-name: Deploy ${{ secrets.NAME }}",
    "run-name-env": "run-name: ${{ env.NAME }}",
    "run-name-map": "run-name:\n  a: b",
    "description": "description: What it does",
    "unknown": "version: 2",
    "x-key": "x-shared:\n  a: b",
    "misplaced-steps": "steps:\n  - run: make",
    "misplaced-runs-on": "runs-on: ubuntu-latest",
    "case-of-key": "Name: CI",
    "twice": "name: a\nname: b",
    "twice-other-case": "name: a\nNAME: b",
    "on-twice": "on: pull_request",
}

ENVIRONMENT = {
    "env": "env:\n  NODE_ENV: production\n  CI: true\n  RETRIES: 3",
    "env-empty": "env: {}",
    "env-null": "env:",
    "env-value-null": "env:\n  A:",
    "env-list": "env:\n  - A=b",
    "env-text": "env: A=b",
    "env-secret": "env:\n  KEY: ${{ secrets.HEROKU_API_KEY }}",
    "env-var": "env:\n  A: ${{ vars.A || 'b' }}",
    "env-needs": "env:\n  A: ${{ needs.build.outputs.a }}",
    "env-env": "env:\n  A: b\n  C: ${{ env.A }}",
    "env-matrix": "env:\n  A: ${{ matrix.a }}",
    "env-nested": "env:\n  A:\n    B: c",
    "env-list-value": "env:\n  A: [b, c]",
    "env-duplicate-case": "env:\n  Path: a\n  PATH: b",
    "env-expression": "env: ${{ fromJSON(vars.ENV) }}",
    "env-expression-key": "env:\n  ${{ github.ref }}: a",
    "env-bad-expression": "env:\n  A: ${{ github.ref == }}",
    "env-unclosed": "env:\n  A: ${{ github.ref",
    "env-empty-expression": "env:\n  A: ${{ }}",
    "env-hash-files": "env:\n  A: ${{ hashFiles('a') }}",
    "env-insert": "env:\n  ${{ insert }}: ${{ fromJSON(vars.ENV) }}",
}

SCOPES = {
    "actions": "read", "artifact-metadata": "write", "attestations": "write", "checks": "write", "code-quality": "read",
    "contents": "read", "copilot-requests": "write", "deployments": "write", "discussions": "none", "drives": "read",
    "id-token": "write", "issues": "write", "models": "read", "packages": "write", "pages": "write", "pull-requests": "write",
    "repository-projects": "none", "security-events": "write", "statuses": "write", "vulnerability-alerts": "read",
}

PERMISSIONS = {
    "permissions-read-all": "permissions: read-all",
    "permissions-write-all": "permissions: write-all",
    "permissions-none": "permissions: {}",
    "permissions-null": "permissions:",
    "permissions-word": "permissions: read",
    "permissions-all": "permissions:\n" + "".join(f"  {scope}: {level}\n" for scope, level in SCOPES.items()),
    "permissions-unknown": "permissions:\n  content: read",
    "permissions-level": "permissions:\n  contents: admin",
    "permissions-level-null": "permissions:\n  contents:",
    "permissions-id-token-read": "permissions:\n  id-token: read",
    "permissions-models-write": "permissions:\n  models: write",
    "permissions-list": "permissions: [contents]",
    "permissions-expression": "permissions: ${{ fromJSON('{}') }}",
    "permissions-underscore": "permissions:\n  pull_requests: write",
    "permissions-twice": "permissions:\n  contents: read\n  Contents: write",
    **{f"permissions-{scope}-wrong": f"permissions:\n  {scope}: all" for scope in SCOPES},
    **{f"permissions-{scope}-read": f"permissions:\n  {scope}: read" for scope in ("copilot-requests", "drives", "models")},
}

DEFAULTS = {
    "defaults": "defaults:\n  run:\n    shell: bash\n    working-directory: app",
    "defaults-empty": "defaults: {}",
    "defaults-run-null": "defaults:\n  run:",
    "defaults-shell-null": "defaults:\n  run:\n    shell:",
    "defaults-unknown": "defaults:\n  run:\n    timeout: 3",
    "defaults-flat": "defaults:\n  shell: bash",
    "defaults-text": "defaults: bash",
    "defaults-expression": "defaults:\n  run:\n    shell: ${{ vars.SHELL }}",
}

CONCURRENCY = {
    "concurrency-text": "concurrency: deploy",
    "concurrency-expression": "concurrency: ${{ github.workflow }}-${{ github.ref }}",
    "concurrency-map": "concurrency:\n  group: ci-${{ github.head_ref || github.run_id }}\n  cancel-in-progress: true",
    "concurrency-cancel-expression":
        "concurrency:\n  group: a\n  cancel-in-progress: ${{ github.event_name == 'pull_request' }}",
    "concurrency-cancel-text": "concurrency:\n  group: a\n  cancel-in-progress: 'yes'",
    "concurrency-cancel-quoted-true": "concurrency:\n  group: a\n  cancel-in-progress: 'true'",
    "concurrency-no-group": "concurrency:\n  cancel-in-progress: true",
    "concurrency-empty-group": "concurrency:\n  group: ''",
    "concurrency-empty": "concurrency: ''",
    "concurrency-null": "concurrency:",
    "concurrency-queue": "concurrency:\n  group: a\n  queue: max",
    "concurrency-queue-single": "concurrency:\n  group: a\n  queue: single",
    "concurrency-queue-other": "concurrency:\n  group: a\n  queue: all",
    "concurrency-unknown": "concurrency:\n  group: a\n  timeout: 3",
    "concurrency-list": "concurrency: [a]",
    "concurrency-secret": "concurrency: ${{ secrets.A }}",
    "concurrency-env": "concurrency: ${{ env.A }}",
    "concurrency-needs": "concurrency: ${{ needs.a.result }}",
    "concurrency-number": "concurrency: 7",
}

WHOLE = {
    "empty": "",
    "comment-only": "# nothing yet\n",
    "null": "null\n",
    "scalar": "hello\n",
    "list": "- on: push\n",
    "no-on": "name: a\n" + JOBS,
    "no-jobs": "on: push\n",
    "jobs-null": "on: push\njobs:\n",
    "jobs-empty": "on: push\njobs: {}\n",
    "jobs-list": "on: push\njobs:\n  - build\n",
    "jobs-text": "on: push\njobs: build\n",
    "only-name": "name: a\n",
    "on-last": JOBS + "on: push\n",
    "on-quoted": "'on': push\n" + JOBS,
    "on-double-quoted": '"on": push\n' + JOBS,
    "true-key": "true: push\n" + JOBS,
    "on-upper": "ON: push\n" + JOBS,
    "document-start": "---\non: push\n" + JOBS,
    "document-end": "on: push\n" + JOBS + "...\n",
    "two-documents": "on: push\n" + JOBS + "---\non: push\n",
    "directive": "%YAML 1.2\n---\non: push\n" + JOBS,
    "null-key": "on: push\n~: a\n" + JOBS,
    "flow": "{on: push, jobs: {a: {runs-on: ubuntu-latest, steps: [{run: make}]}}}\n",
    "json": '{"on": ["push"], "jobs": {"a": {"runs-on": "ubuntu-latest", "steps": [{"run": "make"}]}}}\n',
    "all-keys": "name: a\nrun-name: b\non: push\nenv: {A: b}\ndefaults: {run: {shell: bash}}\n"
                "permissions: read-all\nconcurrency: c\n" + JOBS,
}


def files():
    return files_of(("name", of_top, NAMES), ("env", of_top, ENVIRONMENT), ("perm", of_top, PERMISSIONS),
                    ("defaults", of_top, DEFAULTS), ("conc", of_top, CONCURRENCY), ("whole", str, WHOLE))
