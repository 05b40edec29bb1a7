-- title:    A deploy takes a variable that is defined nowhere
-- severity: SEV-3
-- for:      0
-- cause:    path
-- needs:    github.environments, github.files, github.variables
-- seed:
-- fix:      Set it with `gh variable set NAME`, for one environment with `--env`. If it has another
--           name, correct the workflow.
--
-- GitHub replaces a variable that does not exist by an empty text, without a word: the app's name, the
-- region or the URL that it should be is then nothing at all. A variable that a condition asks for, or
-- beside which a default stands, may be missing.
SELECT u.path || ' job ' || p.job ||
       CASE WHEN p.environment = '' THEN '' ELSE ' in ' || p.environment END || ' variable ' || u.name AS subject, min(t.target) AS target,
       min(u.valid_from) AS since,
       u.path || ':' || min(u.line) || ' takes vars.' || u.name || ', which ' ||
       CASE WHEN p.environment = '' THEN 'the repository does not define'
            ELSE 'neither the repository nor environment ' || p.environment || ' defines' END ||
       CASE WHEN EXISTS (SELECT 1 FROM current_variable_name o
                         WHERE o.repository = u.repository AND upper(o.name) = u.name)
            THEN ': another environment has one of that name' ELSE '' END AS message,
       max(u.evidence_id) || ' ' ||
       coalesce((SELECT CAST(max(s.evidence_id) AS TEXT) FROM source_state s
                 WHERE s.subject = u.repository AND s.source = 'github.variables'), '') AS evidence
FROM target t
JOIN current_deploy_path p ON p.repository = t.repository
                          AND (p.app = t.app OR (NOT p.app_known AND p.path = t.workflow))
JOIN current_secret_use u ON u.repository = p.repository AND u.path = p.path
                         AND (u.job = p.job OR u.job = '')
WHERE u.kind = 'variable' AND u.required
  AND p.event <> 'workflow_call' AND p.environment NOT LIKE '%${{%'
  AND NOT EXISTS (SELECT 1 FROM current_variable_name n
                  WHERE n.repository = u.repository AND upper(n.name) = u.name
                    AND (n.environment = '' OR lower(n.environment) = lower(p.environment)))
  AND NOT EXISTS (SELECT 1 FROM current_shared_name n
                  WHERE n.repository = u.repository AND n.kind = 'variable' AND upper(n.name) = u.name)
GROUP BY u.repository, u.path, p.job, p.environment, u.name
