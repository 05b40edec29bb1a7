-- case: the declared gate is not there
DELETE FROM environment;
-- want: acme/shop environment production | environment production does not exist (fails open: GitHub would create it unprotected), named by .github/workflows/deploy.yml

-- case: only landfall.yaml names it
DELETE FROM environment; UPDATE deploy_path SET environment = '';
-- want: acme/shop environment production | environment production does not exist (fails open: GitHub would create it unprotected), named by landfall.yaml

-- case: GitHub compares names without regard to case
UPDATE environment SET environment = 'Production';
-- want: nothing

-- case: the plan hides environments
DELETE FROM environment;
UPDATE observation SET state = 'no_permission', reason = 'HTTP 404' WHERE source = 'github.environments';
-- want: unknown shop/production | github.environments: no permission (HTTP 404)
