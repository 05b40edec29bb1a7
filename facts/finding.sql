-- What a check found, from when it was first found until it was found no more.
-- key: check_id, subject
-- history
CREATE TABLE finding (
  check_id    TEXT NOT NULL,     -- The check, such as never-deployed.
  subject     TEXT NOT NULL,     -- What it found it of.
  target      TEXT,              -- The target that it belongs to, if to one.
  state       TEXT NOT NULL,     -- violated, or unknown: a source it needs was not observed.
  severity    TEXT NOT NULL,     -- SEV-1 to SEV-4.
  since       INTEGER NOT NULL,  -- Since when it holds, by the evidence.
  message     TEXT NOT NULL,     -- The finding in one sentence.
  evidence    TEXT NOT NULL,     -- Numbers of the evidence, joined by blanks.
  evidence_id INTEGER,           -- The first of them.
  valid_from  INTEGER NOT NULL,  -- When it was first found.
  valid_to    INTEGER            -- When it was found no more; null: it still is.
);
CREATE INDEX finding_subject ON finding (check_id, subject, valid_to);
