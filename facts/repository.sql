-- A repository on GitHub.
-- key: repository
-- history
CREATE TABLE repository (
  repository  TEXT NOT NULL,     -- owner/name.
  default_branch TEXT NOT NULL,  -- The branch that schedules and dispatches read workflows from.
  private     BOOLEAN NOT NULL,  -- Is it private or internal: then it is the plan that decides which rules of its environments hold.
  archived    BOOLEAN NOT NULL,  -- Is it archived: nothing runs there.
  pushed_at   INTEGER,           -- When it was last pushed to.
  visibility  TEXT,              -- public, private, or internal, which Enterprise plans alone have; null: not told.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX repository_name ON repository (repository, valid_to);
