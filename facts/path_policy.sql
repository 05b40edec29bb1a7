-- Whether the environment of a deploy path admits any ref for which the path can run: derived from the other facts.
-- key: repository, path, job, event, ref_kind, filter, environment
-- history
CREATE TABLE path_policy (
  repository  TEXT NOT NULL,     -- owner/name.
  path        TEXT NOT NULL,     -- The workflow's file.
  job         TEXT NOT NULL,     -- The job's id.
  event       TEXT NOT NULL,     -- The event.
  ref_kind    TEXT NOT NULL,     -- branch, tag or any, as in deploy_path.
  filter      TEXT NOT NULL,     -- The patterns, joined by blanks.
  environment TEXT NOT NULL,     -- The environment that the job names.
  runs_for    TEXT NOT NULL,     -- The refs for which it runs, in words.
  admitted    BOOLEAN NOT NULL,  -- Can one of them pass; true also if that cannot be told.
  evidence_id INTEGER,           -- Not used: it is derived.
  valid_from  INTEGER NOT NULL,  -- Since when it was known.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX path_policy_path ON path_policy (repository, path, job, event, valid_to);
