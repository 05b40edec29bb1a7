-- A message to a receiver, written with the change that it tells of and kept until it is taken.
-- key: id
CREATE TABLE notification (
  id         INTEGER PRIMARY KEY,  -- Its number: a receiver's messages go in this order.
  receiver   TEXT NOT NULL,     -- The receiver's name in landfall.yaml.
  key        TEXT NOT NULL UNIQUE,  -- The same for the same message, however often it is tried.
  body       TEXT NOT NULL,     -- What it tells, as JSON.
  created_at INTEGER NOT NULL,  -- When it was written.
  state      TEXT NOT NULL,     -- waiting, taken, or dead: it will not be tried again.
  attempts   INTEGER NOT NULL,  -- How often it was tried.
  next_at    INTEGER NOT NULL,  -- Not tried before this.
  error      TEXT NOT NULL,     -- What the last try met; empty: nothing bad.
  ended_at   INTEGER            -- When it was taken or given up.
);
CREATE INDEX notification_waiting ON notification (state, receiver, id);
