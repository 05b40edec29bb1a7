-- case: it was never set
DELETE FROM variable_name;
-- want: .github/workflows/deploy.yml job deploy in production variable REGION | .github/workflows/deploy.yml:35 takes vars.REGION, which neither the repository nor environment production defines

-- case: it names the app that landfall.yaml's workflow deploys, and so nobody can say which
DELETE FROM variable_name; UPDATE deploy_path SET app = '${{ vars.REGION }}', app_known = FALSE, environment = '';
-- want: .github/workflows/deploy.yml job deploy variable REGION | .github/workflows/deploy.yml:35 takes vars.REGION, which the repository does not define

-- case: a secret of that name is no variable
DELETE FROM variable_name; INSERT INTO secret_name VALUES ('acme/shop', '', 'REGION', 15, :now - 800000, NULL);
-- want: .github/workflows/deploy.yml job deploy in production variable REGION | .github/workflows/deploy.yml:35 takes vars.REGION, which neither the repository nor environment production defines

-- case: the organisation shares it
DELETE FROM variable_name; INSERT INTO shared_name VALUES ('acme/shop', 'variable', 'REGION', 16, :now - 800000, NULL);
-- want: nothing

-- case: the environment holds it
UPDATE variable_name SET environment = 'Production';
-- want: nothing

-- case: a condition asks whether it is there
DELETE FROM variable_name; UPDATE secret_use SET required = FALSE;
-- want: nothing

-- case: variables may not be seen
DELETE FROM variable_name; UPDATE observation SET state = 'no_permission', reason = 'HTTP 403' WHERE source = 'github.variables';
-- want: unknown shop/production | github.variables: no permission (HTTP 403)
