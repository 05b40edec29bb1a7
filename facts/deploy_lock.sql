-- Who deploys to a target now. Taken over only when its lease is dead.
-- key: target
CREATE TABLE deploy_lock (
  target      TEXT PRIMARY KEY,  -- The target.
  deploy_id   INTEGER NOT NULL,  -- The deploy that holds it.
  holder      TEXT NOT NULL,     -- The process that works on it.
  fence       INTEGER NOT NULL,  -- Grows with each holder: writes of an older one are refused.
  lease_until INTEGER NOT NULL   -- Dead after this unless renewed.
);
