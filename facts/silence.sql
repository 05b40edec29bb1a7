-- A time in which nobody is told of some alerts.
-- key: id
CREATE TABLE silence (
  id        INTEGER PRIMARY KEY,  -- Its number.
  target    TEXT NOT NULL,     -- Of this target; empty: of all.
  check_id  TEXT NOT NULL,     -- Found by this check; empty: by any.
  owner     TEXT NOT NULL,     -- Who wants it.
  reason    TEXT NOT NULL,     -- Why.
  from_at   INTEGER NOT NULL,  -- From when.
  until_at  INTEGER NOT NULL   -- Until when.
);
CREATE INDEX silence_until ON silence (until_at);
