-- A time in which a target was not what it was declared to be.
-- key: id
CREATE TABLE incident (
  id          TEXT PRIMARY KEY,  -- 2026-04-30-raptor-production-never-deployed
  target      TEXT NOT NULL,     -- The target.
  check_id    TEXT NOT NULL,     -- The check whose finding opened it.
  severity    TEXT NOT NULL,     -- SEV-1 to SEV-4, proposed by the check.
  began_at    INTEGER NOT NULL,  -- Since when it was so, by the evidence.
  detected_at INTEGER NOT NULL,  -- When landfall first found it.
  resolved_at INTEGER,           -- When it was no more; null: it goes on.
  summary     TEXT NOT NULL      -- The finding in one sentence.
);
CREATE INDEX incident_target ON incident (target, detected_at);
