-- title:    A deploy path that nobody ever took
-- severity: SEV-3
-- for:      0
-- cause:    path
-- needs:    github.commits, github.deployments, github.files, github.runs, github.tags, heroku.releases
-- seed:     Summary: production path never triggered; action item 2
-- absence:  yes
-- ended:    taken, removed, or the target is current by another path
-- page:     /actions/workflows/{workflow}
-- fix:      Take it once on purpose, or remove it. To deploy now: `landfall deploy {target} main`.
--
-- A path that was never taken is a belief. While the target runs what its branch holds, by whatever
-- path, this is silent. GitHub keeps runs for 90 days at most, so "never" is said of the runs that it
-- still has, and only while neither a deployment to the job's environment, which GitHub keeps longer,
-- nor the app's own releases say otherwise.
SELECT p.path || ' ' || p.job || ' on ' || p.event || ' to ' || t.target AS subject, t.target AS target,
       coalesce((SELECT min(w.created_at) FROM current_workflow w
                 WHERE w.repository = p.repository AND w.path = p.path), min(p.valid_from)) AS since,
       p.path || ' job ' || p.job || ' was never reached by ' ||
       CASE WHEN p.event = 'workflow_dispatch' THEN 'a dispatch: it was never dispatched in the 90 days that GitHub keeps runs at most'
            WHEN p.ref_kind = 'tag' AND NOT EXISTS
                 (SELECT 1 FROM current_path_ref m WHERE m.repository = p.repository AND m.path = p.path
                  AND m.job = p.job AND m.event = p.event AND m.filter = p.filter)
                 THEN 'a tag: no tag matches `' || p.filter || '` (' ||
                      (SELECT count(*) FROM current_git_tag g WHERE g.repository = p.repository) ||
                      ' tags' || coalesce(', such as ' || (SELECT max(g.tag) FROM current_git_tag g
                                                            WHERE g.repository = p.repository), '') || ')'
            ELSE p.event || ': no run of it in the 90 days that GitHub keeps runs at most' END AS message,
       max(p.evidence_id) || ' ' ||
       coalesce((SELECT CAST(max(s.evidence_id) AS TEXT) FROM source_state s
                 WHERE s.subject = p.repository AND s.source = 'github.runs'), '') AS evidence
FROM target t
JOIN current_deploy_path p ON p.repository = t.repository AND p.app = t.app AND p.app_known
WHERE t.expect = 'deployed'
  AND NOT EXISTS (SELECT 1 FROM current_run r
                  WHERE r.repository = p.repository AND r.path = p.path AND r.event = p.event
                    AND (p.ref_kind = 'any' OR p.filter = '' OR EXISTS
                         (SELECT 1 FROM current_path_ref m
                          WHERE m.repository = p.repository AND m.path = p.path AND m.job = p.job
                            AND m.event = p.event AND m.filter = p.filter AND m.ref = r.ref)))
  AND NOT EXISTS (SELECT 1 FROM current_deployment d
                  WHERE d.repository = p.repository AND p.environment <> ''
                    AND lower(d.environment) = lower(p.environment)
                    AND (p.ref_kind = 'any' OR p.filter = '' OR EXISTS
                         (SELECT 1 FROM current_path_ref m
                          WHERE m.repository = p.repository AND m.path = p.path AND m.job = p.job
                            AND m.event = p.event AND m.filter = p.filter AND m.ref = d.ref))
                    AND NOT EXISTS (SELECT 1 FROM current_run o
                                    WHERE o.repository = d.repository AND o.commit_id = d.commit_id
                                      AND d.created_at BETWEEN o.created_at AND o.updated_at + 60))
  AND NOT EXISTS (SELECT 1 FROM live_code c JOIN newest_commit n ON n.target = t.target
                  WHERE c.app = t.app AND c.commit_id = n.commit_id)
GROUP BY p.repository, p.path, p.job, p.event, p.ref_kind, p.filter, t.target
