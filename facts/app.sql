-- A Heroku app.
-- key: name
-- history
-- born: created_at
CREATE TABLE app (
  name        TEXT NOT NULL,     -- The app's name.
  id          TEXT NOT NULL,     -- Its id, which outlives a rename.
  created_at  INTEGER NOT NULL,  -- When it was created.
  released_at INTEGER,           -- When it was last released.
  archived_at INTEGER,           -- When Heroku archived it; null: it is not.
  stack       TEXT NOT NULL,     -- heroku-24, container, cnb...
  generation  TEXT NOT NULL,     -- cedar or fir.
  region      TEXT NOT NULL,     -- us, eu...
  owner       TEXT NOT NULL,     -- The account that owns it.
  maintenance BOOLEAN NOT NULL,  -- Is maintenance mode on.
  slug_size   INTEGER,           -- Bytes of the slug in force; null: there is none.
  web_url     TEXT,              -- Where the router answers for it.
  evidence_id INTEGER NOT NULL,  -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX app_name ON app (name, valid_to);
