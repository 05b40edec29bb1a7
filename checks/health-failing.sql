-- title:    The health check fails from outside
-- severity: SEV-1
-- for:      1m
-- cause:    health
-- needs:    probe.origin
-- grace:    yes
-- seed:     Summary: HTTP 502 on all requests
-- fix:      The answer's signature says what is wrong: see the message. For a blank app run
--           `landfall deploy {target} main`.
--
-- What a user would get, asked from outside and read by its signature: a status alone is no
-- diagnosis, and a 200 with a login page is not health. An answer that an access gate gives is not
-- counted as failing, only as unknown. A blank app has its grace first, and
-- an app in maintenance mode that says so is left alone.
SELECT t.target || ' ' || p.witness AS subject, t.target AS target, p.valid_from AS since,
       CASE WHEN p.class = 'blank_app' THEN coalesce(a.created_at, 0) + t.grace ELSE 0 END AS due,
       p.detail || ' at ' || p.url AS message,
       p.evidence_id || '' AS evidence
FROM target t JOIN current_probe p ON p.target = t.target LEFT JOIN current_app a ON a.name = t.app
WHERE p.verdict = 'failing' AND t.expect = 'deployed'
  AND NOT (p.class = 'maintenance' AND coalesce(a.maintenance, FALSE))
