-- title:    A deploy path that its environment's branch policy always rejects
-- severity: SEV-3
-- for:      0
-- cause:    gate
-- needs:    github.environments, github.files, github.repository
-- seed:     Action item 1
-- fix:      Admit the path's branches or tags in the environment's settings (branches and tags are
--           separate, and `*` matches no `/`), or start the workflow by an event with a ref that the
--           policy admits.
--
-- The environment asks about the ref that the run is for, and admits none for which this path can run.
-- The job fails at once, before any reviewer sees it. Often nobody expects that ref: a workflow that
-- another one starts, or a schedule, runs for the default branch, whatever it deploys; a tag is no
-- branch, from whichever branch it was cut.
SELECT p.path || ' ' || p.job || ' on ' || p.event || ' to environment ' || p.environment AS subject,
       min(t.target) AS target, max(d.valid_from) AS since,
       p.path || ':' || min(p.line) || ' runs for ' || min(d.runs_for) || ' on ' || p.event ||
       ', and environment ' || p.environment || ' admits ' ||
       CASE WHEN e.branch_policy = 'protected' THEN 'protected branches only'
            WHEN e.policies = '' THEN 'nothing'
            ELSE e.policies || ' only' END || ': the job fails at once' AS message,
       max(p.evidence_id) || ' ' || max(e.evidence_id) AS evidence
FROM target t
JOIN current_deploy_path p ON p.repository = t.repository AND p.app = t.app AND p.app_known
JOIN current_path_policy d ON d.repository = p.repository AND d.path = p.path AND d.job = p.job
                          AND d.event = p.event AND d.ref_kind = p.ref_kind AND d.filter = p.filter
                          AND d.environment = p.environment
JOIN current_environment e ON e.repository = p.repository AND lower(e.environment) = lower(p.environment)
WHERE NOT d.admitted
GROUP BY p.repository, p.path, p.job, p.event, p.environment, e.branch_policy, e.policies
