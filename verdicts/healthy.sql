-- Is the answer from outside a healthy one, to every witness?
-- needs: probe.origin
SELECT t.target,
       CASE WHEN t.expect = 'empty' AND o.class = 'blank_app' THEN 'ok'
            WHEN o.verdict = 'failing' OR e.verdict = 'failing' THEN 'failing'
            WHEN o.verdict = 'healthy' AND coalesce(e.verdict, 'healthy') = 'healthy' THEN 'ok'
            ELSE 'unknown' END AS proof,
       CASE WHEN t.expect = 'empty' AND o.class = 'blank_app' THEN 'expected empty'
            WHEN o.verdict = 'healthy' AND e.verdict = 'failing' THEN replace(e.class, '_', ' ') || ' at the edge'
            WHEN o.verdict = 'healthy' AND e.verdict = 'unknown' THEN replace(e.class, '_', ' ') || ' at the edge'
            ELSE replace(o.class, '_', ' ') END AS state,
       CASE WHEN o.verdict = 'healthy' AND coalesce(e.verdict, 'healthy') <> 'healthy' THEN e.detail
            ELSE o.detail END AS reason,
       CASE WHEN o.verdict = 'healthy' AND coalesce(e.verdict, 'healthy') <> 'healthy' THEN e.valid_from
            ELSE o.valid_from END AS since,
       o.evidence_id || coalesce(' ' || e.evidence_id, '') AS evidence
FROM target t
JOIN current_probe o ON o.target = t.target AND o.witness = 'origin'
LEFT JOIN current_probe e ON e.target = t.target AND e.witness = 'edge'
