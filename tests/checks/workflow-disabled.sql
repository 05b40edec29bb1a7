-- case: somebody switched it off a day ago
UPDATE workflow SET state = 'disabled_manually', valid_from = :now - 86400;
-- want: acme/shop .github/workflows/deploy.yml | no event starts .github/workflows/deploy.yml, which deploys shop-prod: it was switched off by hand

-- case: nobody pushed for 60 days
UPDATE workflow SET state = 'disabled_inactivity';
-- want: acme/shop .github/workflows/deploy.yml | no event starts .github/workflows/deploy.yml, which deploys shop-prod: GitHub switched it off after 60 days without activity

-- case: a fork, in which nobody switched it on
UPDATE workflow SET state = 'disabled_fork';
-- want: acme/shop .github/workflows/deploy.yml | no event starts .github/workflows/deploy.yml, which deploys shop-prod: the repository is a fork, and it was never switched on there

-- case: GitHub lists no workflow of that file
DELETE FROM workflow;
-- want: acme/shop .github/workflows/deploy.yml | no event starts .github/workflows/deploy.yml, which deploys shop-prod: GitHub never registered it

-- case: nothing runs in an archived repository
UPDATE repository SET archived = TRUE;
-- want: acme/shop .github/workflows/deploy.yml | no event starts .github/workflows/deploy.yml, which deploys shop-prod: the repository is archived

-- case: another workflow is declared, and this one was retired
UPDATE workflow SET state = 'disabled_manually';
UPDATE target SET workflow = '.github/workflows/ship.yml';
-- want: nothing

-- case: a workflow that others call is started by them
DELETE FROM workflow; UPDATE deploy_path SET event = 'workflow_call';
-- want: nothing

-- case: what it deploys is not declared
UPDATE workflow SET state = 'disabled_manually'; UPDATE deploy_path SET app = 'blog-prod';
-- want: nothing

-- case: the list of workflows could not be read
DELETE FROM workflow; UPDATE observation SET state = 'failed', reason = 'HTTP 500' WHERE source = 'github.workflows';
-- want: unknown shop/production | github.workflows: failed (HTTP 500)
