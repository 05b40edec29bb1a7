-- title:    A deploy workflow fails every time
-- severity: SEV-3
-- for:      0
-- cause:    path
-- needs:    github.runs, github.files, github.workflows
-- seed:     Summary: failing on every push to main
-- page:     /actions/workflows/{workflow}
-- fix:      Open the newest red run's log and mend its cause. For heroku-deploy, first ask whether the
--           key may see the app: `heroku apps:info -a {app}`.
--
-- Every run since the last green one failed. GitHub mails only who pushed, a habit of red hides the
-- next cause, and nothing that this workflow should deploy arrives.
SELECT r.repository || ' ' || r.path AS subject, d.target AS target, min(r.created_at) AS since,
       count(*) || ' of ' || count(*) || ' runs of ' || r.path || ' failed since the last green one (' ||
       CASE WHEN max(g.last_green) IS NULL THEN 'there is none' ELSE 'there was one before' END ||
       ')' AS message,
       max(r.evidence_id) || '' AS evidence
FROM (SELECT p.repository, p.path, min(t.target) AS target
      FROM target t JOIN current_deploy_path p ON p.repository = t.repository AND p.app = t.app AND p.app_known
      GROUP BY p.repository, p.path) d
JOIN current_workflow w ON w.repository = d.repository AND w.path = d.path AND w.state = 'active'
JOIN current_run r ON r.repository = d.repository AND r.path = d.path
LEFT JOIN (SELECT repository, path, max(created_at) AS last_green FROM current_run
           WHERE conclusion = 'success' GROUP BY repository, path) g
  ON g.repository = d.repository AND g.path = d.path
WHERE r.status = 'completed' AND r.conclusion IN ('failure', 'timed_out', 'startup_failure')
  AND r.created_at > coalesce(g.last_green, 0)
GROUP BY r.repository, r.path, d.target
HAVING count(*) >= 2
