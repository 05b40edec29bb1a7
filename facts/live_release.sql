-- Which release of an app is in force.
-- key: app
-- history
CREATE TABLE live_release (
  app         TEXT NOT NULL,     -- The app's name.
  version     INTEGER NOT NULL,  -- The release that Heroku calls current.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when it was seen in force.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX live_release_app ON live_release (app, valid_to);
