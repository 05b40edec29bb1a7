-- What a target answered to one witness, as long as it answered the same.
-- key: target, witness
-- history
CREATE TABLE probe (
  target      TEXT NOT NULL,     -- The target.
  witness     TEXT NOT NULL,     -- origin: the app's own URL; edge: the URL that users use.
  url         TEXT NOT NULL,     -- What was asked.
  status      INTEGER NOT NULL,  -- HTTP status; 0: no answer.
  class       TEXT NOT NULL,     -- The answer's signature, such as blank_app, healthy or gated.
  verdict     TEXT NOT NULL,     -- healthy, failing or unknown: what the signature says of health.
  detail      TEXT NOT NULL,     -- The signature's sentence.
  commit_id   TEXT,              -- The commit that the answer names.
  evidence_id INTEGER NOT NULL,  -- The answer.
  valid_from  INTEGER NOT NULL,  -- Since when it answered so.
  valid_to    INTEGER            -- Until when; null: still.
);
CREATE INDEX probe_target ON probe (target, witness, valid_to);
