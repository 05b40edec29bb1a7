-- title:    Releases that only ever changed configuration
-- severity: SEV-3
-- for:      0
-- cause:    deploy
-- needs:    heroku.releases
-- seed:     Summary: all 7 releases were config-var-only
-- fix:      Deploy it, or destroy it: an app that only collects config vars is a belief that costs
--           money.
--
-- Somebody works on this app: it gets config vars and add-ons, release after release, and no code. Of
-- all signs of a forgotten first deploy this one is the earliest.
SELECT a.name AS subject,
       (SELECT min(t.target) FROM target t WHERE t.app = a.name) AS target,
       a.created_at AS since,
       count(*) || ' releases, v' || min(r.version) || ' to v' || max(r.version) ||
       ', and none changed more than configuration: ' ||
       count(*) FILTER (WHERE r.kind IN ('initial', 'platform')) || ' by the platform, ' ||
       count(*) FILTER (WHERE r.kind = 'addon') || ' for add-ons, ' ||
       count(*) FILTER (WHERE r.kind = 'config') || ' of config vars' AS message,
       a.evidence_id || ' ' || max(r.evidence_id) AS evidence
FROM current_app a JOIN current_release r ON r.app = a.name
WHERE NOT EXISTS (SELECT 1 FROM current_release c WHERE c.app = a.name AND c.carries_code)
  AND NOT EXISTS (SELECT 1 FROM target t WHERE t.app = a.name AND t.expect = 'empty')
GROUP BY a.name, a.created_at, a.evidence_id
HAVING count(*) >= 3 AND count(*) FILTER (WHERE r.kind IN ('config', 'addon')) >= 1
   AND count(*) FILTER (WHERE r.kind NOT IN ('initial', 'platform', 'addon', 'config', 'other')) = 0
