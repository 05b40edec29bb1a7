-- The newest commit of each target's branch that touches its path.
CREATE VIEW newest_commit AS
SELECT t.target, c.commit_id, c.committed_at, c.title, c.evidence_id
FROM target t
JOIN current_commit_seen c ON c.repository = t.repository AND c.branch = t.branch AND c.path = t.path
WHERE c.commit_id = (SELECT n.commit_id FROM current_commit_seen n
                     WHERE n.repository = t.repository AND n.branch = t.branch AND n.path = t.path
                     ORDER BY n.committed_at DESC LIMIT 1);
