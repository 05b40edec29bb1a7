-- The newest release of each app that succeeded and carries code: what runs, or would run.
CREATE VIEW live_code AS
SELECT r.app, r.version, r.commit_id, r.created_at, r.kind, r.user, r.evidence_id
FROM target t JOIN current_release r ON r.app = t.app
WHERE r.carries_code AND r.status = 'succeeded'
  AND r.version = (SELECT n.version FROM current_release n
                   WHERE n.app = t.app AND n.carries_code AND n.status = 'succeeded'
                   ORDER BY n.version DESC LIMIT 1);
