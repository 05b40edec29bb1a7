-- title:    Two witnesses contradict each other
-- severity: SEV-2
-- for:      5m
-- cause:    contradiction
-- needs:    probe.origin, heroku.dynos, heroku.releases
-- seed:
-- fix:      Ask both witnesses by hand: `heroku ps -a {app}` and `curl -si URL`. Do not trust either
--           until they agree.
--
-- One witness lies: an edge probe that read a login page as down, an origin probe stopped by a guard,
-- a host name that leads to another app. When platform and outside, or origin and edge, tell two
-- stories, the contradiction itself is the finding, with both facts.
SELECT t.target || ' outside' AS subject, t.target AS target, p.valid_from AS since,
       'outside says healthy (' || p.url || '), Heroku says that no dyno runs' AS message,
       p.evidence_id || '' AS evidence
FROM target t JOIN current_probe p ON p.target = t.target AND p.verdict = 'healthy'
WHERE NOT EXISTS (SELECT 1 FROM current_dyno d WHERE d.app = t.app AND d.state IN ('up', 'idle'))
UNION ALL
SELECT t.target || ' blank', t.target, p.valid_from,
       'outside says blank app (' || p.url || '), Heroku says that v' || c.version || ' carries code',
       p.evidence_id || ' ' || c.evidence_id
FROM target t JOIN current_probe p ON p.target = t.target AND p.class = 'blank_app'
JOIN live_code c ON c.app = t.app
UNION ALL
SELECT t.target || ' commit', t.target, p.valid_from,
       'outside answers with commit ' || substr(p.commit_id, 1, 8) || ', Heroku says that ' ||
       substr(c.commit_id, 1, 8) || ' is released',
       p.evidence_id || ' ' || c.evidence_id
FROM target t JOIN current_probe p ON p.target = t.target
JOIN live_code c ON c.app = t.app
WHERE p.commit_id IS NOT NULL AND c.commit_id IS NOT NULL
  AND substr(c.commit_id, 1, length(p.commit_id)) <> p.commit_id
UNION ALL
SELECT t.target || ' edge', t.target,
       CASE WHEN o.valid_from > e.valid_from THEN o.valid_from ELSE e.valid_from END,
       'the origin is ' || o.verdict || ' (' || o.detail || '), the edge is ' || e.verdict || ' (' ||
       e.detail || ')',
       o.evidence_id || ' ' || e.evidence_id
FROM target t
JOIN current_probe o ON o.target = t.target AND o.witness = 'origin'
JOIN current_probe e ON e.target = t.target AND e.witness = 'edge'
WHERE o.verdict <> e.verdict AND o.verdict <> 'unknown' AND e.verdict <> 'unknown'
