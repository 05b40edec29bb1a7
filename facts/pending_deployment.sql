-- A run of a deploy workflow that an environment's rules hold back now.
-- key: repository, run_id, environment
-- history
CREATE TABLE pending_deployment (
  repository  TEXT NOT NULL,     -- owner/name.
  run_id      INTEGER NOT NULL,  -- The run, see the table run.
  environment TEXT NOT NULL,     -- The environment that it waits for.
  reviewer_names TEXT NOT NULL,  -- Who can approve it, joined by blanks; empty: it waits for no person.
  can_approve BOOLEAN NOT NULL,  -- May the holder of landfall's token approve it.
  wait_timer  INTEGER NOT NULL,  -- Minutes of the environment's wait timer.
  waits_from  INTEGER NOT NULL,  -- Since when it waits: when the timer began, or else the run's last change.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when it was seen waiting.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX pending_deployment_repository ON pending_deployment (repository, environment, valid_to);
