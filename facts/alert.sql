-- One cause of trouble at one target, from its first finding until it is over.
-- key: id
CREATE TABLE alert (
  id          INTEGER PRIMARY KEY,  -- Its number.
  fingerprint TEXT NOT NULL,     -- The cause and the target: the same for the same trouble in every run.
  cause       TEXT NOT NULL,     -- The cause group of the checks that found it.
  target      TEXT NOT NULL,     -- The target; empty if it belongs to none.
  check_id    TEXT NOT NULL,     -- The check with the worst finding.
  subject     TEXT NOT NULL,     -- What that check found it of.
  severity    TEXT NOT NULL,     -- SEV-1 to SEV-4, the worst it had.
  message     TEXT NOT NULL,     -- The worst finding in one sentence.
  evidence    TEXT NOT NULL,     -- Numbers of the evidence, joined by blanks.
  state       TEXT NOT NULL,     -- pending, firing, resolved, or gone: over before it fired.
  since       INTEGER NOT NULL,  -- Since when it is so, by the evidence.
  seen_at     INTEGER NOT NULL,  -- When it was first found.
  fires_at    INTEGER NOT NULL,  -- When it fires if it is still found.
  fired_at    INTEGER,           -- When it fired.
  clear_since INTEGER,           -- Since when it is found no more; null: it is found, or nobody could look.
  returns     INTEGER NOT NULL,  -- How often it came back before it was resolved.
  ended_at    INTEGER,           -- When it was resolved, or gone.
  told        TEXT NOT NULL,     -- What people were told last: nothing, firing or resolved.
  level       INTEGER NOT NULL,  -- How often it was told again for its age.
  held        TEXT NOT NULL,     -- Why nobody is told now; empty: people are told.
  acked_by    TEXT NOT NULL,     -- Who works on it; empty: nobody said so.
  acked_at    INTEGER            -- When they said so.
);
CREATE INDEX alert_open ON alert (ended_at, fingerprint);
