-- A release of an app. Immutable but for its status, so it is valid from its own creation on.
-- key: app, version
-- history
-- born: created_at
CREATE TABLE release (
  app         TEXT NOT NULL,     -- The app's name.
  version     INTEGER NOT NULL,  -- Counts from 1.
  kind        TEXT NOT NULL,     -- initial, platform, config, addon, deploy, promotion, rollback or other.
  status      TEXT NOT NULL,     -- succeeded, pending, failed or expired.
  description TEXT NOT NULL,     -- Heroku's own words for it.
  carries_code BOOLEAN NOT NULL, -- Has it a slug, an image or an artifact.
  slug_id     TEXT,              -- The slug that it runs; null on container and Fir apps, and on blank ones.
  artifact_id TEXT,              -- The image or artifact that it runs.
  commit_id   TEXT,              -- The commit that its slug was built from.
  created_at  INTEGER NOT NULL,  -- When it was created.
  user        TEXT NOT NULL,     -- Who made it.
  release_id  TEXT NOT NULL,     -- Heroku's id.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX release_app ON release (app, version, status, carries_code, created_at, valid_from, valid_to);
