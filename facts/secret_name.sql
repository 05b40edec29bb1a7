-- The name of a secret that workflows can use. Values cannot be read by anyone.
-- key: repository, environment, name
-- history
CREATE TABLE secret_name (
  repository  TEXT NOT NULL,     -- owner/name.
  environment TEXT NOT NULL,     -- The environment that holds it; empty: the repository.
  name        TEXT NOT NULL,     -- The secret's name.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX secret_name_repository ON secret_name (repository, valid_to);
