-- The name of a secret or variable of an organisation that one of its repositories may use.
-- key: repository, kind, name
-- history
CREATE TABLE shared_name (
  repository  TEXT NOT NULL,     -- owner/name of the repository that may use it.
  kind        TEXT NOT NULL,     -- secret or variable.
  name        TEXT NOT NULL,     -- Its name.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX shared_name_repository ON shared_name (repository, kind, valid_to);
