-- title:    No running dynos
-- severity: SEV-2
-- for:      5m
-- cause:    dynos
-- needs:    heroku.app, heroku.dynos, heroku.formation, heroku.releases
-- seed:     Action item 5
-- fix:      If {target} was never deployed, run `landfall deploy {target} main`; if it was scaled to
--           zero, run `heroku ps:scale web=1 -a {app}`.
--
-- A declared process type has no dyno that runs. The formation of a blank app is an empty list, so a
-- rule that waits for a quantity of 0 never matches: landfall.yaml says how many must run. An idle
-- dyno of an Eco app counts as running, and an app in maintenance mode is left alone.
SELECT t.target || ' ' || p.type AS subject, t.target AS target,
       CASE WHEN NOT EXISTS (SELECT 1 FROM live_code c WHERE c.app = t.app) THEN a.created_at
            ELSE coalesce((SELECT max(d.valid_to) FROM dyno d WHERE d.app = t.app AND d.type = p.type
                           AND d.valid_to <= (SELECT at FROM instant)),
                          (SELECT s.since FROM source_state s
                           WHERE s.subject = t.app AND s.source = 'heroku.dynos')) END AS since,
       '0 of ' || p.minimum || ' ' || p.type || ' dynos run: ' ||
       CASE WHEN EXISTS (SELECT 1 FROM current_dyno d WHERE d.app = t.app AND d.type = p.type
                         AND d.state = 'crashed') THEN 'crashed'
            WHEN EXISTS (SELECT 1 FROM current_dyno d WHERE d.app = t.app AND d.type = p.type)
                 THEN 'none is up yet'
            WHEN NOT EXISTS (SELECT 1 FROM live_code c WHERE c.app = t.app)
                 THEN 'the formation is empty, nothing was ever deployed'
            WHEN EXISTS (SELECT 1 FROM current_formation f WHERE f.app = t.app AND f.type = p.type
                         AND f.quantity = 0) THEN 'scaled to zero'
            WHEN NOT EXISTS (SELECT 1 FROM current_formation f WHERE f.app = t.app AND f.type = p.type)
                 THEN 'the code declares no process type of that name'
            ELSE 'none exists' END AS message,
       coalesce((SELECT CAST(max(s.evidence_id) AS TEXT) FROM source_state s
                 WHERE s.subject = t.app AND s.source = 'heroku.dynos'), '') || ' ' ||
       coalesce((SELECT CAST(max(s.evidence_id) AS TEXT) FROM source_state s
                 WHERE s.subject = t.app AND s.source = 'heroku.formation'), '') AS evidence
FROM target t JOIN target_process p ON p.target = t.target JOIN current_app a ON a.name = t.app
WHERE t.expect = 'deployed' AND p.minimum > 0 AND NOT a.maintenance
  AND NOT EXISTS (SELECT 1 FROM current_dyno d
                  WHERE d.app = t.app AND d.type = p.type AND d.state IN ('up', 'idle'))
