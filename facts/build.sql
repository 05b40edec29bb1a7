-- A build of an app: an attempt to make a slug from source.
-- key: id
-- history
-- born: created_at
CREATE TABLE build (
  id          TEXT NOT NULL,     -- Heroku's id.
  app         TEXT NOT NULL,     -- The app's name.
  status      TEXT NOT NULL,     -- succeeded, pending or failed.
  commit_id   TEXT,              -- The version that its source was called.
  slug_id     TEXT,              -- The slug that it made.
  user        TEXT NOT NULL,     -- Who asked for it.
  created_at  INTEGER NOT NULL,  -- When it was created.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX build_app ON build (app, created_at);
CREATE INDEX build_id ON build (id);
