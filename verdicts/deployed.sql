-- Did a release that carries code ever succeed?
-- needs: heroku.app, heroku.releases
SELECT t.target,
       CASE WHEN c.app IS NOT NULL THEN 'ok'
            WHEN t.expect = 'empty' AND coalesce(t.expect_until, :now + 1) > :now THEN 'ok'
            ELSE 'failing' END AS proof,
       CASE WHEN c.app IS NOT NULL THEN 'deployed'
            WHEN t.expect = 'empty' AND coalesce(t.expect_until, :now + 1) > :now THEN 'expected empty'
            WHEN NOT EXISTS (SELECT 1 FROM current_build b WHERE b.app = t.app)
                 THEN 'never deployed (never tried)'
            ELSE 'never deployed (tried and failed)' END AS state,
       CASE WHEN c.app IS NOT NULL
                 THEN 'v' || c.version || ' carries code' || coalesce(', commit ' || substr(c.commit_id, 1, 8), '')
            ELSE 'none of ' || (SELECT count(*) FROM current_release r WHERE r.app = t.app) ||
                 ' releases carries code' END AS reason,
       CASE WHEN c.app IS NOT NULL
                 THEN (SELECT min(r.created_at) FROM current_release r
                       WHERE r.app = t.app AND r.carries_code AND r.status = 'succeeded')
            ELSE a.created_at END AS since,
       coalesce(CAST(c.evidence_id AS TEXT),
                a.evidence_id || ' ' || coalesce((SELECT CAST(max(r.evidence_id) AS TEXT)
                                                  FROM current_release r WHERE r.app = t.app), '')) AS evidence
FROM target t JOIN current_app a ON a.name = t.app
LEFT JOIN live_code c ON c.app = t.app
