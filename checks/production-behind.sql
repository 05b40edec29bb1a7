-- title:    Runs an older commit than its branch
-- severity: SEV-3
-- for:      0
-- cause:    deploy
-- needs:    github.commits, github.files, github.pending, heroku.releases
-- seed:
-- fix:      Run `landfall deploy {target} main`. If it is to lag, say for how long with `behind` of
--           {target} in landfall.yaml.
--
-- What was merged did not arrive, and everything is green: a workflow that no event started, a job that
-- was skipped, a run that waits for an approval. While an approval is asked for and less than a day
-- old, this waits for it.
SELECT x.target AS subject, x.target AS target, x.first_missed AS since,
       CASE WHEN coalesce(w.waits_from, 0) + 86400 > x.first_missed + x.behind THEN w.waits_from + 86400
            ELSE x.first_missed + x.behind END AS due,
       x.app || ' runs ' || substr(x.running, 1, 8) || ', ' || x.missed ||
       CASE WHEN x.missed = 1 THEN ' commit' ELSE ' commits' END || ' and ' ||
       CASE WHEN x.last_missed - x.ran_at < 172800
            THEN CASE WHEN x.last_missed - x.ran_at < 7200 THEN 'less than 2 hours'
                      ELSE ((x.last_missed - x.ran_at) / 3600) || ' hours' END
            ELSE ((x.last_missed - x.ran_at) / 86400) || ' days' END ||
       ' behind ' || substr(n.commit_id, 1, 8) || ' on ' || x.branch AS message,
       x.evidence_id || ' ' || n.evidence_id AS evidence
FROM (SELECT t.target, t.app, t.branch, t.behind, c.commit_id AS running, c.evidence_id,
             max(k.committed_at) AS ran_at, min(m.committed_at) AS first_missed,
             max(m.committed_at) AS last_missed, count(DISTINCT m.commit_id) AS missed
      FROM target t JOIN live_code c ON c.app = t.app
      JOIN current_commit_seen k ON k.repository = t.repository AND k.branch = t.branch
           AND (k.path = t.path OR k.path = '') AND k.commit_id = c.commit_id
      JOIN current_commit_seen m ON m.repository = t.repository AND m.branch = t.branch
           AND m.path = t.path AND m.committed_at > k.committed_at
      WHERE t.expect = 'deployed'
      GROUP BY t.target, t.app, t.branch, t.behind, c.commit_id, c.evidence_id) x
JOIN newest_commit n ON n.target = x.target
LEFT JOIN (SELECT t.target, min(d.waits_from) AS waits_from
           FROM target t
           JOIN (SELECT p.repository, p.app, q.waits_from
                 FROM current_pending_deployment q
                 JOIN current_run r ON r.repository = q.repository AND r.run_id = q.run_id
                 JOIN current_deploy_path p ON p.repository = q.repository AND p.path = r.path
                      AND lower(p.environment) = lower(q.environment)
                 WHERE q.reviewer_names <> ''
                 UNION ALL
                 SELECT d.repository, d.app, d.created_at FROM deploy d
                 WHERE d.state = 'approval' AND d.ended_at IS NULL) d
             ON d.repository = t.repository AND d.app = t.app
           GROUP BY t.target) w ON w.target = x.target
