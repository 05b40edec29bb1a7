-- The name of a config var of an app. Values are dropped while the answer is read.
-- key: app, name
-- history
CREATE TABLE config_var (
  app         TEXT NOT NULL,     -- The app's name.
  name        TEXT NOT NULL,     -- The config var's name.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX config_var_app ON config_var (app, valid_to);
