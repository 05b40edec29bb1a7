-- case: nobody answered for three days
INSERT INTO run VALUES ('acme/shop', 13, '.github/workflows/deploy.yml', 'push', 'main', 'cccccccccccccccc', 'waiting', NULL, :now - 260000, :now - 259200, 10, :now - 260000, NULL);
INSERT INTO pending_deployment VALUES ('acme/shop', 13, 'production', 'ann ops', FALSE, 0, :now - 259200, 17, :now - 259200, NULL);
-- want: acme/shop .github/workflows/deploy.yml environment production | run 13 of .github/workflows/deploy.yml (main at cccccccc) waits for approval to environment production: ann or ops can approve; GitHub fails it after 30 days

-- case: three runs wait, and are one finding
INSERT INTO run SELECT 'acme/shop', n.id, '.github/workflows/deploy.yml', 'push', 'main', 'cccccccccccccccc', 'waiting', NULL, :now - 260000, :now - 259200, 10, :now - 260000, NULL
  FROM (SELECT 13 AS id UNION SELECT 14 UNION SELECT 15) n;
INSERT INTO pending_deployment SELECT 'acme/shop', run_id, 'Production', 'ann', TRUE, 0, :now - 200000 + run_id, 17, :now - 259200, NULL FROM run WHERE run_id > 12;
-- want: acme/shop .github/workflows/deploy.yml environment Production | 3 runs of .github/workflows/deploy.yml wait, the oldest is run 13, for approval to environment Production: ann can approve; GitHub fails it after 30 days

-- case: a reviewer may take a day
INSERT INTO run VALUES ('acme/shop', 13, '.github/workflows/deploy.yml', 'push', 'main', 'cccccccccccccccc', 'waiting', NULL, :now - 80100, :now - 80000, 10, :now - 80100, NULL);
INSERT INTO pending_deployment VALUES ('acme/shop', 13, 'production', 'ann', FALSE, 0, :now - 80000, 17, :now - 80000, NULL);
-- want: nothing

-- case: a wait timer waits for nobody
INSERT INTO run VALUES ('acme/shop', 13, '.github/workflows/deploy.yml', 'push', 'main', 'cccccccccccccccc', 'waiting', NULL, :now - 260000, :now - 259200, 10, :now - 260000, NULL);
INSERT INTO pending_deployment VALUES ('acme/shop', 13, 'production', '', FALSE, 43200, :now - 259200, 17, :now - 259200, NULL);
-- want: nothing

-- case: an environment that leads to no declared target
INSERT INTO run VALUES ('acme/shop', 13, '.github/workflows/docs.yml', 'push', 'main', 'cccccccccccccccc', 'waiting', NULL, :now - 260000, :now - 259200, 10, :now - 260000, NULL);
INSERT INTO pending_deployment VALUES ('acme/shop', 13, 'pages', 'ann', FALSE, 0, :now - 259200, 17, :now - 259200, NULL);
-- want: nothing

-- case: the token may not see runs
UPDATE observation SET state = 'no_permission', reason = 'HTTP 403' WHERE source = 'github.pending';
-- want: unknown shop/production | github.pending: no permission (HTTP 403)
