-- A host name by which the router knows an app.
-- key: app, hostname
-- history
CREATE TABLE domain (
  app         TEXT NOT NULL,     -- The app's name.
  hostname    TEXT NOT NULL,     -- The host name.
  kind        TEXT NOT NULL,     -- heroku or custom.
  status      TEXT NOT NULL,     -- succeeded, none, pending or failed.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX domain_app ON domain (app, valid_to);
