-- case: a slip in the name
UPDATE target SET workflow = '.github/workflows/deplyo.yml';
-- want: shop/production | .github/workflows/deplyo.yml is declared to deploy shop-prod, and there is no such workflow

-- case: the file is there and deploys another app
UPDATE deploy_path SET app = 'blog-prod';
-- want: shop/production | .github/workflows/deploy.yml is declared to deploy shop-prod, and no step in it is known to

-- case: the app is named by an expression that nobody can resolve
UPDATE deploy_path SET app = '${{ vars.APP }}', app_known = FALSE;
-- want: nothing

-- case: no workflow is declared
UPDATE target SET workflow = NULL; DELETE FROM deploy_path;
-- want: nothing
