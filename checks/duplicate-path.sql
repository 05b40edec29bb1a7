-- title:    Two workflows deploy the same target
-- severity: SEV-3
-- for:      0
-- cause:    path
-- needs:    github.files
-- seed:     Action item 6
-- fix:      Keep the workflow that landfall.yaml declares and remove the other's deploy job:
--           `landfall fix duplicate-path`.
--
-- Each hides the other's gap: everybody believes that the other one deploys. When both run, the last
-- to finish wins, whichever commit it carries.
SELECT t.target AS subject, t.target AS target, min(p.valid_from) AS since,
       count(DISTINCT p.path) || ' workflows deploy ' || t.app || ': ' || min(p.path) || ' and ' ||
       max(p.path) || CASE WHEN count(DISTINCT p.path) > 2 THEN ' and others' ELSE '' END AS message,
       min(p.evidence_id) || ' ' || max(p.evidence_id) AS evidence
FROM target t
JOIN current_deploy_path p ON p.repository = t.repository AND p.app = t.app AND p.app_known
GROUP BY t.target, t.app
HAVING count(DISTINCT p.path) > 1
