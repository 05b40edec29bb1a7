-- What one watcher alone does at a time, and which. Taken over only when its lease is dead.
-- key: name
CREATE TABLE lease (
  name        TEXT PRIMARY KEY,  -- app NAME, repository NAME, receiver NAME, judgement, heartbeat; watcher NAME: it lives.
  holder      TEXT NOT NULL,     -- The watcher; empty: it was given back.
  fence       INTEGER NOT NULL,  -- Grows with each holder: writes of an older one are refused.
  lease_until INTEGER NOT NULL   -- Dead after this unless renewed.
);
