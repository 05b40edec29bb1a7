-- When a source was last asked about a subject, whatever it said.
-- key: subject, source
CREATE TABLE asked (
  subject     TEXT NOT NULL,     -- What was asked about.
  source      TEXT NOT NULL,     -- Which question.
  asked_at    INTEGER NOT NULL,  -- When the last answer or failure came.
  fresh_until INTEGER NOT NULL,  -- After this the observation counts as stale.
  evidence_id INTEGER,           -- The last answer.
  PRIMARY KEY (subject, source)
);
