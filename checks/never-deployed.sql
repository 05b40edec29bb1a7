-- title:    Never deployed: no release ever carried code
-- severity: SEV-1
-- for:      0
-- cause:    deploy
-- needs:    heroku.app, heroku.releases
-- seed:     Summary; action item 4
-- grace:    yes
-- fix:      Run `landfall deploy {target} main`. If the app is empty on purpose, declare
--           `expect: empty until DATE` in landfall.yaml.
--
-- An app that was created, given config vars and add-ons, and never code looks alive from its
-- settings and answers HTTP 502 to every request. Every config change makes a release, so the newest
-- release proves nothing: what counts is whether any release in the whole history carries a slug, an
-- image or an artifact.
SELECT t.target AS subject, t.target AS target, a.created_at AS since,
       a.created_at + t.grace AS due,
       'none of the ' || (SELECT count(*) FROM current_release r WHERE r.app = t.app) ||
       ' releases of ' || t.app || ' put code in force' ||
       CASE WHEN NOT EXISTS (SELECT 1 FROM current_build b WHERE b.app = t.app)
                 THEN ', and no build was ever started'
            WHEN EXISTS (SELECT 1 FROM current_build b WHERE b.app = t.app AND b.status = 'succeeded')
                 THEN ', although a build succeeded'
            ELSE ', and every build failed' END AS message,
       a.evidence_id || ' ' ||
       coalesce((SELECT CAST(max(r.evidence_id) AS TEXT) FROM current_release r WHERE r.app = t.app), '') AS evidence
FROM target t JOIN current_app a ON a.name = t.app
WHERE t.expect = 'deployed'
  AND NOT EXISTS (SELECT 1 FROM current_release r
                  WHERE r.app = t.app AND r.carries_code AND r.status = 'succeeded')
UNION ALL
SELECT t.target, t.target, t.expect_until, t.expect_until,
       t.app || ' was to be empty until a date that has passed, and still carries no code',
       a.evidence_id || ''
FROM target t JOIN current_app a ON a.name = t.app
WHERE t.expect = 'empty' AND t.expect_until IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM current_release r
                  WHERE r.app = t.app AND r.carries_code AND r.status = 'succeeded')
