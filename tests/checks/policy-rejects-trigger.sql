-- case: a schedule runs for the default branch, and only release branches may deploy
UPDATE environment SET policies = 'release/*'; UPDATE environment_policy SET pattern = 'release/*'; UPDATE target SET gate_branches = 'release/*';
UPDATE deploy_path SET event = 'schedule', filter = ''; UPDATE run SET event = 'schedule';
UPDATE path_policy SET event = 'schedule', filter = '', runs_for = 'the default branch main', admitted = FALSE;
-- want: .github/workflows/deploy.yml deploy on schedule to environment production | .github/workflows/deploy.yml:30 runs for the default branch main on schedule, and environment production admits release/* only: the job fails at once

-- case: tags, and protected branches are admitted
UPDATE environment SET branch_policy = 'protected', policies = '';
UPDATE deploy_path SET ref_kind = 'tag', filter = 'v*'; UPDATE path_ref SET filter = 'v*';
UPDATE path_policy SET ref_kind = 'tag', filter = 'v*', runs_for = 'tags v*', admitted = FALSE;
-- want: .github/workflows/deploy.yml deploy on push to environment production | .github/workflows/deploy.yml:30 runs for tags v* on push, and environment production admits protected branches only: the job fails at once

-- case: custom patterns were chosen, and none was written
UPDATE environment SET policies = ''; DELETE FROM environment_policy; UPDATE path_policy SET admitted = FALSE;
-- want: .github/workflows/deploy.yml deploy on push to environment production | .github/workflows/deploy.yml:30 runs for branches main on push, and environment production admits nothing: the job fails at once

-- case: another path of the same job is rejected, which leads to what is not declared
UPDATE deploy_path SET app = 'blog-prod'; UPDATE path_policy SET admitted = FALSE; UPDATE target SET workflow = NULL;
-- want: nothing

-- case: the gate is gone: that is another finding
DELETE FROM environment; UPDATE path_policy SET admitted = FALSE;
-- want: nothing

-- case: environments may not be seen
UPDATE path_policy SET admitted = FALSE; UPDATE observation SET state = 'no_permission', reason = 'HTTP 404' WHERE source = 'github.environments';
-- want: unknown shop/production | github.environments: no permission (HTTP 404)
