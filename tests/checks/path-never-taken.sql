-- case: nobody ever dispatched it, and the target is behind
UPDATE deploy_path SET event = 'workflow_dispatch', ref_kind = 'any', filter = ''; DELETE FROM path_ref;
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3;
-- want: .github/workflows/deploy.yml deploy on workflow_dispatch to shop/production | .github/workflows/deploy.yml job deploy was never reached by a dispatch: it was never dispatched

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

-- case: the runs could not be read
DELETE FROM run; UPDATE observation SET state = 'failed', reason = 'HTTP 500' WHERE source = 'github.runs';
-- want: unknown shop/production | github.runs: failed (HTTP 500)
