-- A process type of an app and how many dynos of it are asked for.
-- key: app, type
-- history
CREATE TABLE formation (
  app         TEXT NOT NULL,     -- The app's name.
  type        TEXT NOT NULL,     -- The process type.
  quantity    INTEGER NOT NULL,  -- How many dynos are asked for.
  size        TEXT NOT NULL,     -- The dyno size.
  command     TEXT NOT NULL,     -- What a dyno of it runs.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX formation_app ON formation (app, valid_to);
