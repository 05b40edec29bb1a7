-- title:    A deploy step that hides why it fails
-- severity: SEV-3
-- for:      0
-- cause:    path
-- needs:    github.files
-- seed:     Summary; action item 3
-- fix:      Set `dontautocreate: true`, and before the step fail when `heroku apps:info -a {app}` does.
--           The flag alone repairs no access, and turns a missing app into a green run that deploys
--           nothing.
--
-- Without dontautocreate the action heroku-deploy answers any failure of `heroku git:remote` (no
-- access, a bad key, no CLI on the runner) by `heroku create`. For an app that exists this fails with
-- "Name is already taken", which hides the cause; for a misspelt one it creates a new app, deploys
-- there, and is green.
SELECT p.path || ' job ' || p.job AS subject, min(t.target) AS target, min(p.valid_from) AS since,
       p.path || ':' || p.line || ' deploys ' || p.app ||
       ' by heroku-deploy without dontautocreate: its real failure is masked by `heroku create`' AS message,
       max(p.evidence_id) || '' AS evidence
FROM target t
JOIN current_deploy_path p ON p.repository = t.repository AND p.app = t.app
WHERE p.dont_autocreate IS NOT NULL AND NOT p.dont_autocreate
GROUP BY p.repository, p.path, p.job, p.line, p.app
