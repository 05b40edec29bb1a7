-- case: nobody ever dispatched it, and the target is behind
UPDATE deploy_path SET event = 'workflow_dispatch', ref_kind = 'any', filter = ''; DELETE FROM path_ref;
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3;
-- want: .github/workflows/deploy.yml deploy on workflow_dispatch to shop/production | .github/workflows/deploy.yml job deploy was never reached by a dispatch: it was never dispatched in the 90 days that GitHub keeps runs at most

-- case: a tag filter that no tag matches
UPDATE deploy_path SET ref_kind = 'tag', filter = 'release-*'; DELETE FROM path_ref;
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3;
-- want: .github/workflows/deploy.yml deploy on push to shop/production | .github/workflows/deploy.yml job deploy was never reached by a tag: no tag matches `release-*` (1 tags, such as v1.0)

-- case: a path was taken and failed: that is another finding
UPDATE run SET conclusion = 'failure'; UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3;
-- want: nothing

-- case: another path keeps the target current
UPDATE deploy_path SET event = 'workflow_dispatch', ref_kind = 'any', filter = ''; DELETE FROM path_ref;
-- want: nothing

-- case: a schedule of which GitHub knows no run, and no deployment shows one that it forgot
UPDATE deploy_path SET event = 'schedule', filter = ''; DELETE FROM path_ref;
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3;
-- want: .github/workflows/deploy.yml deploy on schedule to shop/production | .github/workflows/deploy.yml job deploy was never reached by schedule: no run of it in the 90 days that GitHub keeps runs at most

-- case: the runs are forgotten, and a deployment to the environment is not
UPDATE deploy_path SET event = 'workflow_dispatch', ref_kind = 'any', filter = ''; DELETE FROM path_ref;
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3;
INSERT INTO deployment VALUES ('acme/shop', 30, 'Production', 'main', 'aaaaaaaaaaaaaaaa', 'ann', :now - 9000000, 14, :now - 9000000, NULL);
-- want: nothing

-- case: a forgotten deployment of a branch does not show that a tag led there
UPDATE deploy_path SET ref_kind = 'tag', filter = 'release-*'; DELETE FROM path_ref;
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3;
INSERT INTO deployment VALUES ('acme/shop', 30, 'production', 'main', 'aaaaaaaaaaaaaaaa', 'ann', :now - 9000000, 14, :now - 9000000, NULL);
-- want: .github/workflows/deploy.yml deploy on push to shop/production | .github/workflows/deploy.yml job deploy was never reached by a tag: no tag matches `release-*` (1 tags, such as v1.0)

-- case: the runs could not be read
DELETE FROM run; UPDATE observation SET state = 'failed', reason = 'HTTP 500' WHERE source = 'github.runs';
-- want: unknown shop/production | github.runs: failed (HTTP 500)
