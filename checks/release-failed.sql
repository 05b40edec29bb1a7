-- title:    The newest release failed
-- severity: SEV-2
-- for:      0
-- cause:    deploy
-- needs:    heroku.releases
-- seed:
-- fix:      Read `heroku releases:output -a {app}`, mend the release command, and run
--           `landfall deploy {target} main`.
--
-- The release phase of the newest release failed, so the old release stays in force. `git push` has
-- exited with 0 all the same, and the tool that pushed was green.
SELECT t.target AS subject, t.target AS target, r.created_at AS since,
       'v' || r.version || ' (' || r.description || ') failed: what ran before still runs' AS message,
       r.evidence_id || '' AS evidence
FROM target t JOIN current_release r ON r.app = t.app
WHERE r.status = 'failed'
  AND r.version = (SELECT n.version FROM current_release n WHERE n.app = t.app
                   ORDER BY n.version DESC LIMIT 1)
