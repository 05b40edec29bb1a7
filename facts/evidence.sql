-- An answer of a source, redacted, as it was fetched; an unchanged answer extends the last one.
-- key: id
CREATE TABLE evidence (
  id          INTEGER PRIMARY KEY,  -- The number by which findings and reports cite it.
  source      TEXT NOT NULL,        -- Which question it answers, such as heroku.releases.
  request     TEXT NOT NULL,        -- Method and URL, without secrets.
  fetched_at  INTEGER NOT NULL,     -- When it was fetched first.
  last_at     INTEGER NOT NULL,     -- When the same answer came last.
  status      INTEGER NOT NULL,     -- HTTP status; 0 if no answer came.
  etag        TEXT,                 -- The answer's ETag.
  sha256      TEXT NOT NULL,        -- Digest of the redacted body.
  size        INTEGER NOT NULL,     -- Bytes of the redacted body.
  body        BLOB                  -- The redacted body, compressed by zlib.
);
CREATE INDEX evidence_request ON evidence (request, source, id);
