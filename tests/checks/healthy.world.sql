-- The world in which every check is silent: one target, shop/production, that is live. Each case of
-- the other files starts from here. `:now` is the instant of looking.
INSERT INTO target VALUES ('shop/production', 'shop', 'production', 'heroku', 'shop-prod', 'acme/shop',
  'main', '', NULL, '/health', 'deployed', NULL, NULL, 3600, 86400, 'ann', 'production', 1, 'main',
  '.github/workflows/deploy.yml', 'heroku', 'landfall.yaml:1');
INSERT INTO target_process VALUES ('shop/production', 'web', 1);
INSERT INTO app VALUES ('shop-prod', 'a1', :now - 864000, :now - 7200, NULL, 'heroku-24', 'cedar', 'us',
  'ann', FALSE, 1000, 'https://shop-prod-1.herokuapp.com/', 1, :now - 864000, NULL);
INSERT INTO release VALUES
  ('shop-prod', 1, 'initial', 'succeeded', 'Initial release', FALSE, NULL, NULL, NULL, :now - 864000, 'ann', 'r1', 2, :now - 864000, NULL),
  ('shop-prod', 2, 'platform', 'succeeded', 'Enable Logplex', FALSE, NULL, NULL, NULL, :now - 864000, 'ann', 'r2', 2, :now - 864000, NULL),
  ('shop-prod', 3, 'deploy', 'succeeded', 'Deploy bbbbbbbb', TRUE, 's3', NULL, 'bbbbbbbbbbbbbbbb', :now - 7200, 'ann', 'r3', 2, :now - 7200, NULL);
INSERT INTO live_release VALUES ('shop-prod', 3, 2, :now - 7200, NULL);
INSERT INTO formation VALUES ('shop-prod', 'web', 1, 'basic', 'run', 3, :now - 7200, NULL);
INSERT INTO dyno VALUES ('shop-prod', 'web.1', 'web', 'up', 'basic', 3, :now - 7200, :now - 7200, 4, :now - 7200, NULL);
INSERT INTO build VALUES ('b3', 'shop-prod', 'succeeded', 'bbbbbbbbbbbbbbbb', 's3', 'ann', :now - 7300, 5, :now - 7300, NULL);
INSERT INTO repository VALUES ('acme/shop', 'main', FALSE, FALSE, :now - 8000, 'public', 6, :now - 864000, NULL);
INSERT INTO branch VALUES ('acme/shop', 'main', 'bbbbbbbbbbbbbbbb', TRUE, 7, :now - 8000, NULL);
INSERT INTO git_tag VALUES ('acme/shop', 'v1.0', 'aaaaaaaaaaaaaaaa', 7, :now - 400000, NULL);
INSERT INTO commit_seen VALUES
  ('acme/shop', 'main', '', 'aaaaaaaaaaaaaaaa', :now - 400000, 'ann', 'First', 8, :now - 400000, NULL),
  ('acme/shop', 'main', '', 'bbbbbbbbbbbbbbbb', :now - 8000, 'ann', 'Second', 8, :now - 8000, NULL);
INSERT INTO workflow VALUES ('acme/shop', '.github/workflows/deploy.yml', 1, 'Deploy', 'active', :now - 800000, 9, :now - 800000, NULL);
INSERT INTO run VALUES
  ('acme/shop', 11, '.github/workflows/deploy.yml', 'push', 'main', 'aaaaaaaaaaaaaaaa', 'completed', 'failure', :now - 399000, :now - 398000, 10, :now - 399000, NULL),
  ('acme/shop', 12, '.github/workflows/deploy.yml', 'push', 'main', 'bbbbbbbbbbbbbbbb', 'completed', 'success', :now - 7900, :now - 7100, 10, :now - 7900, NULL);
INSERT INTO environment VALUES ('acme/shop', 'production', :now - 800000, 1, 'ann', 0, FALSE, 'custom', 'main', FALSE, 11, :now - 800000, NULL);
INSERT INTO environment_policy VALUES ('acme/shop', 'production', 'branch', 'main', 11, :now - 800000, NULL);
INSERT INTO deployment VALUES ('acme/shop', 31, 'production', 'main', 'bbbbbbbbbbbbbbbb', 'ann', :now - 7800, 14, :now - 7800, NULL);
INSERT INTO secret_name VALUES
  ('acme/shop', 'production', 'HEROKU_API_KEY', 15, :now - 800000, NULL),
  ('acme/shop', '', 'HEROKU_EMAIL', 15, :now - 800000, NULL);
INSERT INTO shared_name VALUES ('acme/shop', 'secret', 'NPM_TOKEN', 15, :now - 800000, NULL);
INSERT INTO variable_name VALUES ('acme/shop', '', 'REGION', 16, :now - 800000, NULL);
INSERT INTO secret_use VALUES
  ('acme/shop', '.github/workflows/deploy.yml', 'deploy', 'secret', 'HEROKU_API_KEY', 33, TRUE, 12, :now - 800000, NULL),
  ('acme/shop', '.github/workflows/deploy.yml', 'deploy', 'secret', 'HEROKU_EMAIL', 34, TRUE, 12, :now - 800000, NULL),
  ('acme/shop', '.github/workflows/deploy.yml', '', 'secret', 'NPM_TOKEN', 8, TRUE, 12, :now - 800000, NULL),
  ('acme/shop', '.github/workflows/deploy.yml', 'deploy', 'secret', 'GITHUB_TOKEN', 31, TRUE, 12, :now - 800000, NULL),
  ('acme/shop', '.github/workflows/deploy.yml', 'deploy', 'variable', 'REGION', 35, TRUE, 12, :now - 800000, NULL);
INSERT INTO path_policy VALUES ('acme/shop', '.github/workflows/deploy.yml', 'deploy', 'push', 'branch', 'main', 'production',
  'branches main', TRUE, NULL, :now - 800000, NULL);
INSERT INTO deploy_path VALUES ('acme/shop', '.github/workflows/deploy.yml', 'deploy', 3, 30, 'push', 'branch', 'main',
  'shop-prod', TRUE, 'akhileshns/heroku-deploy', 'production', TRUE, TRUE, 12, :now - 800000, NULL);
INSERT INTO path_ref VALUES ('acme/shop', '.github/workflows/deploy.yml', 'deploy', 'push', 'main', 'main', NULL, :now - 800000, NULL);
INSERT INTO probe VALUES ('shop/production', 'origin', 'https://shop-prod-1.herokuapp.com/health', 200, 'healthy',
  'healthy', 'HTTP 200', 'bbbbbbbb', 13, :now - 7000, NULL);
INSERT INTO observation
  SELECT CASE WHEN s.source LIKE 'heroku.%' THEN 'shop-prod' WHEN s.source LIKE 'github.%' THEN 'acme/shop'
              ELSE 'shop/production' END,
         s.source, 'observed', '', CASE WHEN s.source = 'heroku.releases' THEN :now - 864000 END, 20, :now - 7200, NULL
  FROM (SELECT 'heroku.app' AS source UNION SELECT 'heroku.releases' UNION SELECT 'heroku.dynos'
        UNION SELECT 'heroku.formation' UNION SELECT 'heroku.builds' UNION SELECT 'github.files'
        UNION SELECT 'github.runs' UNION SELECT 'github.tags' UNION SELECT 'github.workflows'
        UNION SELECT 'github.environments' UNION SELECT 'github.commits' UNION SELECT 'github.repository'
        UNION SELECT 'github.secrets' UNION SELECT 'github.variables' UNION SELECT 'github.deployments'
        UNION SELECT 'github.pending' UNION SELECT 'github.plan' UNION SELECT 'probe.origin') s;
INSERT INTO asked SELECT subject, source, :now - 30, :now + 870, 21 FROM observation;
