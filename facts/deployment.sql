-- A deployment that GitHub keeps for a job which named an environment, long after the run is forgotten.
-- key: repository, deployment_id
-- history
-- born: created_at
CREATE TABLE deployment (
  repository  TEXT NOT NULL,     -- owner/name.
  deployment_id INTEGER NOT NULL,  -- GitHub's id.
  environment TEXT NOT NULL,     -- The environment.
  ref         TEXT NOT NULL,     -- The branch, tag or commit that it was made for.
  commit_id   TEXT NOT NULL,     -- The commit.
  creator     TEXT NOT NULL,     -- Who or what made it.
  created_at  INTEGER NOT NULL,  -- When it was created.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX deployment_repository ON deployment (repository, environment, valid_to);
CREATE INDEX deployment_id ON deployment (repository, deployment_id);
