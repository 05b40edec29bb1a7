-- A secret or variable that a job names in its workflow file on the default branch.
-- key: repository, path, job, kind, name
-- history
CREATE TABLE secret_use (
  repository  TEXT NOT NULL,     -- owner/name.
  path        TEXT NOT NULL,     -- The workflow's file.
  job         TEXT NOT NULL,     -- The job's id; empty: it stands outside the jobs and is for all of them.
  kind        TEXT NOT NULL,     -- secret or variable.
  name        TEXT NOT NULL,     -- The name in capitals, as GitHub keeps it.
  line        INTEGER NOT NULL,  -- The line that names it first.
  required    BOOLEAN NOT NULL,  -- Does nothing stand in for it: no alternative, no test for it, no caller that passes it.
  evidence_id INTEGER NOT NULL,  -- The file as it was read.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX secret_use_path ON secret_use (repository, path, kind, valid_to);
