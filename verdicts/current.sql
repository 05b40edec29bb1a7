-- Is the running commit the newest of the declared branch that touches the declared path?
-- needs: heroku.app, heroku.releases, github.commits
SELECT t.target,
       CASE WHEN t.expect = 'empty' AND c.app IS NULL THEN 'ok'
            WHEN c.app IS NULL THEN 'failing'
            WHEN c.commit_id IS NULL THEN 'unknown'
            WHEN c.commit_id = n.commit_id THEN 'ok'
            WHEN k.target IS NULL THEN 'failing'
            WHEN x.target IS NULL THEN 'ok'
            WHEN x.first_missed + t.behind > :now THEN 'ok'
            ELSE 'failing' END AS proof,
       CASE WHEN t.expect = 'empty' AND c.app IS NULL THEN 'expected empty'
            WHEN c.app IS NULL THEN 'runs nothing'
            WHEN c.commit_id IS NULL THEN 'commit not known'
            WHEN c.commit_id = n.commit_id THEN 'current'
            WHEN k.target IS NULL THEN 'out of band'
            WHEN x.target IS NULL THEN 'current'
            WHEN x.first_missed + t.behind > :now THEN 'current enough'
            ELSE 'behind' END AS state,
       CASE WHEN c.app IS NULL THEN 'the head of ' || t.branch || ' is ' || substr(n.commit_id, 1, 8)
            WHEN c.commit_id IS NULL THEN 'v' || c.version || ' does not say which commit it was built from'
            WHEN c.commit_id = n.commit_id THEN 'runs ' || substr(c.commit_id, 1, 8) || ', the head of ' || t.branch
            WHEN k.target IS NULL THEN 'v' || c.version || ' runs ' || substr(c.commit_id, 1, 8) ||
                 ', which is none of the commits seen on ' || t.branch
            WHEN x.target IS NULL THEN 'runs ' || substr(c.commit_id, 1, 8) ||
                 ', and no newer commit of ' || t.branch || ' touches ' || t.path
            ELSE 'runs ' || substr(c.commit_id, 1, 8) || ', ' || x.missed || CASE WHEN x.missed = 1 THEN ' commit' ELSE ' commits' END || ' behind ' ||
                 substr(n.commit_id, 1, 8) || ' on ' || t.branch END AS reason,
       CASE WHEN c.app IS NULL THEN a.created_at
            WHEN c.commit_id = n.commit_id OR x.target IS NULL THEN c.created_at
            ELSE x.first_missed END AS since,
       coalesce(c.evidence_id || ' ', '') || n.evidence_id AS evidence
FROM target t
JOIN current_app a ON a.name = t.app
JOIN newest_commit n ON n.target = t.target
LEFT JOIN live_code c ON c.app = t.app
LEFT JOIN (SELECT t.target, max(k.committed_at) AS committed_at
           FROM target t JOIN live_code c ON c.app = t.app
           JOIN current_commit_seen k ON k.repository = t.repository AND k.branch = t.branch
                AND (k.path = t.path OR k.path = '') AND k.commit_id = c.commit_id
           GROUP BY t.target) k ON k.target = t.target
LEFT JOIN (SELECT t.target, min(m.committed_at) AS first_missed, count(DISTINCT m.commit_id) AS missed
           FROM target t JOIN live_code c ON c.app = t.app
           JOIN current_commit_seen k ON k.repository = t.repository AND k.branch = t.branch
                AND (k.path = t.path OR k.path = '') AND k.commit_id = c.commit_id
           JOIN current_commit_seen m ON m.repository = t.repository AND m.branch = t.branch
                AND m.path = t.path AND m.committed_at > k.committed_at
           GROUP BY t.target) x ON x.target = t.target
