-- The name of a variable that workflows can use. Its value is dropped while the answer is read.
-- key: repository, environment, name
-- history
CREATE TABLE variable_name (
  repository  TEXT NOT NULL,     -- owner/name.
  environment TEXT NOT NULL,     -- The environment that holds it; empty: the repository.
  name        TEXT NOT NULL,     -- The variable's name.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX variable_name_repository ON variable_name (repository, valid_to);
