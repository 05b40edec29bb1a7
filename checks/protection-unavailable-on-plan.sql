-- title:    A gate whose rules the plan does not hold
-- severity: SEV-2
-- for:      0
-- cause:    gate
-- needs:    github.plan, github.repository
-- seed:
-- fix:      Let landfall ask for the approval (`deploy.approval` of {target}), make the repository
--           public, or move it to GitHub Enterprise.
--
-- Required reviewers and wait timers hold in public repositories, and in private ones on GitHub
-- Enterprise only; on GitHub Free a private repository has no environments at all. Rules that were set
-- while it was public, or on another plan, are ignored without a word, and every deploy goes through.
SELECT g.repository || ' environment ' || g.environment AS subject, min(g.target) AS target,
       max(r.valid_from) AS since,
       'environment ' || g.environment || ' of a private repository on the plan ' || a.plan ||
       CASE WHEN a.plan = 'free' THEN ' gates nothing: such a repository has no environments'
            ELSE ' stops nobody: required reviewers and wait timers are ignored' END AS message,
       max(r.evidence_id) || ' ' || max(a.evidence_id) || ' ' ||
       coalesce(CAST(max(g.evidence_id) AS TEXT), '') AS evidence
FROM (SELECT t.repository, t.target, t.gate AS environment, t.gate_reviewers AS held,
             CASE WHEN t.gate_branches <> '' THEN 1 ELSE 0 END AS branches, NULL AS evidence_id
      FROM target t WHERE t.gate IS NOT NULL
      UNION ALL
      SELECT e.repository, t.target, e.environment, e.reviewers + e.wait_timer,
             CASE WHEN e.branch_policy <> 'all' THEN 1 ELSE 0 END, e.evidence_id
      FROM target t
      JOIN current_deploy_path p ON p.repository = t.repository AND p.app = t.app AND p.app_known
      JOIN current_environment e ON e.repository = p.repository
                                AND lower(e.environment) = lower(p.environment)) g
JOIN current_repository r ON r.repository = g.repository
JOIN current_account a ON a.login = lower(substr(g.repository, 1, length(a.login)))
                      AND substr(g.repository, length(a.login) + 1, 1) = '/'
WHERE r.private AND coalesce(r.visibility, 'private') = 'private'
  AND ((a.plan IN ('free', 'pro', 'team') AND g.held > 0) OR (a.plan = 'free' AND g.branches > 0))
GROUP BY g.repository, g.environment, a.plan
