-- A dyno of an app and its state.
-- key: app, name
-- history
CREATE TABLE dyno (
  app         TEXT NOT NULL,     -- The app's name.
  name        TEXT NOT NULL,     -- web.1
  type        TEXT NOT NULL,     -- The process type.
  state       TEXT NOT NULL,     -- up, starting, idle, crashed or down.
  size        TEXT NOT NULL,     -- The dyno size.
  version     INTEGER NOT NULL,  -- The release that it runs.
  created_at  INTEGER NOT NULL,  -- When it was created.
  updated_at  INTEGER NOT NULL,  -- When its state changed last.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX dyno_app ON dyno (app, valid_to);
