-- title:    A deploy takes a secret that is defined nowhere
-- severity: SEV-3
-- for:      0
-- cause:    path
-- needs:    github.environments, github.files, github.secrets
-- seed:
-- fix:      Set it with `gh secret set NAME`, for one environment with `--env`. If it has another
--           name, correct the workflow.
--
-- GitHub replaces a secret that does not exist by an empty text, without a word. The deploy then fails
-- far from its cause, as a login that is refused, or goes out without what the secret was for. A secret
-- that belongs to another environment than the job names is not there either.
SELECT u.path || ' job ' || p.job ||
       CASE WHEN p.environment = '' THEN '' ELSE ' in ' || p.environment END || ' secret ' || u.name AS subject, min(t.target) AS target,
       min(u.valid_from) AS since,
       u.path || ':' || min(u.line) || ' takes secrets.' || u.name || ', which ' ||
       CASE WHEN p.environment = '' THEN 'the repository does not define'
            ELSE 'neither the repository nor environment ' || p.environment || ' defines' END ||
       CASE WHEN EXISTS (SELECT 1 FROM current_secret_name o
                         WHERE o.repository = u.repository AND upper(o.name) = u.name)
            THEN ': another environment has one of that name' ELSE '' END AS message,
       max(u.evidence_id) || ' ' ||
       coalesce((SELECT CAST(max(s.evidence_id) AS TEXT) FROM source_state s
                 WHERE s.subject = u.repository AND s.source = 'github.secrets'), '') AS evidence
FROM target t
JOIN current_deploy_path p ON p.repository = t.repository AND p.app = t.app AND p.app_known
JOIN current_secret_use u ON u.repository = p.repository AND u.path = p.path
                         AND (u.job = p.job OR u.job = '')
WHERE u.kind = 'secret' AND u.required AND u.name <> 'GITHUB_TOKEN'
  AND p.event <> 'workflow_call' AND p.environment NOT LIKE '%${{%'
  AND NOT EXISTS (SELECT 1 FROM current_secret_name n
                  WHERE n.repository = u.repository AND upper(n.name) = u.name
                    AND (n.environment = '' OR lower(n.environment) = lower(p.environment)))
  AND NOT EXISTS (SELECT 1 FROM current_shared_name n
                  WHERE n.repository = u.repository AND n.kind = 'secret' AND upper(n.name) = u.name)
GROUP BY u.repository, u.path, p.job, p.environment, u.name
