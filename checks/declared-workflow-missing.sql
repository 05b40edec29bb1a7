-- title:    The declared workflow deploys nothing
-- severity: SEV-3
-- for:      0
-- cause:    path
-- needs:    github.files
-- seed:     Action item 6
-- fix:      Correct `deploy.workflow` of {target} in landfall.yaml, or give that workflow a step that
--           deploys {app}.
--
-- landfall.yaml names the one workflow that may deploy this target. On the default branch that file is
-- not there, or no step in it is known to deploy the app. Whoever trusts the declaration trusts a path
-- that does not exist, and would remove the other ones in its favour.
SELECT t.target AS subject, t.target AS target,
       (SELECT min(s.since) FROM source_state s
        WHERE s.subject = t.repository AND s.source = 'github.files') AS since,
       t.workflow || ' is declared to deploy ' || t.app || ', and ' ||
       CASE WHEN EXISTS (SELECT 1 FROM current_workflow w WHERE w.repository = t.repository
                         AND w.path = t.workflow AND w.state <> 'deleted')
            THEN 'no step in it is known to' ELSE 'there is no such workflow' END AS message,
       coalesce((SELECT CAST(max(s.evidence_id) AS TEXT) FROM source_state s
                 WHERE s.subject = t.repository AND s.source = 'github.files'), '') AS evidence
FROM target t
WHERE t.workflow IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM current_deploy_path p
                  WHERE p.repository = t.repository AND p.path = t.workflow
                    AND (p.app = t.app OR NOT p.app_known))
