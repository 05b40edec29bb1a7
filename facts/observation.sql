-- What became of asking a source about a subject: silence has a type here.
-- key: subject, source
-- history
CREATE TABLE observation (
  subject     TEXT NOT NULL,     -- What was asked about: an app, a repository or a target.
  source      TEXT NOT NULL,     -- Which question, such as heroku.dynos.
  state       TEXT NOT NULL,     -- observed, never_observed, source_off, no_permission, failed or stale.
  reason      TEXT NOT NULL,     -- Why it is not observed; empty if it is.
  covers_from INTEGER,           -- From when on the facts of this answer are complete; null: only when asked.
  evidence_id INTEGER,           -- The answer that says so.
  valid_from  INTEGER NOT NULL,  -- Since when the state holds.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX observation_subject ON observation (subject, source, valid_to);
