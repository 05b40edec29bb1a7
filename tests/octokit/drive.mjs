// Drives a sandbox with GitHub's own client, @octokit/rest, unmodified but for the address.
import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {Octokit} from '@octokit/rest';
import sodium from 'libsodium-wrappers';

const baseUrl = process.argv[2];
const quiet = {debug() {}, info() {}, warn() {}, error() {}};
const client = (auth) => new Octokit({auth, baseUrl, log: quiet});
const ada = client('octokit-ada');
const bob = client('octokit-bob');
const shop = {owner: 'acme', repo: 'shop'};

let passed = 0;
async function check(name, steps) {
  try {
    await steps();
  } catch (error) {
    console.error(`octokit: ${name}`);
    throw error;
  }
  passed += 1;
}

async function refused(status, request) {
  await assert.rejects(request, (error) => {
    assert.equal(error.status, status, error.message);
    return true;
  });
}

/** Each question waits for its answer; so many of them are more than any run takes. */
async function until(what, probe) {
  for (let asked = 0; asked < 3000; ++asked) {
    const found = await probe();
    if (found) return found;
  }
  assert.fail(`never: ${what}`);
}

await check('who and what', async () => {
  assert.equal((await ada.rest.users.getAuthenticated()).data.login, 'ada');
  const {data} = await ada.rest.repos.get(shop);
  assert.equal(data.full_name, 'acme/shop');
  assert.equal(data.permissions.admin, true);
  assert.equal((await ada.rest.rateLimit.get()).data.resources.core.limit, 5000);
  await refused(401, client('nonsense').rest.users.getAuthenticated());
  await refused(404, ada.rest.repos.get({owner: 'acme', repo: 'none'}));
});

await check('environments', async () => {
  const {data: team} = await ada.rest.teams.getByName({org: 'acme', team_slug: 'ops'});
  const {data} = await ada.rest.repos.createOrUpdateEnvironment({
    ...shop, environment_name: 'production', prevent_self_review: true,
    reviewers: [{type: 'Team', id: team.id}],
    deployment_branch_policy: {protected_branches: false, custom_branch_policies: true},
  });
  assert.deepEqual(data.protection_rules.map((rule) => rule.type), ['required_reviewers', 'branch_policy']);
  await ada.rest.repos.createDeploymentBranchPolicy({...shop, environment_name: 'production', name: 'main'});
  const {data: policies} =
      await ada.rest.repos.listDeploymentBranchPolicies({...shop, environment_name: 'production'});
  assert.equal(policies.branch_policies[0].name, 'main');
  await refused(403, bob.rest.repos.createOrUpdateEnvironment({...shop, environment_name: 'x'}));
  assert.equal((await bob.rest.repos.getAllEnvironments(shop)).data.total_count, 1);
});

await check('secrets and variables', async () => {
  const place = {...shop, environment_name: 'production'};
  const {data: key} = await ada.rest.actions.getEnvironmentPublicKey(place);
  await sodium.ready;
  const sealed = sodium.crypto_box_seal(
      sodium.from_string('hush'), sodium.from_base64(key.key, sodium.base64_variants.ORIGINAL));
  const encrypted_value = sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL);
  const put = {...place, secret_name: 'HEROKU_API_KEY', encrypted_value, key_id: key.key_id};
  assert.equal((await ada.rest.actions.createOrUpdateEnvironmentSecret(put)).status, 201);
  assert.equal((await ada.rest.actions.createOrUpdateEnvironmentSecret(put)).status, 204);
  await refused(422, ada.rest.actions.createOrUpdateEnvironmentSecret({...put, key_id: '1'}));
  const {data} = await ada.rest.actions.listEnvironmentSecrets(place);
  assert.deepEqual(data.secrets.map((one) => one.name), ['HEROKU_API_KEY']);
  await ada.rest.actions.createRepoVariable({...shop, name: 'region', value: 'eu'});
  assert.equal((await ada.rest.actions.getRepoVariable({...shop, name: 'REGION'})).data.value, 'eu');
});

await check('dispatch, approval, logs', async () => {
  const dispatch = {...shop, workflow_id: 'deploy.yml', ref: 'main'};
  await refused(422, ada.rest.actions.createWorkflowDispatch(dispatch));
  await refused(422, ada.rest.actions.createWorkflowDispatch(
                         {...dispatch, inputs: {environment: 'production', level: 'mid'}}));
  const made = await ada.rest.actions.createWorkflowDispatch({...dispatch, inputs: {environment: 'production'}});
  assert.equal(made.status, 204);
  const {data: {workflow_runs: [run]}} =
      await ada.rest.actions.listWorkflowRuns({...shop, workflow_id: 'deploy.yml', event: 'workflow_dispatch'});
  assert.equal(run.display_title, 'Deploy to production');
  const one = {...shop, run_id: run.id};
  await until('waiting', async () => (await ada.rest.actions.getWorkflowRun(one)).data.status === 'waiting');
  const {data: [pending]} = await bob.rest.actions.getPendingDeploymentsForRun(one);
  assert.equal(pending.current_user_can_approve, true);
  const review = {...one, environment_ids: [pending.environment.id], state: 'approved', comment: 'Looks good'};
  await refused(422, ada.rest.actions.reviewPendingDeploymentsForRun(review));
  const {data: [deployment]} = await bob.rest.actions.reviewPendingDeploymentsForRun(review);
  assert.equal(deployment.environment, 'production');
  await until('done', async () => (await ada.rest.actions.getWorkflowRun(one)).data.conclusion === 'success');
  const {data: {jobs: [job]}} = await ada.rest.actions.listJobsForWorkflowRun(one);
  const log = await ada.rest.actions.downloadJobLogsForWorkflowRun({...shop, job_id: job.id});
  assert.match(log.data, /It is out/);
  const zip = await ada.rest.actions.downloadWorkflowRunLogs(one);
  assert.equal(Buffer.from(zip.data).subarray(0, 2).toString(), 'PK');
  const {data: statuses} =
      await ada.rest.repos.listDeploymentStatuses({...shop, deployment_id: deployment.id});
  assert.deepEqual(statuses.map((one) => one.state), ['success', 'in_progress', 'waiting']);
  await refused(409, ada.rest.actions.cancelWorkflowRun(one));
});

await check('issues and pages', async () => {
  for (let i = 1; i <= 65; i += 1)
    await ada.rest.issues.create({...shop, title: `Issue ${i}`, labels: i % 2 ? ['odd'] : []});
  const all = await ada.paginate(ada.rest.issues.listForRepo, {...shop, per_page: 20});
  assert.equal(all.length, 65);
  assert.equal(all[0].title, 'Issue 65');
  const odd = await ada.paginate(ada.rest.issues.listForRepo, {...shop, labels: 'odd', per_page: 10});
  assert.equal(odd.length, 33);
  const number = {...shop, issue_number: 1};
  await bob.rest.issues.createComment({...number, body: 'Seen'});
  await ada.rest.issues.addLabels({...number, labels: ['sev-1']});
  await ada.rest.issues.removeLabel({...number, name: 'odd'});
  await ada.rest.issues.update({...number, state: 'closed', state_reason: 'not_planned'});
  const {data} = await ada.rest.issues.get(number);
  assert.deepEqual([data.state, data.state_reason, data.comments, data.labels[0].name],
                   ['closed', 'not_planned', 1, 'sev-1']);
  await refused(422, ada.rest.issues.create({...shop, title: ''}));
  const first = await ada.request('GET /repos/{owner}/{repo}/issues/{issue_number}', number);
  const again = {...number, headers: {'if-none-match': first.headers.etag}};
  await refused(304, ada.request('GET /repos/{owner}/{repo}/issues/{issue_number}', again));
});

await check('files, branches and pull requests', async () => {
  const {data: main} = await ada.rest.git.getRef({...shop, ref: 'heads/main'});
  await ada.rest.git.createRef({...shop, ref: 'refs/heads/topic', sha: main.object.sha});
  const {data: blob} = await ada.rest.git.createBlob({...shop, content: 'hello'});
  const {data: commit} = await ada.rest.git.getCommit({...shop, commit_sha: main.object.sha});
  const {data: tree} = await ada.rest.git.createTree({
    ...shop, base_tree: commit.tree.sha, tree: [{path: 'a/b.txt', mode: '100644', type: 'blob', sha: blob.sha}]});
  const {data: made} = await ada.rest.git.createCommit(
      {...shop, message: 'Add b', tree: tree.sha, parents: [main.object.sha]});
  await ada.rest.git.updateRef({...shop, ref: 'heads/topic', sha: made.sha});
  await refused(422, ada.rest.git.updateRef({...shop, ref: 'heads/topic', sha: main.object.sha}));
  const {data: pull} = await ada.rest.pulls.create({...shop, title: 'Topic', head: 'topic', base: 'main'});
  const {data: files} = await ada.rest.pulls.listFiles({...shop, pull_number: pull.number});
  assert.deepEqual(files.map((file) => file.filename), ['a/b.txt']);
  assert.equal((await ada.rest.pulls.merge({...shop, pull_number: pull.number})).data.merged, true);
  const {data: file} = await ada.rest.repos.getContent({...shop, path: 'a/b.txt'});
  assert.equal(Buffer.from(file.content, 'base64').toString(), 'hello');
  const {data: raw} = await ada.rest.repos.getContent({...shop, path: 'a/b.txt', mediaType: {format: 'raw'}});
  assert.equal(raw, 'hello');
  const {data: ahead} =
      await ada.rest.repos.compareCommitsWithBasehead({...shop, basehead: `${main.object.sha}...main`});
  assert.equal(ahead.ahead_by, 2);
});

await check('webhooks', async () => {
  const heard = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => { body += bytes; });
    request.on('end', () => {
      heard.push({headers: request.headers, body});
      response.end('ok');
      server.emit('heard');
    });
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  const hear = async (count) => {
    while (heard.length < count) await once(server, 'heard', {signal: AbortSignal.timeout(60000)});
    assert.equal(heard.length, count);
  };
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  const {data: hook} = await ada.rest.repos.createWebhook(
      {...shop, events: ['issues'], config: {url, content_type: 'json', secret: 's3cret'}});
  await hear(1);
  await ada.rest.issues.create({...shop, title: 'Told'});
  await hear(2);
  const {headers, body} = heard[1];
  assert.equal(headers['x-github-event'], 'issues');
  assert.equal(headers['x-hub-signature-256'],
               `sha256=${createHmac('sha256', 's3cret').update(body).digest('hex')}`);
  assert.equal(JSON.parse(body).issue.title, 'Told');
  const kept = {...shop, hook_id: hook.id};
  const {data: [delivery]} = await until('kept', async () => {
    const found = await ada.rest.repos.listWebhookDeliveries(kept);
    return found.data.length === 2 && found;
  });
  assert.equal(delivery.guid, headers['x-github-delivery']);
  await ada.rest.repos.redeliverWebhookDelivery({...kept, delivery_id: delivery.id});
  await hear(3);
  assert.equal(heard[2].body, body);
  await ada.rest.repos.deleteWebhook(kept);
  server.closeAllConnections();
  server.close();
});

await check('checks, statuses, releases, deployments', async () => {
  const {data: {object: {sha}}} = await ada.rest.git.getRef({...shop, ref: 'heads/main'});
  await ada.rest.checks.create({...shop, name: 'lint', head_sha: sha, conclusion: 'success'});
  const {data: checks} = await ada.rest.checks.listForRef({...shop, ref: 'main'});
  assert.equal(checks.check_runs.some((one) => one.name === 'lint'), true);
  await refused(409, ada.rest.repos.createDeployment({...shop, ref: 'main', required_contexts: ['ci']}));
  await ada.rest.repos.createCommitStatus({...shop, sha, state: 'success', context: 'ci'});
  const {data: deployment} =
      await ada.rest.repos.createDeployment({...shop, ref: 'main', required_contexts: ['ci']});
  await ada.rest.repos.createDeploymentStatus({...shop, deployment_id: deployment.id, state: 'success'});
  const {data: release} = await ada.rest.repos.createRelease({...shop, tag_name: 'v1', name: 'One'});
  assert.equal((await ada.rest.repos.getLatestRelease(shop)).data.id, release.id);
  assert.equal((await ada.rest.repos.listTags(shop)).data[0].commit.sha, sha);
});

console.log(`octokit: ${passed} passed, 0 failed`);
