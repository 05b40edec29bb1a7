-- case: two commits were merged days ago and did not arrive
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3; UPDATE probe SET commit_id = NULL;
UPDATE commit_seen SET committed_at = :now - 100000 WHERE commit_id = 'bbbbbbbbbbbbbbbb';
INSERT INTO commit_seen VALUES ('acme/shop', 'main', '', 'cccccccccccccccc', :now - 9000, 'ann', 'Third', 8, :now - 9000, NULL);
-- want: shop/production | shop-prod runs aaaaaaaa, 2 commits and 4 days behind cccccccc on main

-- case: one commit, some hours younger than what runs
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3; UPDATE probe SET commit_id = NULL;
UPDATE commit_seen SET committed_at = :now - 390000 WHERE commit_id = 'bbbbbbbbbbbbbbbb';
-- want: shop/production | shop-prod runs aaaaaaaa, 1 commit and 2 hours behind bbbbbbbb on main

-- case: behind for less time than landfall.yaml allows
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3; UPDATE probe SET commit_id = NULL;
-- want: nothing

-- case: an approval is asked for since this morning
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3; UPDATE probe SET commit_id = NULL;
UPDATE commit_seen SET committed_at = :now - 100000 WHERE commit_id = 'bbbbbbbbbbbbbbbb';
INSERT INTO run VALUES ('acme/shop', 13, '.github/workflows/deploy.yml', 'push', 'main', 'bbbbbbbbbbbbbbbb', 'waiting', NULL, :now - 10100, :now - 10000, 10, :now - 10100, NULL);
INSERT INTO pending_deployment VALUES ('acme/shop', 13, 'production', 'ann', FALSE, 0, :now - 10000, 17, :now - 10000, NULL);
-- want: nothing

-- case: the first of the approvals was asked for two days ago
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3; UPDATE probe SET commit_id = NULL;
UPDATE commit_seen SET committed_at = :now - 300000 WHERE commit_id = 'bbbbbbbbbbbbbbbb';
INSERT INTO run SELECT 'acme/shop', n.id, '.github/workflows/deploy.yml', 'push', 'main', 'bbbbbbbbbbbbbbbb', 'waiting', NULL, :now - 180000, :now - 180000, 10, :now - 180000, NULL
  FROM (SELECT 13 AS id UNION SELECT 14) n;
INSERT INTO pending_deployment VALUES ('acme/shop', 13, 'production', 'ann', FALSE, 0, :now - 180000, 17, :now - 180000, NULL),
  ('acme/shop', 14, 'production', 'ann', FALSE, 0, :now - 600, 17, :now - 600, NULL);
-- want: shop/production | shop-prod runs aaaaaaaa, 1 commit and 27 hours behind bbbbbbbb on main

-- case: landfall itself waits for a reviewer
UPDATE release SET commit_id = 'aaaaaaaaaaaaaaaa' WHERE version = 3; UPDATE probe SET commit_id = NULL;
UPDATE commit_seen SET committed_at = :now - 300000 WHERE commit_id = 'bbbbbbbbbbbbbbbb';
INSERT INTO deploy VALUES (1, 'shop/production', 'shop-prod', 'acme/shop', 'main', 'bbbbbbbbbbbbbbbb', 'ann', 'approval', FALSE, 'h', 't', NULL, NULL, 3, '', :now - 4000, NULL);
-- want: nothing

-- case: a commit of no branch that was seen is out of band, which its verdict says
UPDATE release SET commit_id = 'ffffffffffffffff' WHERE version = 3; UPDATE probe SET commit_id = NULL;
-- want: nothing

-- case: the commits could not be read
UPDATE observation SET state = 'failed', reason = 'HTTP 500' WHERE source = 'github.commits';
-- want: unknown shop/production | github.commits: failed (HTTP 500)
