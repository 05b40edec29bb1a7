-- case: it was never set
DELETE FROM secret_name WHERE name = 'HEROKU_EMAIL';
-- want: .github/workflows/deploy.yml job deploy in production secret HEROKU_EMAIL | .github/workflows/deploy.yml:34 takes secrets.HEROKU_EMAIL, which neither the repository nor environment production defines

-- case: it is set for another environment than the job names
UPDATE secret_name SET environment = 'staging' WHERE environment = 'production';
-- want: .github/workflows/deploy.yml job deploy in production secret HEROKU_API_KEY | .github/workflows/deploy.yml:33 takes secrets.HEROKU_API_KEY, which neither the repository nor environment production defines: another environment has one of that name

-- case: the job names no environment, and the secret lies in one
UPDATE deploy_path SET environment = '';
-- want: .github/workflows/deploy.yml job deploy secret HEROKU_API_KEY | .github/workflows/deploy.yml:33 takes secrets.HEROKU_API_KEY, which the repository does not define: another environment has one of that name

-- case: above the jobs, and no more shared by the organisation
DELETE FROM shared_name;
-- want: .github/workflows/deploy.yml job deploy in production secret NPM_TOKEN | .github/workflows/deploy.yml:8 takes secrets.NPM_TOKEN, which neither the repository nor environment production defines

-- case: an alternative stands beside it
DELETE FROM secret_name; UPDATE secret_use SET required = FALSE;
-- want: nothing

-- case: a caller passes it
DELETE FROM secret_name; DELETE FROM shared_name; UPDATE deploy_path SET event = 'workflow_call';
-- want: nothing

-- case: another job's secret, which this path does not take
DELETE FROM secret_name; DELETE FROM shared_name; UPDATE secret_use SET job = 'lint';
-- want: nothing

-- case: the environment is known only when it runs
DELETE FROM secret_name; DELETE FROM shared_name; UPDATE deploy_path SET environment = '${{ github.ref_name }}';
-- want: nothing

-- case: GitHub writes names in capitals, whatever the list says
UPDATE secret_name SET name = lower(name);
-- want: nothing

-- case: secrets of the organisation may not be seen
DELETE FROM secret_name; UPDATE observation SET state = 'no_permission', reason = 'HTTP 403' WHERE source = 'github.secrets';
-- want: unknown shop/production | github.secrets: no permission (HTTP 403)
