-- Do as many dynos of each declared type run on the release in force as must?
-- needs: heroku.app, heroku.dynos, heroku.formation, heroku.releases
SELECT t.target,
       CASE WHEN t.expect = 'empty' AND c.app IS NULL THEN 'ok'
            WHEN w.lacking = 0 THEN 'ok' ELSE 'failing' END AS proof,
       CASE WHEN t.expect = 'empty' AND c.app IS NULL THEN 'expected empty'
            WHEN w.lacking = 0 THEN 'running'
            WHEN c.app IS NULL THEN 'no dynos'
            WHEN w.crashed > 0 THEN 'crashed'
            WHEN w.behind > 0 THEN 'on an old release'
            WHEN w.starting > 0 THEN 'starting'
            WHEN w.asked = 0 THEN 'scaled to zero'
            ELSE 'too few dynos' END AS state,
       w.up || CASE WHEN w.up = 1 THEN ' dyno runs' ELSE ' dynos run' END ||
       CASE WHEN c.app IS NULL THEN '' ELSE coalesce(' on v' || l.version, '') END ||
       ', at least ' || w.minimum || ' must' AS reason,
       CASE WHEN c.app IS NULL THEN a.created_at
            WHEN w.lacking = 0 THEN w.up_since
            ELSE coalesce((SELECT max(d.valid_to) FROM dyno d
                           WHERE d.app = t.app AND d.valid_to <= :now),
                          (SELECT s.since FROM source_state s
                           WHERE s.subject = t.app AND s.source = 'heroku.dynos')) END AS since,
       CASE WHEN w.lacking = 0 AND w.seen IS NOT NULL THEN CAST(w.seen AS TEXT)
            ELSE coalesce((SELECT CAST(max(s.evidence_id) AS TEXT) FROM source_state s
                           WHERE s.subject = t.app AND s.source = 'heroku.dynos'), '') END AS evidence
FROM target t JOIN current_app a ON a.name = t.app
LEFT JOIN live_code c ON c.app = t.app
LEFT JOIN current_live_release l ON l.app = t.app
JOIN (SELECT n.target, count(*) FILTER (WHERE n.up < n.minimum) AS lacking, sum(n.minimum) AS minimum,
             sum(n.up) AS up, sum(n.crashed) AS crashed, sum(n.behind) AS behind,
             sum(n.starting) AS starting, sum(n.asked) AS asked, max(n.up_since) AS up_since,
             max(n.seen) AS seen
      FROM (SELECT t.target, p.type, p.minimum,
                   (SELECT count(*) FROM current_dyno d WHERE d.app = t.app AND d.type = p.type
                    AND d.state IN ('up', 'idle') AND d.version = coalesce(l.version, d.version)) AS up,
                   (SELECT count(*) FROM current_dyno d WHERE d.app = t.app AND d.type = p.type
                    AND d.state = 'crashed') AS crashed,
                   (SELECT count(*) FROM current_dyno d WHERE d.app = t.app AND d.type = p.type
                    AND d.state IN ('up', 'idle') AND d.version <> l.version) AS behind,
                   (SELECT count(*) FROM current_dyno d WHERE d.app = t.app AND d.type = p.type
                    AND d.state = 'starting') AS starting,
                   (SELECT max(d.valid_from) FROM current_dyno d WHERE d.app = t.app AND d.type = p.type
                    AND d.state IN ('up', 'idle')) AS up_since,
                   (SELECT max(d.evidence_id) FROM current_dyno d WHERE d.app = t.app AND d.type = p.type
                    AND d.state IN ('up', 'idle')) AS seen,
                   coalesce((SELECT f.quantity FROM current_formation f
                             WHERE f.app = t.app AND f.type = p.type), 0) AS asked
            FROM target t JOIN target_process p ON p.target = t.target
            LEFT JOIN current_live_release l ON l.app = t.app) n
      GROUP BY n.target) w ON w.target = t.target
