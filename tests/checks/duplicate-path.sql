-- case: a second workflow deploys the same app
INSERT INTO deploy_path VALUES ('acme/shop', '.github/workflows/release.yml', 'ship', 2, 20, 'workflow_dispatch', 'any', '', 'shop-prod', TRUE, 'git push', '', NULL, FALSE, 12, :now - 800000, NULL);
-- want: shop/production | 2 workflows deploy shop-prod: .github/workflows/deploy.yml and .github/workflows/release.yml

-- case: two events of one workflow are one path's two ways in
INSERT INTO deploy_path VALUES ('acme/shop', '.github/workflows/deploy.yml', 'deploy', 3, 30, 'workflow_dispatch', 'any', '', 'shop-prod', TRUE, 'git push', '', NULL, FALSE, 12, :now - 800000, NULL);
INSERT INTO run VALUES ('acme/shop', 13, '.github/workflows/deploy.yml', 'workflow_dispatch', 'main', 'bbbbbbbbbbbbbbbb', 'completed', 'success', :now - 790, :now - 710, 10, :now - 790, NULL);
-- want: nothing
