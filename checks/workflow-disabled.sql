-- title:    A deploy workflow is switched off
-- severity: SEV-3
-- for:      0
-- cause:    path
-- needs:    github.files, github.repository, github.workflows
-- seed:
-- fix:      Switch it on in the Actions tab, or run `gh workflow enable FILE`. If it is not to deploy
--           {app} any more, remove its deploy job, or name in `deploy.workflow` of {target} the one
--           that does.
--
-- The file is there, and no event starts it: somebody switched it off, GitHub did after 60 days without
-- activity in the repository, it came with a fork, or GitHub never registered it. Nothing turns red, for
-- nothing runs. A workflow that landfall.yaml does not name for the target may be off on purpose, and is
-- left alone.
SELECT p.repository || ' ' || p.path AS subject, min(t.target) AS target,
       max(CASE WHEN r.archived THEN r.valid_from
                WHEN w.valid_from > w.created_at THEN w.valid_from
                ELSE (SELECT min(s.since) FROM source_state s
                      WHERE s.subject = p.repository AND s.source = 'github.workflows') END) AS since,
       'no event starts ' || p.path || ', which deploys ' || min(t.app) || ': ' ||
       CASE WHEN r.archived THEN 'the repository is archived'
            WHEN w.state = 'disabled_manually' THEN 'it was switched off by hand'
            WHEN w.state = 'disabled_inactivity'
                 THEN 'GitHub switched it off after 60 days without activity'
            WHEN w.state = 'disabled_fork' THEN 'the repository is a fork, and it was never switched on there'
            ELSE 'GitHub never registered it' END AS message,
       max(p.evidence_id) || ' ' || max(coalesce(w.evidence_id, r.evidence_id)) || ' ' ||
       coalesce((SELECT CAST(max(s.evidence_id) AS TEXT) FROM source_state s
                 WHERE s.subject = p.repository AND s.source = 'github.workflows'), '') AS evidence
FROM target t
JOIN current_deploy_path p ON p.repository = t.repository AND p.app = t.app AND p.app_known
JOIN current_repository r ON r.repository = p.repository
LEFT JOIN current_workflow w ON w.repository = p.repository AND w.path = p.path AND w.state <> 'deleted'
WHERE p.event <> 'workflow_call'
  AND (t.workflow IS NULL OR t.workflow = p.path)
  AND (w.path IS NULL OR w.state LIKE 'disabled%' OR r.archived)
GROUP BY p.repository, p.path, w.state, r.archived
