-- A slug: an app's code as it was built.
-- key: id
-- history
-- born: created_at
CREATE TABLE slug (
  id          TEXT NOT NULL,     -- Heroku's id.
  app         TEXT NOT NULL,     -- The app's name.
  commit_id   TEXT,              -- The commit that it was built from.
  size        INTEGER,           -- Bytes.
  process_types TEXT NOT NULL,   -- Names of its process types, joined by blanks.
  created_at  INTEGER NOT NULL,  -- When it was built.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX slug_id ON slug (id);
