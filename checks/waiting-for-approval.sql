-- title:    A deploy waits for somebody to approve it
-- severity: SEV-3
-- for:      0
-- cause:    gate
-- needs:    github.files, github.pending
-- seed:
-- fix:      Let a reviewer look at the run and approve or reject it. If nobody answers such requests,
--           the environment's reviewers are the wrong ones, or nobody is told.
--
-- A run stands before an environment's reviewers for more than a day. Nothing is red and nobody is
-- told again; merges pile up behind it, since a run that waits holds its concurrency group, and
-- production stays old. After 30 days GitHub fails it.
SELECT d.repository || ' ' || r.path || ' environment ' || d.environment AS subject,
       min(t.target) AS target, min(d.waits_from) AS since, min(d.waits_from) + 86400 AS due,
       CASE WHEN count(DISTINCT d.run_id) = 1
            THEN 'run ' || min(d.run_id) || ' of ' || r.path || ' (' || min(r.ref) || ' at ' ||
                 min(substr(r.commit_id, 1, 8)) || ') waits'
            ELSE count(DISTINCT d.run_id) || ' runs of ' || r.path || ' wait, the oldest is run ' ||
                 min(d.run_id) || ',' END ||
       ' for approval to environment ' || d.environment || ': ' ||
       replace(min(d.reviewer_names), ' ', ' or ') || ' can approve; GitHub fails it after 30 days' AS message,
       min(d.evidence_id) || ' ' || max(d.evidence_id) AS evidence
FROM current_pending_deployment d
JOIN current_run r ON r.repository = d.repository AND r.run_id = d.run_id
JOIN target t ON t.repository = d.repository
WHERE d.reviewer_names <> ''
  AND (lower(t.gate) = lower(d.environment)
       OR EXISTS (SELECT 1 FROM current_deploy_path p
                  WHERE p.repository = d.repository AND p.path = r.path AND p.app = t.app
                    AND lower(p.environment) = lower(d.environment)))
GROUP BY d.repository, r.path, d.environment
