-- title:    A source does not answer
-- severity: SEV-3
-- for:      15m
-- cause:    observer
-- needs:
-- seed:
-- fix:      See the reason. Missing tokens: set HEROKU_API_KEY and GITHUB_TOKEN; missing rights: give
--           the token read access to what the message names.
--
-- Silence is not health. Everything that depends on this source is unknown until it speaks again, and
-- an unknown never counts as green.
SELECT s.subject || ' ' || min(s.source) AS subject,
       (SELECT min(t.target) FROM target t
        WHERE t.app = s.subject OR t.repository = s.subject OR t.target = s.subject) AS target,
       min(s.since) AS since,
       CASE WHEN count(*) = 1 THEN min(s.source)
            ELSE count(*) || ' sources from ' || min(s.source) || ' to ' || max(s.source) END ||
       ' of ' || s.subject || ': ' || replace(s.state, '_', ' ') || ' (' || s.reason || ')' AS message,
       coalesce(CAST(max(s.evidence_id) AS TEXT), '') || '' AS evidence
FROM source_state s
WHERE s.state <> 'observed'
  AND NOT EXISTS (SELECT 1 FROM source_state o WHERE o.subject = s.subject AND o.source = s.source
                  AND o.state = 'observed')
GROUP BY s.subject, s.state, s.reason
