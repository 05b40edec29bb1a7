-- title:    A gate without its rules
-- severity: SEV-2
-- for:      0
-- cause:    gate
-- needs:    github.environments
-- seed:     Operator action 1
-- page:     /settings/environments
-- fix:      Run `landfall fix environment-unprotected` to give it the declared reviewers and
--           branches. Patterns that are not declared are yours to remove, in its settings.
--
-- The environment exists, and lacks what landfall.yaml declares of it: required reviewers, or that only
-- the declared branches may deploy to it. An environment without rules waves everything through, and its name
-- in the workflow makes people believe otherwise.
SELECT t.repository || ' environment ' || e.environment AS subject, min(t.target) AS target,
       min(e.valid_from) AS since,
       'environment ' || e.environment || ' has ' || e.reviewers || ' of ' || max(t.gate_reviewers) ||
       ' declared reviewers, and ' ||
       CASE WHEN e.branch_policy = 'all' THEN 'lets every branch deploy'
            WHEN e.branch_policy = 'protected' THEN 'lets all protected branches deploy'
            ELSE 'lets ' || e.policies || ' deploy' END AS message,
       min(e.evidence_id) || '' AS evidence
FROM target t
JOIN current_environment e ON e.repository = t.repository AND lower(e.environment) = lower(t.gate)
WHERE e.reviewers < t.gate_reviewers
   OR (t.gate_branches <> '' AND
       (e.branch_policy = 'all'
        OR (e.branch_policy = 'custom' AND EXISTS
            (SELECT 1 FROM current_environment_policy o
             WHERE o.repository = e.repository AND lower(o.environment) = lower(e.environment)
               AND (o.kind = 'tag' OR replace(' ' || t.gate_branches || ' ', ' ' || o.pattern || ' ', '')
                                      = ' ' || t.gate_branches || ' ')))
        OR (e.branch_policy = 'protected' AND EXISTS
            (SELECT 1 FROM current_protected_branch o
             WHERE o.repository = e.repository
               AND replace(' ' || t.gate_branches || ' ', ' ' || o.branch || ' ', '')
                   = ' ' || t.gate_branches || ' '))))
GROUP BY t.repository, e.environment, e.reviewers, e.branch_policy, e.policies
