-- A run of a workflow. GitHub keeps runs for 90 days at most.
-- key: repository, run_id
-- history
-- born: created_at
CREATE TABLE run (
  repository  TEXT NOT NULL,     -- owner/name.
  run_id      INTEGER NOT NULL,  -- GitHub's id.
  path        TEXT NOT NULL,     -- The workflow's file.
  event       TEXT NOT NULL,     -- push, workflow_dispatch...
  ref         TEXT NOT NULL,     -- The branch or tag that it ran for.
  commit_id   TEXT NOT NULL,     -- The commit that it ran for.
  status      TEXT NOT NULL,     -- queued, in_progress, waiting, completed...
  conclusion  TEXT,              -- success, failure, cancelled, skipped...; null: not completed.
  created_at  INTEGER NOT NULL,  -- When it was created.
  updated_at  INTEGER NOT NULL,  -- When it changed last.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX run_path ON run (repository, path, event, created_at);
CREATE INDEX run_id ON run (repository, run_id);
