-- A branch, tag or run's ref that a deploy path's filter lets through: derived from the other facts.
-- key: repository, path, job, event, filter, ref
-- history
CREATE TABLE path_ref (
  repository  TEXT NOT NULL,     -- owner/name.
  path        TEXT NOT NULL,     -- The workflow's file.
  job         TEXT NOT NULL,     -- The job's id.
  event       TEXT NOT NULL,     -- The event.
  filter      TEXT NOT NULL,     -- The patterns, joined by blanks.
  ref         TEXT NOT NULL,     -- A branch or tag that matches them.
  evidence_id INTEGER,           -- Not used: it is derived.
  valid_from  INTEGER NOT NULL,  -- Since when it was known.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX path_ref_path ON path_ref (repository, path, job, event, valid_to);
