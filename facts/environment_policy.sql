-- A pattern of branches or tags that may deploy to an environment whose branch_policy is custom.
-- key: repository, environment, kind, pattern
-- history
CREATE TABLE environment_policy (
  repository  TEXT NOT NULL,     -- owner/name.
  environment TEXT NOT NULL,     -- The environment's name.
  kind        TEXT NOT NULL,     -- branch or tag.
  pattern     TEXT NOT NULL,     -- As Ruby's File.fnmatch reads it: `*` matches no `/`.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX environment_policy_environment ON environment_policy (repository, environment, valid_to);
