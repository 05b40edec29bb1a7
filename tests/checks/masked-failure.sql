-- case: the flag is missing or false
UPDATE deploy_path SET dont_autocreate = FALSE;
-- want: .github/workflows/deploy.yml job deploy | .github/workflows/deploy.yml:30 deploys shop-prod by heroku-deploy without dontautocreate: its real failure is masked by `heroku create`

-- case: another tool has no such flag
UPDATE deploy_path SET dont_autocreate = NULL, tool = 'git push';
-- want: nothing
