-- title:    Dynos run an older release than the one in force
-- severity: SEV-2
-- for:      10m
-- cause:    dynos
-- needs:    heroku.dynos, heroku.releases
-- seed:
-- fix:      Run `heroku ps:restart -a {app}`; if they come back on the old release, look at
--           `heroku ps -a {app}` for dynos that cannot start.
--
-- A release is in force and dynos of an older one still serve. For some minutes this is normal (new
-- dynos start first, with preboot for about three minutes); after that users get old code while every
-- list says that the new one is released.
SELECT t.target AS subject, t.target AS target, r.created_at AS since,
       count(*) || ' of ' || (SELECT count(*) FROM current_dyno n WHERE n.app = t.app) ||
       ' dynos run v' || min(d.version) || ', in force is v' || l.version AS message,
       max(d.evidence_id) || ' ' || max(l.evidence_id) AS evidence
FROM target t
JOIN current_live_release l ON l.app = t.app
JOIN current_release r ON r.app = t.app AND r.version = l.version
JOIN current_dyno d ON d.app = t.app AND d.version < l.version AND d.state IN ('up', 'starting', 'idle')
WHERE d.type <> 'run'
GROUP BY t.target, t.app, r.created_at, l.version
