-- title:    A gate that does not exist: it fails open
-- severity: SEV-2
-- for:      0
-- cause:    gate
-- needs:    github.environments, github.files
-- seed:     Operator action 1; action item 1
-- absence:  yes
-- page:     /settings/environments/new
-- fix:      Run `landfall fix environment-missing` to create it with the declared reviewers and
--           branches.
--
-- A job names a GitHub environment that is not there. This does not block the job: GitHub creates the
-- environment at first use, without reviewers, wait timer or branch policy, and the deploy starts
-- without a pause. Secrets that should live in it are empty strings.
SELECT t.repository || ' environment ' || g.environment AS subject, min(t.target) AS target,
       min(s.since) AS since,
       'environment ' || g.environment || ' does not exist (fails open: GitHub would create it unprotected), ' ||
       'named by ' || min(g.path) AS message,
       max(s.evidence_id) || ' ' || max(g.evidence_id) AS evidence
FROM target t
JOIN (SELECT repository, path, environment, app, evidence_id FROM current_deploy_path
      WHERE environment <> '' AND app_known
      UNION ALL
      SELECT repository, 'landfall.yaml', gate, app, NULL FROM target WHERE gate IS NOT NULL) g
  ON g.repository = t.repository AND g.app = t.app
JOIN source_state s ON s.subject = t.repository AND s.source = 'github.environments'
WHERE NOT EXISTS (SELECT 1 FROM current_environment e
                  WHERE e.repository = t.repository AND lower(e.environment) = lower(g.environment))
GROUP BY t.repository, g.environment
